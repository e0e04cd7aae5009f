"""The database goes away in the middle of a transaction: the process has as many connections afterwards as before."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest

from attendance.taking_in import take_in_due
from notifications import inbox
from notifications.tables import InboundMail
from piccolo_conf import DB
from tests.attendance.conftest import WEDNESDAY
from tests.conftest import SECRET

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.faults]
MORE_THAN_THE_POOL = 15


async def end_own_session() -> None:
    """Another connection has the database end this one, as a restart does."""
    (own,) = await InboundMail.raw("SELECT pg_backend_pid() AS pid")
    await DB._run_in_new_connection("SELECT pg_terminate_backend($1)", [own["pid"]])


async def cut_off_in_the_middle() -> None:
    async with DB.transaction():
        await end_own_session()
        await InboundMail.count()


async def test_ended_sessions_cost_no_connection() -> None:
    async with asyncio.timeout(20):
        for _ in range(MORE_THAN_THE_POOL):
            with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
                await cut_off_in_the_middle()
            assert DB.current_transaction.get() is None
        assert await InboundMail.count() == 0


@pytest.mark.parametrize("step", ["begin", "commit"])
async def test_a_beginning_or_end_that_fails_costs_no_connection(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(self: Any) -> None:
        raise ConnectionResetError

    async with asyncio.timeout(20):
        with monkeypatch.context() as broken:
            broken.setattr(f"piccolo_conf.Transaction.{step}", fail)
            for _ in range(MORE_THAN_THE_POOL):
                with pytest.raises(ConnectionResetError):
                    async with DB.transaction():
                        await InboundMail.count()
        assert await InboundMail.count() == 0


async def test_a_reset_after_the_commit_takes_no_answer_in_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was committed stands, though nobody heard so; trying again finds it done."""
    from meetings.letters import Letterhead

    letterhead = Letterhead(
        "invites.convene.example", "meetings", "Convene meetings", "", "https://convene.example", SECRET
    )
    for number in range(5):
        await inbox.keep("smtp", b"Subject: %d\r\n\r\nhello" % number, "", "x@invites.convene.example", now=WEDNESDAY)
    commit = DB.transaction().commit.__func__  # type: ignore[attr-defined]  # a method has it

    async def cut(self: Any) -> None:
        await commit(self)
        raise ConnectionResetError

    with monkeypatch.context() as broken:
        broken.setattr("piccolo_conf.Transaction.commit", cut)
        await take_in_due(letterhead=letterhead, now=WEDNESDAY)
    rows = await InboundMail.select(InboundMail.disposition, InboundMail.tries)
    assert rows == [{"disposition": "set aside", "tries": 1}] * 5
    assert await take_in_due(letterhead=letterhead, now=WEDNESDAY) == 0
    entries = await DB._run_in_new_connection("SELECT count(*) AS n FROM audit_entry WHERE actor = 'mail door'")
    assert entries[0]["n"] == 5
