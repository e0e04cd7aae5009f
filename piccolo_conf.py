"""Where Piccolo finds the database and the rooms, in the order in which they may know one another."""

import os
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from piccolo.columns import ForeignKey
from piccolo.conf.apps import AppRegistry
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction
from piccolo.querystring import QueryString

from web import acting

_OF_EVERY_KEY = dir(ForeignKey)


def _names(key: object) -> list[str]:
    """The names that a foreign key has, as Python itself lists them, but those of its class found once.

    Piccolo lists them whenever anything of a foreign key is asked for, to which it may have to add the columns of the
    table it leads to: for each query some dozens of times, which was a tenth of what a page cost.
    """
    return [*_OF_EVERY_KEY, *object.__getattribute__(key, "__dict__")]


ForeignKey.__dir__ = _names  # type: ignore[assignment]  # of every table, wherever declared


class Transaction(PostgresTransaction):
    """A transaction on somebody's behalf (web/acting.py), whose connection goes back to the pool however it ends.

    Piccolo keeps the connection where the end fails: each restart of the database would cost connections, until the
    process waits for one for ever.
    """

    __slots__ = ("of_one_moment", "on_behalf_of")

    def __init__(self, engine: "Database", allow_nested: bool = True, *, of_one_moment: bool = False) -> None:
        super().__init__(engine=engine, allow_nested=allow_nested)
        self.of_one_moment = of_one_moment
        self.on_behalf_of: acting.Acting | None = None

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

    async def begin(self) -> None:
        """The transaction is open, and PostgreSQL knows on whose behalf: one round trip for both."""
        self.on_behalf_of = acting.current()
        begin = "BEGIN ISOLATION LEVEL REPEATABLE READ" if self.of_one_moment else "BEGIN"
        said = f"; {self.on_behalf_of.settings()}" if self.on_behalf_of else ""
        await self.connection.execute(begin + said)

    async def commit(self) -> None:
        await self.connection.execute("COMMIT")
        self._committed = True

    async def rollback(self) -> None:
        await self.connection.execute("ROLLBACK")
        self._rolled_back = True

    async def follow(self) -> None:
        """The next statement is run on behalf of whoever is acting now, where that has changed within."""
        now = acting.current()
        if now != self.on_behalf_of:
            await self.connection.execute(now.settings() if now else acting.undone())
            self.on_behalf_of = now

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

    def transaction(self, allow_nested: bool = True, *, of_one_moment: bool = False) -> PostgresTransaction:
        """As Piccolo's, on behalf of whoever is acting, and its connection is never lost.

        :param of_one_moment: all that is read in it is as it was at its first statement.
        """
        return Transaction(self, allow_nested, of_one_moment=of_one_moment)

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> Any:
        """As Piccolo's; on somebody's behalf a statement outside a transaction has one of its own."""
        if await self._followed():
            return await super().run_querystring(querystring, in_pool)
        async with self.transaction():
            return await super().run_querystring(querystring, in_pool)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> Any:
        """As `run_querystring`."""
        if await self._followed():
            return await super().run_ddl(ddl, in_pool)
        async with self.transaction():
            return await super().run_ddl(ddl, in_pool)

    async def _followed(self) -> bool:
        """Whether the statement can be run as it is: in a transaction that knows its behalf, or on nobody's."""
        inside = self.current_transaction.get()
        if isinstance(inside, Transaction):
            await inside.follow()
        return inside is not None or acting.current() is None

    def sign_in_at(self, url: str) -> None:
        """Connections are made at this address from now on, instead of at DATABASE_URL."""
        self.config["dsn"] = url

    async def read(self, query: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """What the database says, on a connection of its own."""
        return [dict(row) for row in await self._run_in_new_connection(query, values)]

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
