"""`kill -9` of the worker in the middle of sending: nothing is lost, and what comes twice is the same."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from demo.clock import MovedClock
from meetings import scheduling
from meetings.letters import Letterhead
from notifications.lmtp import open_door
from notifications.tables import OutboundMail, OutState
from tests.meetings.waiting_children import BY, child_waiting, tomorrow, units_of

pytestmark = [pytest.mark.usefixtures("committed", "london"), pytest.mark.faults]
ROOT = Path(__file__).parents[2]


class Sink:
    """A relay that keeps what it took, and at one message kills the worker before it can hear the 250."""

    def __init__(self, kill_at: int) -> None:
        self.taken: dict[str, list[bytes]] = defaultdict(list)
        self.count = 0
        self.kill_at = kill_at
        self.worker: asyncio.subprocess.Process | None = None

    async def keep(self, door: str, raw: bytes, envelope_from: str, envelope_to: str) -> None:
        self.count += 1
        self.taken[envelope_to].append(raw)
        if self.count == self.kill_at and self.worker is not None:
            os.kill(self.worker.pid, signal.SIGKILL)
            await asyncio.sleep(0.2)


async def start_worker(state: Path, port: int) -> asyncio.subprocess.Process:
    env = os.environ | {
        "CONVENE_STATE": str(state),
        "CONVENE_RELAY": f"127.0.0.1:{port}",
        "CONVENE_TICK": "0.1",
        "CONVENE_DEMO": "yes",
    }
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "worker", cwd=ROOT, env=env)


async def all_sent() -> None:
    for _ in range(300):  # 30 seconds
        if not await OutboundMail.count().where(OutboundMail.state != OutState.SENT):
            return
        await asyncio.sleep(0.1)
    raise AssertionError("some letters were not sent")


@pytest.mark.parametrize("kill_at", [1, 5])
async def test_every_invitation_arrives_with_the_same_bytes_if_twice(
    kill_at: int, now: datetime, letterhead: Letterhead, tmp_path: Path
) -> None:
    for _ in range(2):
        child = await child_waiting(now)
        units = await units_of(child, now)
        await scheduling.set_up(child, tomorrow(now), units, by=BY, now=now, letterhead=letterhead)
    frozen = {m["message_id"]: bytes(m["content"]) for m in await OutboundMail.select()}
    sink = Sink(kill_at)
    server = await open_door("smtp", "127.0.0.1", 0, keep=sink.keep, domain=None, hostname="relay.example")
    port = server.sockets[0].getsockname()[1]

    sink.worker = await start_worker(tmp_path, port)
    assert await asyncio.wait_for(sink.worker.wait(), 30) == -signal.SIGKILL
    settled = {m["message_id"] for m in await OutboundMail.select().where(OutboundMail.state == OutState.SENT)}
    assert len(settled) < len(frozen)

    MovedClock(tmp_path / "clock").move(timedelta(minutes=5))  # the dead worker's leases have ended
    again = await start_worker(tmp_path, port)
    try:
        await all_sent()
    finally:
        again.terminate()
        assert await asyncio.wait_for(again.wait(), 30) == 0
        server.close()
        await server.wait_closed()

    arrived = [raw for copies in sink.taken.values() for raw in copies]
    assert set(arrived) == set(frozen.values())
    twice = {message_id for message_id, raw in frozen.items() if arrived.count(raw) > 1}
    assert twice, "what was taken but not acknowledged comes again"
    assert not twice & settled, "what was settled does not"
