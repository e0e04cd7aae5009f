"""The web room as Piccolo sees it."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="web",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(modules=["web.tables", "web.signin_tables"], exclude_imported=True),
    migration_dependencies=["audit.piccolo_app", "notifications.piccolo_app"],
)
