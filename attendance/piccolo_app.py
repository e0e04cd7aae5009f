"""The attendance room as Piccolo sees it."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="attendance",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(
        modules=[
            "attendance.tables",
            "attendance.ladder_tables",
            "attendance.register_tables",
            "attendance.teams_tables",
            "attendance.unusual_tables",
            "attendance.leaving_tables",
            "attendance.challenge_tables",
        ],
        exclude_imported=True,
    ),
    migration_dependencies=["meetings.piccolo_app"],
)
