"""`kill -9` of the worker in the middle of sending: nothing is lost, and what comes twice is the same."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from demo.clock import MovedClock
from meetings import setting_up
from meetings.letters import Letterhead
from notifications.lmtp import open_door
from notifications.tables import OutboundMail, OutState
from tests.meetings.waiting_children import BY, child_waiting, tomorrow, units_of
from web.viewer import MACHINE

pytestmark = [pytest.mark.usefixtures("committed", "london"), pytest.mark.faults]
ROOT = Path(__file__).parents[2]


class Sink:
    """A relay that keeps what it took, and does something at each message, before its sender can hear the 250."""

    def __init__(self, at_each: Callable[[int], Awaitable[None]]) -> None:
        self.arrived: list[bytes] = []
        self.at_each = at_each

    async def keep(self, door: str, raw: bytes, envelope_from: str, envelope_to: str) -> None:
        self.arrived.append(raw)
        await self.at_each(len(self.arrived))


@asynccontextmanager
async def listening(sink: Sink) -> AsyncIterator[int]:
    server = await open_door("smtp", "127.0.0.1", 0, keep=sink.keep, domain=None, hostname="relay.example")
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


async def invitations_written(now: datetime, letterhead: Letterhead) -> dict[str, bytes]:
    """Two meetings are set up; their letters by message id, as they were frozen."""
    for _ in range(2):
        child = await child_waiting(now)
        units = await units_of(child, now)
        await setting_up.set_up(child, tomorrow(now), units, by=BY, now=now, letterhead=letterhead, viewer=MACHINE)
    return {m["message_id"]: bytes(m["content"]) for m in await OutboundMail.select()}


async def marked_as_sent() -> set[str]:
    rows = await OutboundMail.select(OutboundMail.message_id).where(OutboundMail.state == OutState.SENT)
    return {row["message_id"] for row in rows}


async def finish(state: Path, port: int) -> None:
    """Another worker, for which the dead one's leases have ended, sends all that is left."""
    MovedClock(state / "clock").move(timedelta(minutes=5))
    async with a_worker(state, port) as again:
        await all_sent()
        again.terminate()
        assert await asyncio.wait_for(again.wait(), 30) == 0


async def start_worker(state: Path, port: int) -> asyncio.subprocess.Process:
    env = os.environ | {
        "CONVENE_STATE": str(state),
        "CONVENE_RELAY": f"127.0.0.1:{port}",
        "CONVENE_TICK": "0.1",
        "CONVENE_DEMO": "yes",
    }
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "worker", cwd=ROOT, env=env)


@asynccontextmanager
async def a_worker(state: Path, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker that does not outlive the test, however that ends."""
    worker = await start_worker(state, port)
    try:
        yield worker
    finally:
        if worker.returncode is None:
            worker.kill()
            await worker.wait()


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
    frozen = await invitations_written(now, letterhead)

    async def kill(count: int) -> None:
        if count == kill_at:
            worker.kill()
            await asyncio.sleep(0.2)

    sink = Sink(kill)
    async with listening(sink) as port, a_worker(tmp_path, port) as worker:
        assert await asyncio.wait_for(worker.wait(), 30) == -signal.SIGKILL
        settled = await marked_as_sent()
        assert len(settled) < len(frozen)
        await finish(tmp_path, port)

    assert set(sink.arrived) == set(frozen.values())
    twice = {message_id for message_id, raw in frozen.items() if sink.arrived.count(raw) > 1}
    assert twice, "what was taken but not acknowledged comes again"
    assert not twice & settled, "what was settled does not"


@pytest.mark.parametrize("goes_on", [True, False])
async def test_a_worker_killed_while_it_settles_a_batch_settles_all_of_it_or_none(
    goes_on: bool, now: datetime, letterhead: Letterhead, tmp_path: Path
) -> None:
    """The statement is held up at one letter; after the kill the database finishes it, or breaks it off."""
    frozen = await invitations_written(now, letterhead)
    held, release = asyncio.Event(), asyncio.Event()

    async def hold_the_last_letter() -> None:
        async with OutboundMail._meta.db.transaction():
            await OutboundMail.select(OutboundMail.id).order_by(OutboundMail.id, ascending=False).first().lock_rows()
            held.set()
            await asyncio.wait_for(release.wait(), 30)

    async def hold(count: int) -> None:
        if count == 1:
            holding.append(asyncio.ensure_future(hold_the_last_letter()))
        await held.wait()

    holding: list[asyncio.Future[None]] = []
    sink = Sink(hold)
    async with listening(sink) as port, a_worker(tmp_path, port) as worker:
        backend = await held_up_settling()
        worker.kill()
        await worker.wait()
        before = await marked_as_sent()
        if not goes_on:
            await OutboundMail.raw("SELECT pg_terminate_backend({})", backend)
        release.set()
        await asyncio.gather(*holding)
        await gone(backend)
        settled = await marked_as_sent()
        assert (settled > before) == goes_on
        if settled < set(frozen):
            await finish(tmp_path, port)

    assert set(sink.arrived) == set(frozen.values())
    twice = {message_id for message_id, raw in frozen.items() if sink.arrived.count(raw) > 1}
    assert not twice & settled
    assert goes_on or twice, "what was taken but not settled comes again"


async def held_up_settling() -> int:
    """The process of the database that waits for the held letter, once it does."""
    for _ in range(300):
        rows = await OutboundMail.raw(
            "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%UPDATE outbound_mail%'"
        )
        if rows:
            return int(rows[0]["pid"])
        await asyncio.sleep(0.05)
    raise AssertionError("no settling was held up")


async def gone(backend: int) -> None:
    for _ in range(300):
        if not await OutboundMail.raw("SELECT pid FROM pg_stat_activity WHERE pid = {}", backend):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the database still works for the killed worker")
