"""`kill -9` of the worker while it fetches a published calendar: the next one reads it, and nothing is left half."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from demo.clock import MovedClock
from directory import calendars
from directory.duty_tables import BusyTime, PublishedCalendar
from directory.tables import Unit
from tests.directory.calendar_server import is_silent, running, says
from tests.factories import make_unit
from tests.faults.test_reading_process import NO_RELAY

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures("committed")]
ROOT = Path(__file__).parents[2]
EVENT = "UID:one\r\nDTSTAMP:20261101T000000Z\r\nDTSTART:{at:%Y%m%dT%H%M%SZ}\r\nDURATION:PT1H\r\n"
CALENDAR = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n" + EVENT + "END:VEVENT\r\nEND:VCALENDAR\r\n"


async def start_worker(state: Path) -> asyncio.subprocess.Process:
    told = {"CONVENE_STATE": str(state), "CONVENE_RELAY": f"127.0.0.1:{NO_RELAY}", "CONVENE_TICK": "0.1"}
    env = os.environ | told | {"CONVENE_DEMO": "yes", "CONVENE_CALENDAR_NETWORKS": "127.0.0.0/8"}
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "worker", cwd=ROOT, env=env)


async def until(true: Callable[[PublishedCalendar], bool], unit: Unit) -> PublishedCalendar:
    for _ in range(600):  # 30 seconds
        row = await calendars.calendar_of(unit.id)
        assert row is not None
        if true(row):
            return row
        await asyncio.sleep(0.05)
    raise AssertionError("the worker did not come so far")


async def ended(worker: asyncio.subprocess.Process, number: signal.Signals) -> int:
    worker.send_signal(number)
    return await asyncio.wait_for(worker.wait(), 40)


async def test_the_next_worker_reads_the_calendar_that_the_dead_one_had_in_hand(tmp_path: Path) -> None:
    today = datetime.now(UTC)
    at = (today + timedelta(days=2)).replace(microsecond=0)
    calendar = CALENDAR.format(at=at).encode()
    unit = await make_unit(code="XA")
    async with running(is_silent) as server:
        address = server.address.replace("calendar.example", "127.0.0.1")
        await calendars.publish(unit.id, address, opened=(ip_network("127.0.0.0/8"),), by="tests", now=today)
        worker = await start_worker(tmp_path)
        await asyncio.wait_for(server.was_asked.wait(), 30)
        assert await ended(worker, signal.SIGKILL) == -signal.SIGKILL
        claimed = await until(lambda row: row.claimed_until is not None, unit)
        assert claimed.read_at is None

        server.answer = says(calendar)
        MovedClock(tmp_path / "clock").move(timedelta(minutes=3))  # the dead worker's claim has ended
        again = await start_worker(tmp_path)
        row = await until(lambda row: row.read_at is not None, unit)
        assert await ended(again, signal.SIGTERM) == 0

    assert (row.counts, row.failures, row.claimed_until) == (True, 0, None)
    (busy,) = await BusyTime.objects()
    assert (busy.unit, busy.starts_at) == (unit.id, at)


async def test_a_dead_server_keeps_the_worker_from_nothing_else(tmp_path: Path) -> None:
    today = datetime.now(UTC)
    dead, alive = await make_unit(code="XA"), await make_unit(code="XB")
    opened = (ip_network("127.0.0.0/8"),)
    async with running(says(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")) as server:
        address = server.address.replace("calendar.example", "127.0.0.1")
        await calendars.publish(dead.id, "http://127.0.0.1:9/", opened=opened, by="tests", now=today)
        await calendars.publish(alive.id, address, opened=opened, by="tests", now=today)
        worker = await start_worker(tmp_path)
        failed = await until(lambda row: row.failures == 1, dead)
        await until(lambda row: row.counts, alive)
        assert await ended(worker, signal.SIGTERM) == 0

    assert failed.failure == "Its server cannot be reached."
