"""`kill -9` of the worker while it takes batches in: every answer counts once, and none is lost."""

from __future__ import annotations

import asyncio
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from attendance.tables import Response
from audit.tables import Entry
from demo.clock import MovedClock
from meetings import setting_up
from meetings.letters import Letterhead
from meetings.tables import Invitation
from notifications import inbox
from notifications.tables import InboundMail
from tests.attendance.mailing import answer
from tests.faults.test_killed_worker import start_worker
from tests.faults.test_reading_process import NO_RELAY
from tests.meetings.waiting_children import BY, child_waiting, tomorrow, units_of
from web.viewer import MACHINE

pytestmark = [pytest.mark.faults]
ANSWERS = 240
KILLS = 2


async def at_least(responses: int) -> None:
    for _ in range(6000):  # 30 seconds
        if await Response.count() >= responses:
            return
        await asyncio.sleep(0.005)
    raise AssertionError("the worker took nothing in")


@pytest.fixture
async def kept(committed: None, london: None, letterhead: Letterhead) -> list[int]:
    """Answers of all units to one meeting wait, no two the same."""
    today = datetime.now(UTC)
    child = await child_waiting(today)
    units = await units_of(child, today)
    await setting_up.set_up(child, tomorrow(today), units, by=BY, now=today, letterhead=letterhead, viewer=MACHINE)
    asked = await Invitation.objects(Invitation.meeting).order_by(Invitation.id)
    mails = []
    for number in range(ANSWERS):
        invitation = asked[number % len(asked)]
        at, to = today + timedelta(seconds=number), letterhead.reply_address(invitation.id)
        raw = answer(uid=invitation.meeting.uid, to=to, sender=invitation.address, at=at)
        mails.append(await inbox.keep("smtp", raw, invitation.address, to, now=today))
    return mails


async def test_every_answer_counts_once(kept: list[int], tmp_path: Path) -> None:
    for number in range(KILLS):
        worker = await start_worker(tmp_path, NO_RELAY)
        await at_least(50 * number + 1)
        worker.send_signal(signal.SIGKILL)
        assert await asyncio.wait_for(worker.wait(), 30) == -signal.SIGKILL
        assert 0 < await Response.count() < ANSWERS, "it was killed in the middle"
        MovedClock(tmp_path / "clock").move(timedelta(minutes=5))  # the dead worker's leases have ended

    again = await start_worker(tmp_path, NO_RELAY)
    await at_least(ANSWERS)
    again.terminate()
    assert await asyncio.wait_for(again.wait(), 30) == 0

    rows = await Response.select(Response.mail)
    assert sorted(row["mail"] for row in rows) == kept
    assert await InboundMail.count().where(InboundMail.disposition == "applied") == ANSWERS
    assert await Entry.count().where(Entry.action == "reply applied") == ANSWERS
