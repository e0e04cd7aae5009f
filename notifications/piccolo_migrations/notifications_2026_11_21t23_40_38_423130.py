from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from enum import Enum
from piccolo.columns.column_types import Varchar
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-21T23:40:38:423130"
VERSION = "1.38.0"
DESCRIPTION = "what an incoming message turned out to be"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="notifications", description=DESCRIPTION
    )

    manager.add_column(
        table_class_name="InboundMail",
        tablename="inbound_mail",
        column_name="kind",
        db_column_name="kind",
        column_class_name="Varchar",
        column_class=Varchar,
        params={
            "length": 16,
            "default": "",
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": Enum(
                "InboundKind",
                {
                    "UNREAD": "",
                    "ANSWER": "answer",
                    "STRANGER": "stranger",
                    "PROPOSAL": "proposal",
                    "DEPUTY": "deputy",
                    "REFRESH": "refresh",
                    "BOUNCE": "bounce",
                    "DELIVERY": "delivery",
                    "ABSENCE": "absence",
                    "TEXT": "text",
                    "UNREADABLE": "unreadable",
                    "REFUSED": "refused",
                },
            ),
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    return manager
