"""`kill -9` of rounds of verification after any statement, two at once: as though nothing had been killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from audit.tables import Entry
from directory import contacts, ladder, verification_round
from directory.rungs import Rung
from directory.verification_tables import OwnerLink, Verification
from directory.verification_times import EVERY
from notifications.tables import OutboundMail
from tests.conftest import empty_database
from tests.factories import make_unit
from tests.faults.forking_verifying import SENDER

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures("committed")]
ROOT = Path(__file__).parents[2]
UNITS = 2  # so one is asked on each working day
# Days on which something is due for one of them, from a Wednesday in November until both were asked again.
DAYS = (0, 1, 14, 15, 28, 29, 42, 43, 90, 91, 92)
KILLED = 4  # times a day, the first time after the fewest statements: at all of 1 to 44 once
Told = list[tuple[date, str, str]]  # who was sent which letter, on which day


class Rounds:
    """Two rounds at once, again and again."""

    def __init__(self, maker: asyncio.subprocess.Process) -> None:
        assert maker.stdin
        assert maker.stdout
        self.ask, self.hear = maker.stdin, maker.stdout

    async def run(self, now: datetime, one: int = 0, other: int = 0) -> list[int]:
        """The signals that ended the two, each killed after so many of its statements."""
        self.ask.write(f"{now.isoformat()} {one} {other}\n".encode())
        return [int(end) for end in (await asyncio.wait_for(self.hear.readline(), 60)).split()]


@pytest.fixture
async def rounds(database: None) -> AsyncIterator[Rounds]:
    command = [sys.executable, "-m", "tests.faults.forking_verifying"]
    maker = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=os.environ, stdin=PIPE, stdout=PIPE)
    made = Rounds(maker)
    yield made
    made.ask.close()
    await asyncio.wait_for(maker.wait(), 60)


async def units_with_owners(now: datetime) -> None:
    for number in range(UNITS):
        unit = await make_unit(code=f"U{number}", name=f"Unit {number}")
        since: dict[str, Any] = {"active_from": date(2025, 1, 1), "by": "tests", "now": now}
        mailbox, beside, above = (f"{who}{number}@police.example" for who in ("team", "desk", "sergeant"))
        await contacts.add(unit.id, role="missing unit", email=mailbox, group=True, **since)
        await contacts.add(unit.id, role="duty desk", email=beside, rank=2, **since)
        await ladder.add(unit.id, rung=Rung.SUPERVISOR, role="sergeant", email=above, **since)


async def told() -> Told:
    rows = await OutboundMail.select(OutboundMail.created_at, OutboundMail.recipient, OutboundMail.key)
    return sorted((row["created_at"].date(), row["recipient"], row["key"].split(":")[2]) for row in rows)


async def test_every_owner_is_asked_once_in_90_days_and_no_reminder_is_lost(rounds: Rounds, now: datetime) -> None:
    await units_with_owners(now)
    for days in DAYS:
        await verification_round.ask_due(sender=SENDER, now=now + timedelta(days=days))
    undisturbed = await told()
    await empty_database()

    await units_with_owners(now)
    ends = Counter[int]()
    for number, days in enumerate(DAYS):
        at = now + timedelta(days=days)
        for moment in range(1 + number, 1 + KILLED * len(DAYS), len(DAYS)):
            ends.update(await rounds.run(at, moment, 1 + moment * 7 % (KILLED * len(DAYS))))
        ends.update(await rounds.run(at))
    assert ends[signal.SIGKILL] > len(DAYS), "they were killed in the middle of it"
    assert set(ends) == {0, signal.SIGKILL}

    assert await told() == undisturbed
    assert Counter(step for _, _, step in undisturbed) == {
        "asked": 2 * 2 * UNITS,  # the team's mailbox and the desk, in November and in February
        "reminded": 2 * UNITS,
        "passed up": UNITS,
    }
    for unit, asked in (await asked_at()).items():
        assert all(later - earlier >= EVERY for earlier, later in pairwise(asked)), unit
    assert await OwnerLink.count() == len(undisturbed), "a link was made for each letter, and for none unwritten"
    steps = Counter(step for _, step in await in_the_log())
    assert steps == {"asked": 2 * UNITS, "reminded": UNITS, "passed up": UNITS, "unanswered": UNITS}


async def asked_at() -> dict[str, list[datetime]]:
    found: dict[str, list[datetime]] = {}
    for row in await Verification.select(Verification.unit.code, Verification.asked_at).order_by(
        Verification.asked_at
    ):
        found.setdefault(row["unit.code"], []).append(row["asked_at"])
    return found


async def in_the_log() -> list[tuple[str, str]]:
    """Which unit's asking took which step, once for each entry."""
    rows = await Entry.select(Entry.subject, Entry.detail).where(Entry.actor == "verification").output(load_json=True)
    return [(row["subject"], row["detail"]["step"]) for row in rows]
