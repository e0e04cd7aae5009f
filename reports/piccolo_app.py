"""The reports room as Piccolo sees it."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="reports",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(
        modules=[
            "reports.ledger_tables",
            "reports.publication_tables",
            "reports.calendar_tables",
            "reports.delivery_tables",
            "reports.making_tables",
        ],
        exclude_imported=True,
    ),
    migration_dependencies=["attendance.piccolo_app"],
)
