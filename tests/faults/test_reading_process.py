"""The worker and the process that reads for it: they end together, whichever way the worker ends."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from notifications.tables import Heartbeat
from tests.faults.test_killed_worker import start_worker

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.faults]
NO_RELAY = 9  # the discard port of loopback, where nobody listens


def readers_of(worker: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{worker}/task/{worker}/children").read_text().split()]


def is_running(process: int) -> bool:
    """A zombie, which nobody has waited for yet, runs no more."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def ended(process: int) -> bool:
    for _ in range(100):  # 10 seconds
        if not is_running(process):
            return True
        await asyncio.sleep(0.1)
    return False


@pytest.mark.parametrize(("end", "code"), [(signal.SIGTERM, 0), (signal.SIGKILL, -signal.SIGKILL)])
async def test_the_reading_process_ends_with_its_worker(end: signal.Signals, code: int, tmp_path: Path) -> None:
    worker = await start_worker(tmp_path, NO_RELAY)
    for _ in range(300):  # 30 seconds
        if await Heartbeat.exists().where(Heartbeat.job == "take in"):
            break
        await asyncio.sleep(0.1)
    (reader,) = readers_of(worker.pid)
    os.kill(worker.pid, end)
    assert await asyncio.wait_for(worker.wait(), 30) == code
    assert await ended(reader)


async def test_the_reading_process_outlives_a_signal_that_was_for_its_worker(tmp_path: Path) -> None:
    """Whoever stops a service signals all of its processes at once; the message in hand must still be read."""
    worker = await start_worker(tmp_path, NO_RELAY)
    for _ in range(300):
        if await Heartbeat.exists().where(Heartbeat.job == "take in"):
            break
        await asyncio.sleep(0.1)
    (reader,) = readers_of(worker.pid)
    os.kill(reader, signal.SIGTERM)
    os.kill(reader, signal.SIGINT)
    await asyncio.sleep(0.3)
    assert is_running(reader)
    os.kill(worker.pid, signal.SIGTERM)
    assert await asyncio.wait_for(worker.wait(), 30) == 0
    assert not is_running(reader)
