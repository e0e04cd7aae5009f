"""The directory room as Piccolo sees it."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="directory",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(
        modules=[
            "directory.tables",
            "directory.duty_tables",
            "directory.ladder_tables",
            "directory.reach_tables",
            "directory.verification_tables",
            "directory.contradiction_tables",
            "directory.change_tables",
            "directory.history_tables",
        ],
        exclude_imported=True,
    ),
    migration_dependencies=["web.piccolo_app"],
)
