"""What the long-running processes share: a pool, a clock, and a clean stop."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import re
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from demo.clock import MovedClock
from meetings.letters import Letterhead
from notifications import round_trip
from notifications.access_tokens import AccessTokens, Grant
from notifications.smtp import Relay
from ports import listen_briefly
from settings import BadSetting, Settings
from web.acting import SERVICE_ROLE, WEB_ROLE

Clock = Callable[[], datetime]
HERE = Path(__file__).parent
_MIGRATION = re.compile(r'^ID = "([^"]+)"', re.MULTILINE)
LONGEST_AT_WORK = 90  # seconds for a statement of a round or a command; its sender gives up after 60
LONGEST_OF_A_PAGE = 15  # seconds for one that somebody waits for
ADDRESSES = {WEB_ROLE: "CONVENE_WEB_DATABASE_URL", SERVICE_ROLE: "CONVENE_SERVICE_DATABASE_URL"}


class Plain(asyncpg.Connection):  # type: ignore[misc]  # asyncpg gives no types
    """A connection that goes back to the pool as it is, for nothing of ours outlives its transaction there.

    By itself asyncpg asks the server to reset the session after every single statement: as many round trips again.
    A transaction that is still open is rolled back all the same.
    """

    __slots__ = ()

    def get_reset_query(self) -> str:
        return ""


class NoDatabase(RuntimeError):
    """The database of DATABASE_URL does not let us in; the message says why."""


class NotMigrated(RuntimeError):
    """The database cannot be brought to this version; the message says why."""


def must_be_free(**listeners: tuple[str, int]) -> None:
    """Each of these settings, by its variable's name, gives an address that this machine can listen on.

    :raises BadSetting: naming the first that cannot be listened on, and why.
    """
    for name, (host, port) in listeners.items():
        try:
            listen_briefly(host, port)
        except OSError as why:
            raise BadSetting(f"{name} cannot be listened on: {host}:{port}: {why.strerror or why}") from why


def clock_of(settings: Settings) -> Clock:
    """The real time in UTC; in the demonstration, that time moved forward."""
    return MovedClock(settings.state / "clock") if settings.demo else lambda: datetime.now(UTC)


def letterhead_of(settings: Settings) -> Letterhead:
    """Convene's own side of its letters, as configured."""
    return Letterhead(
        domain=settings.mail_domain,
        mailbox=settings.mailbox,
        sender_name=settings.sender_name,
        marking=settings.marking,
        base_url=settings.base_url,
        secret=settings.secret,
        plain_domains=settings.plain_domains,
    )


async def letterhead_today(letterhead: Letterhead) -> Letterhead:
    """The letterhead with the mail domains that the directory treats as plain; the settings' for the others."""
    from directory.mail_domains import plain_domains  # imported late, as below

    return replace(letterhead, plain_domains=await plain_domains(letterhead.plain_domains))


def relay_of(settings: Settings) -> Relay:
    """The way out, as configured: signed in by password, by access tokens, or not at all."""
    return Relay(
        *settings.relay.server,
        user=settings.relay.user,
        password=settings.relay.password,
        tls=settings.relay.tls,
        tokens=relay_tokens_of(settings),
        connections=settings.relay.connections,
    )


def station_of(settings: Settings) -> round_trip.Station:
    """Who sends a letter that goes round and comes back to us."""
    return round_trip.Station(settings.mail_domain, settings.mailbox, settings.sender_name, settings.secret)


def through_of(settings: Settings) -> dict[str, str]:
    """Mail domains whose people sign in through their organisation alone, and what it is called."""
    return {domain: one.title for one in settings.openid if one.only for domain in one.domains}


def relay_tokens_of(settings: Settings) -> AccessTokens | None:
    """The access tokens that sign in to the relay: where a user is set, and no password."""
    return tokens_of(settings) if settings.relay.user and not settings.relay.password else None


def tokens_of(settings: Settings) -> AccessTokens | None:
    """What stands in for passwords, where it is set."""
    oauth = settings.oauth
    if oauth is None:
        return None
    return AccessTokens(Grant(oauth.token_url, oauth.client_id, oauth.client_secret, oauth.scope))


async def migrate_schema() -> None:
    """The database's tables are those of this version. One process does this, before the others start.

    :raises NoDatabase: when there is no way in.
    :raises NotMigrated: on a server that is too old, where nothing was changed, or when a migration fails.
    """
    from piccolo.apps.migrations.commands.forwards import run_forwards

    await check_database()
    with contextlib.redirect_stdout(io.StringIO()):  # Piccolo reports each room; only a failure is news
        migrated = await run_forwards(app_name="all")
    if not migrated.success:
        raise NotMigrated(f"The database could not be migrated: {migrated.message}")
    await _raise_walls()


async def _raise_walls() -> None:
    """Roles, grants and policies are those of this version (walls/)."""
    from piccolo_conf import DB
    from walls import raising

    addresses = {role: os.environ.get(name, "") for role, name in ADDRESSES.items()}
    connection = await DB.get_new_connection()
    try:
        await raising.raise_walls(connection, addresses)
    except (raising.NoRoles, asyncpg.PostgresError) as error:
        raise NotMigrated(f"The tables are at this version, their walls are not. {error}") from error
    finally:
        await connection.close()


def sign_in_at(url: str) -> None:
    """This process asks the database at this address from now on: of the part that it is, not of the owner."""
    from piccolo_conf import DB

    DB.sign_in_at(url)


async def check_database() -> None:
    """The database answers, and is new enough.

    :raises NoDatabase, NotMigrated: when it does not, or is not.
    """
    from piccolo_conf import DB  # imported late, as below

    with _way_in():
        version = await DB._run_in_new_connection("SHOW server_version_num")
    if int(version[0]["server_version_num"]) < 150000:
        raise NotMigrated("Convene needs PostgreSQL 15 or later. Nothing was changed.")


async def check_migrated() -> None:
    """Every migration of this version has run; a database that is ahead of it is taken.

    A role that may not see which have run is taken at its word.

    :raises NotMigrated: with what to do.
    """
    from piccolo_conf import APP_REGISTRY, DB  # imported late, as below

    try:
        rows = await DB._run_in_new_connection("SELECT name FROM migration")
    except asyncpg.InsufficientPrivilegeError:
        return
    except asyncpg.UndefinedTableError:
        rows = []
    rooms = [HERE / app.partition(".")[0] for app in APP_REGISTRY.apps]  # the demonstration's only where it runs
    files = [file for room in rooms for file in room.glob("piccolo_migrations/*.py")]
    written = (_MIGRATION.search(file.read_text("utf-8")) for file in files)
    if {found[1] for found in written if found} - {row["name"] for row in rows}:
        raise NotMigrated("The database is not at this version. Nothing was started. ./run migrate brings it there.")


@contextlib.contextmanager
def _way_in() -> Iterator[None]:
    try:
        yield
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
        raise NoDatabase(
            f"The database of DATABASE_URL cannot be used: {error or type(error).__name__}. Nothing was changed. "
            "Check that the server runs, and the name, user and password in DATABASE_URL."
        ) from error


@contextlib.asynccontextmanager
async def database(most: int = 10, *, longest: int = LONGEST_AT_WORK) -> AsyncIterator[None]:
    """Piccolo's pool is open within.

    :param longest: seconds after which PostgreSQL ends a statement of ours by itself.
    :raises NoDatabase: when there is no way in.
    """
    from piccolo_conf import DB, SETTINGS  # imported late: it reads DATABASE_URL, which the settings check first

    bounded = SETTINGS | {"statement_timeout": f"{longest}s"}
    with _way_in():
        await DB.start_connection_pool(min_size=1, max_size=most, connection_class=Plain, server_settings=bounded)
    try:
        yield
    finally:
        await DB.close_connection_pool()


def stop_signal() -> asyncio.Event:
    """An event that is set by SIGTERM or SIGINT, so that the work in hand can be finished first."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop
