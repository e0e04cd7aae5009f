"""Where Piccolo finds the database and the rooms, in the order in which they may know one another."""

import os

from piccolo.conf.apps import AppRegistry
from piccolo.engine.postgres import PostgresEngine


class Database(PostgresEngine):
    """PostgreSQL as told by DATABASE_URL; importing this file opens no connection."""

    async def get_version(self) -> float:
        """The oldest version served; `commands.migrate` asks the real server before it changes anything."""
        return 15.0


DB = Database(config={"dsn": os.environ["DATABASE_URL"], "command_timeout": 60})

APP_REGISTRY = AppRegistry(
    apps=[
        "audit.piccolo_app",
        "notifications.piccolo_app",
        "web.piccolo_app",
        "directory.piccolo_app",
        "meetings.piccolo_app",
        "attendance.piccolo_app",
        *(["demo.piccolo_app"] if os.environ.get("CONVENE_DEMO") == "yes" else []),
    ]
)
