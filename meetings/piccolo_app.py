"""The meetings room as Piccolo sees it."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="meetings",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(
        modules=[
            "meetings.episode_tables",
            "meetings.tables",
            "meetings.rule_tables",
            "meetings.feed_tables",
            "meetings.line_tables",
            "meetings.clock_tables",
            "meetings.lead_tables",
            "meetings.handover_tables",
            "meetings.action_tables",
            "meetings.review_tables",
            "meetings.checklist_tables",
            "meetings.plan_tables",
            "meetings.removed_tables",
        ],
        exclude_imported=True,
    ),
    migration_dependencies=["directory.piccolo_app"],
)
