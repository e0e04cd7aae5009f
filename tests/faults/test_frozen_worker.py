"""A worker that stands still for longer than its lease and goes on: another did its work, and it undoes nothing."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from attendance.tables import Response
from demo.clock import MovedClock
from meetings import setting_up
from meetings.letters import Letterhead
from meetings.tables import Invitation, Meeting
from notifications import inbox
from notifications.tables import InboundMail, OutboundMail
from tests.attendance.mailing import answer
from tests.faults.test_killed_worker import Sink, a_worker, all_sent, invitations_written, listening
from tests.faults.test_reading_process import NO_RELAY
from tests.meetings.waiting_children import BY, child_waiting, tomorrow, units_of
from web.viewer import MACHINE

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.faults]
_WAITS = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%FROM meeting%FOR UPDATE%'"


async def until(question: str, *values: Any) -> Sequence[dict[str, Any]]:
    """What the database answers once it answers anything."""
    for _ in range(300):  # 30 seconds
        if rows := await OutboundMail.raw(question, *values):
            return rows  # type: ignore[no-any-return]  # Piccolo gives it no type
        await asyncio.sleep(0.1)
    raise AssertionError(question)


async def test_the_database_ends_whoever_stands_still_in_a_transaction() -> None:
    """Its locks would hold up the other worker, and every page about the same meeting."""
    (told,) = await OutboundMail.raw("SHOW idle_in_transaction_session_timeout")
    assert told["idle_in_transaction_session_timeout"] == "1min"


@pytest.mark.usefixtures("london")
async def test_frozen_while_sending_it_sends_the_same_bytes_and_settles_nothing_anew(
    now: datetime, letterhead: Letterhead, tmp_path: Path
) -> None:
    frozen = await invitations_written(now, letterhead)

    async def freeze(count: int) -> None:
        if count == 1:
            os.kill(worker.pid, signal.SIGSTOP)

    sink = Sink(freeze)
    async with listening(sink) as port, a_worker(tmp_path, port) as worker:
        for _ in range(300):
            if sink.arrived:
                break
            await asyncio.sleep(0.1)
        MovedClock(tmp_path / "clock").move(timedelta(minutes=5))
        async with a_worker(tmp_path, port) as other:
            await all_sent()
            before = await OutboundMail.select(OutboundMail.id, OutboundMail.tries, OutboundMail.settled_at)
            os.kill(worker.pid, signal.SIGCONT)
            await asyncio.sleep(2)
            for one in (worker, other):
                one.terminate()
                assert await asyncio.wait_for(one.wait(), 30) == 0
    assert set(sink.arrived) == set(frozen.values())
    after = await OutboundMail.select(OutboundMail.id, OutboundMail.tries, OutboundMail.settled_at)
    assert sorted(after, key=str) == sorted(before, key=str)


@pytest.mark.usefixtures("london")
async def test_frozen_while_deciding_an_answer_it_is_taken_in_once_by_the_other(
    letterhead: Letterhead, tmp_path: Path
) -> None:
    """The frozen one holds the meeting's lock until the database ends its session, which is done here by hand."""
    now = datetime.now(UTC)
    child = await child_waiting(now)
    await setting_up.set_up(
        child, tomorrow(now), await units_of(child, now), by=BY, now=now, letterhead=letterhead, viewer=MACHINE
    )
    asked = await Invitation.objects(Invitation.meeting).first()
    assert asked is not None
    to = letterhead.reply_address(asked.id)
    held, release = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with Meeting._meta.db.transaction():
            await Meeting.select(Meeting.id).where(Meeting.id == asked.meeting.id).lock_rows()
            held.set()
            await asyncio.wait_for(release.wait(), 30)

    holding = asyncio.ensure_future(hold())
    await held.wait()
    raw = answer(uid=asked.meeting.uid, to=to, sender=asked.address, at=now)
    mail = await inbox.keep("smtp", raw, asked.address, to, now=now)
    async with a_worker(tmp_path, NO_RELAY) as worker:
        (waiting,) = await until(_WAITS)
        os.kill(worker.pid, signal.SIGSTOP)
        release.set()
        await holding
        await until("SELECT pid FROM pg_stat_activity WHERE pid = {} AND state LIKE 'idle in tr%'", waiting["pid"])
        MovedClock(tmp_path / "clock").move(timedelta(minutes=5))
        async with a_worker(tmp_path, NO_RELAY) as other:
            await until(_WAITS)
            await OutboundMail.raw("SELECT pg_terminate_backend({})", waiting["pid"])
            await until("SELECT id FROM inbound_mail WHERE id = {} AND disposition = 'applied'", mail)
            os.kill(worker.pid, signal.SIGCONT)
            await asyncio.sleep(2)
            for one in (worker, other):
                one.terminate()
                assert await asyncio.wait_for(one.wait(), 30) == 0
    assert await Response.count() == 1
    (row,) = await InboundMail.select(InboundMail.disposition, InboundMail.tries)
    assert row == {"disposition": "applied", "tries": 2}
