"""`kill -9` of the worker at twenty moments, sending and taking in: nothing is lost, no answer counts twice."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from attendance.tables import Response
from demo import programs
from demo.clock import MovedClock
from meetings import setting_up
from meetings.letters import Letterhead
from notifications import inbox
from notifications.lmtp import open_door
from notifications.tables import Disposition, InboundMail, OutboundMail, OutState
from tests.meetings.waiting_children import BY, child_waiting, tomorrow, units_of
from web.viewer import MACHINE

pytestmark = [pytest.mark.usefixtures("committed", "london"), pytest.mark.faults]
ROOT = Path(__file__).parents[2]
KILLS = 20
LEASES_ENDED = timedelta(minutes=3)


class Officers:
    """The relay and the officers behind it: each letter with a calendar is answered once, on its first arrival."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.arrived: Counter[bytes] = Counter()
        self.answered = 0

    async def keep(self, door: str, raw: bytes, envelope_from: str, envelope_to: str) -> None:
        await asyncio.sleep(self.dice.uniform(0, 0.02))  # so that a kill finds letters on their way
        self.arrived[raw] += 1
        if self.arrived[raw] == 1 and b"method=REQUEST" in raw and b"Say whether you can attend" in raw:
            self.answered += 1
            now = datetime.now(UTC)
            posted = programs.answer(programs.asked_by(raw), partstat="ACCEPTED", at=now)
            await inbox.keep("smtp", posted.raw, posted.envelope_from, posted.envelope_to, now=now)


class Workers:
    """One worker after the other, each killed or ended before the next begins."""

    def __init__(self, maker: asyncio.subprocess.Process) -> None:
        assert maker.stdin
        assert maker.stdout
        self.maker, self.ask, self.hear = maker, maker.stdin, maker.stdout

    async def start(self) -> int:
        self.ask.write(b"\n")
        return int(await asyncio.wait_for(self.hear.readline(), 30))


async def makes_workers(state: Path, port: int) -> Workers:
    env = os.environ | {
        "CONVENE_STATE": str(state),
        "CONVENE_RELAY": f"127.0.0.1:{port}",
        "CONVENE_TICK": "0.05",
        "CONVENE_DEMO": "yes",
    }
    command = [sys.executable, "-m", "tests.faults.forking_worker"]
    return Workers(
        await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=env, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
    )


async def meeting_set_up(letterhead: Letterhead) -> None:
    now = datetime.now(UTC)
    child = await child_waiting(now)
    units = await units_of(child, now)
    await setting_up.set_up(child, tomorrow(now), units, by=BY, now=now, letterhead=letterhead, viewer=MACHINE)


async def at_work(officers: Officers, letters: int) -> None:
    """So many more letters have arrived, or no more are coming."""
    before = sum(officers.arrived.values())
    for _ in range(300):
        if sum(officers.arrived.values()) >= before + letters:
            return
        await asyncio.sleep(0.01)


async def taking_in() -> None:
    """The worker has claimed answers, or seems to take none in."""
    claimed = (InboundMail.disposition == Disposition.KEPT) & (InboundMail.tries > 0)
    seen = await InboundMail.count().where(InboundMail.tries > 0)
    for _ in range(200):
        if await InboundMail.exists().where(claimed) or await InboundMail.count().where(InboundMail.tries > 0) > seen:
            return
        await asyncio.sleep(0.01)


async def all_done() -> bool:
    waiting = await OutboundMail.count().where(OutboundMail.state.is_in([OutState.QUEUED, OutState.SENDING]))
    return not waiting and not await InboundMail.exists().where(InboundMail.disposition == Disposition.KEPT)


async def test_twenty_kills_lose_no_letter_and_no_answer(letterhead: Letterhead, tmp_path: Path) -> None:
    dice = random.Random(20)  # noqa: S311  # moments, not secrets
    clock, officers = MovedClock(tmp_path / "clock"), Officers(dice)
    server = await open_door("smtp", "127.0.0.1", 0, keep=officers.keep, domain=None, hostname="relay.example")
    workers = await makes_workers(tmp_path, server.sockets[0].getsockname()[1])
    for number in range(KILLS):
        await meeting_set_up(letterhead)
        await meeting_set_up(letterhead)
        worker = await workers.start()
        await at_work(officers, dice.randint(1, 8))
        if number % 2:
            await taking_in()
        await asyncio.sleep(dice.uniform(0, 0.02))
        os.kill(worker, signal.SIGKILL)
        clock.move(LEASES_ENDED)
    last = await workers.start()
    for _ in range(300):
        if await all_done():
            break
        await asyncio.sleep(0.1)
    os.kill(last, signal.SIGKILL)
    workers.ask.close()
    await workers.maker.wait()
    server.close()
    await server.wait_closed()

    letters = await OutboundMail.select(OutboundMail.content, OutboundMail.state, OutboundMail.tries)
    assert any(row["tries"] > 1 for row in letters), "the kills came while letters were on their way"
    assert {row["state"] for row in letters} == {OutState.SENT}
    assert set(officers.arrived) == {bytes(row["content"]) for row in letters}, "each letter, with its own bytes"
    ends = Counter(row["disposition"] for row in await InboundMail.select(InboundMail.disposition))
    assert ends.total() == officers.answered
    assert set(ends) <= {Disposition.APPLIED, Disposition.SET_ASIDE}, (
        "who is killed over one thrice leaves it to people"
    )
    responses = Counter(row["mail"] for row in await Response.select(Response.mail))
    assert set(responses.values()) == {1}
    assert len(responses) == ends[Disposition.APPLIED]
