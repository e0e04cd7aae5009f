"""The tests' database, clock and cast; and the guard that lets no test reach beyond this machine."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parents[1]))

import postgres

if TYPE_CHECKING:
    from meetings.letters import Letterhead

SECRET = "a secret that only the tests know, forty"
MATRIX = pytest.StashKey[list[str]]()  # who may do what, as its test found it
_LOOPBACK = ("127.", "::1", "localhost")
_embedded: postgres.Server | None = None
_state: Path | None = None


def _stay_on_this_machine(event: str, args: tuple[Any, ...]) -> None:
    """Any connection beyond loopback fails the test that makes it."""
    if event == "socket.connect" and isinstance(args[1], tuple) and not str(args[1][0]).startswith(_LOOPBACK):
        raise RuntimeError(f"a test may not connect to {args[1][0]}")


def pytest_configure(config: pytest.Config) -> None:
    """A fresh database is there before any table is imported, on the embedded server or that of CONVENE_TEST_SERVER.

    CONVENE_TEST_SERVER is the directory of another PostgreSQL's programs, as Debian installs them.
    """
    global _embedded, _state
    settings.register_profile("convene", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("convene")  # no test asserts speed, and a busy machine is no fault of the product
    sys.addaudithook(_stay_on_this_machine)
    _state = Path(tempfile.mkdtemp(prefix="convene-tests-"))
    _state.chmod(0o755)
    programs = os.environ.get("CONVENE_TEST_SERVER")
    _embedded = postgres.start(_state, Path(programs) if programs else None)
    os.environ |= {"DATABASE_URL": _embedded.url, "CONVENE_DEMO": "yes", "CONVENE_SECRET": SECRET}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test on the tests' database is marked so: `./run test` runs it on each PostgreSQL, and any other once."""
    for item in items:
        if "database" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.database)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """With CONVENE_NO_SKIPS=yes a skipped test is a failure: somebody relies on every test having run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = len(reporter.stats.get("skipped", [])) if reporter else 0
    if skipped and os.environ.get("CONVENE_NO_SKIPS") == "yes":
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """What was asked of every route by every role is printed, whatever came of it."""
    if lines := config.stash.get(MATRIX, []):
        terminalreporter.section("who may do what")
        for line in lines:
            terminalreporter.write_line(line)


def pytest_unconfigure(config: pytest.Config) -> None:
    if _embedded is not None and _state is not None:
        _embedded.stop()
        shutil.rmtree(_state, ignore_errors=True)


@pytest_asyncio.fixture(scope="session")
async def database() -> AsyncIterator[None]:
    """The schema as the migrations make it, and Piccolo's pool over it."""
    import processes

    await processes.migrate_schema()
    async with processes.database(most=12):
        yield


@pytest_asyncio.fixture
async def rolled_back(database: None) -> AsyncIterator[None]:
    """All that the test writes is in one transaction, and gone afterwards."""
    from piccolo_conf import DB

    async with DB.transaction() as transaction:
        yield
        await transaction.rollback()  # type: ignore[no-untyped-call]  # Piccolo gives it no types


@pytest_asyncio.fixture
async def committed(database: None) -> AsyncIterator[None]:
    """What the test writes is committed, as in life; every table is emptied afterwards."""
    yield
    await empty_database()


async def empty_database() -> None:
    from piccolo_conf import DB

    tables = await DB._run_in_new_connection(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migration'"
    )
    names = ", ".join(f'"{t["tablename"]}"' for t in tables)
    connection = await DB.get_new_connection()
    await connection.execute(
        "SET session_replication_role = replica"
    )  # the audit log refuses to be emptied otherwise
    await connection.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
    await connection.close()


@pytest.fixture
def now() -> datetime:
    """A Wednesday morning in November; London is on GMT."""
    return datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


@pytest.fixture
def letterhead() -> Letterhead:
    """Convene's own address and secret, as the tests' letters carry them."""
    from meetings.letters import Letterhead

    return Letterhead(
        domain="invites.convene.example",
        mailbox="meetings",
        sender_name="Convene meetings",
        marking="OFFICIAL-SENSITIVE",
        base_url="https://convene.example",
        secret=SECRET,
    )


@pytest_asyncio.fixture
async def london(now: datetime) -> None:
    """The directory of London, invented contacts for it, and the default rules."""
    from demo.contacts import load_contacts
    from directory.areas import load_directory
    from meetings.default_rules import load_default_rules

    await load_directory()
    await load_contacts(now)
    await load_default_rules(now)
