from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from enum import Enum
from piccolo.columns.column_types import Varchar

ID = "2026-11-22T04:41:04:357986"
VERSION = "1.38.0"
DESCRIPTION = "planning meetings, a kind of meeting of their own"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="meetings", description=DESCRIPTION
    )

    manager.alter_column(
        table_class_name="Meeting",
        tablename="meeting",
        column_name="type",
        db_column_name="type",
        params={
            "choices": Enum(
                "MeetingType",
                {
                    "MISSING": "missing strategy meeting",
                    "DISCUSSION": "strategy discussion (s47)",
                    "PLANNING": "planning meeting",
                    "PANEL": "panel",
                    "BRIEFING": "missing briefing",
                    "CONTEXT": "place or group meeting",
                },
            )
        },
        old_params={
            "choices": Enum(
                "MeetingType",
                {
                    "MISSING": "missing strategy meeting",
                    "DISCUSSION": "strategy discussion (s47)",
                    "PANEL": "panel",
                    "BRIEFING": "missing briefing",
                    "CONTEXT": "place or group meeting",
                },
            )
        },
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )

    manager.alter_column(
        table_class_name="Rule",
        tablename="rule",
        column_name="meeting_type",
        db_column_name="meeting_type",
        params={
            "choices": Enum(
                "MeetingType",
                {
                    "MISSING": "missing strategy meeting",
                    "DISCUSSION": "strategy discussion (s47)",
                    "PLANNING": "planning meeting",
                    "PANEL": "panel",
                    "BRIEFING": "missing briefing",
                    "CONTEXT": "place or group meeting",
                },
            )
        },
        old_params={
            "choices": Enum(
                "MeetingType",
                {
                    "MISSING": "missing strategy meeting",
                    "DISCUSSION": "strategy discussion (s47)",
                    "PANEL": "panel",
                    "BRIEFING": "missing briefing",
                    "CONTEXT": "place or group meeting",
                },
            )
        },
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )

    manager.alter_column(
        table_class_name="Series",
        tablename="series",
        column_name="type",
        db_column_name="type",
        params={
            "choices": Enum(
                "MeetingType",
                {
                    "MISSING": "missing strategy meeting",
                    "DISCUSSION": "strategy discussion (s47)",
                    "PLANNING": "planning meeting",
                    "PANEL": "panel",
                    "BRIEFING": "missing briefing",
                    "CONTEXT": "place or group meeting",
                },
            )
        },
        old_params={
            "choices": Enum(
                "MeetingType",
                {
                    "MISSING": "missing strategy meeting",
                    "DISCUSSION": "strategy discussion (s47)",
                    "PANEL": "panel",
                    "BRIEFING": "missing briefing",
                    "CONTEXT": "place or group meeting",
                },
            )
        },
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )

    return manager
