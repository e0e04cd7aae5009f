"""Where Piccolo finds the database and the rooms, in the order in which they may know one another."""

import os
from types import TracebackType

from piccolo.conf.apps import AppRegistry
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction


class LetGo(PostgresTransaction):
    """A transaction whose connection goes back to the pool however it ends: Piccolo keeps it where the end fails.

    Each restart of the database would cost connections, until the process waits for one for ever.
    """

    __slots__ = ()

    async def __aenter__(self) -> PostgresTransaction:
        try:
            return await super().__aenter__()
        except BaseException:
            await self._let_go()
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        try:
            return await super().__aexit__(kind, error, trace)
        except BaseException:
            await self._let_go()
            raise

    async def _let_go(self) -> None:
        """Nothing is open, and later statements are no part of this. Doing so twice is harmless."""
        if self.engine.current_transaction.get() is self:
            self.engine.current_transaction.set(None)
        connection = getattr(self, "connection", None)
        if connection is not None and self.engine.pool:
            await self.engine.pool.release(connection)
        elif connection is not None:
            await connection.close()


class Database(PostgresEngine):
    """PostgreSQL as told by DATABASE_URL; importing this file opens no connection."""

    def transaction(self, allow_nested: bool = True) -> PostgresTransaction:
        """As Piccolo's, and its connection is never lost."""
        return LetGo(engine=self, allow_nested=allow_nested)

    async def get_version(self) -> float:
        """The oldest version served; `commands.migrate` asks the real server before it changes anything."""
        return 15.0


# Who is frozen in the middle of a transaction holds its locks: the database ends its session, so nobody waits long.
SETTINGS = {"idle_in_transaction_session_timeout": "60s"}

DB = Database(config={"dsn": os.environ["DATABASE_URL"], "command_timeout": 60, "server_settings": SETTINGS})

APP_REGISTRY = AppRegistry(
    apps=[
        "audit.piccolo_app",
        "notifications.piccolo_app",
        "web.piccolo_app",
        "directory.piccolo_app",
        "meetings.piccolo_app",
        "attendance.piccolo_app",
        "reports.piccolo_app",
        "privacy.piccolo_app",
        *(["demo.piccolo_app"] if os.environ.get("CONVENE_DEMO") == "yes" else []),
    ]
)
