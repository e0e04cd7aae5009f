"""The database breaks off every session, again and again, while a worker takes answers in: each counts once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from attendance.tables import Response
from audit.tables import Entry
from demo.clock import MovedClock
from notifications.tables import InboundMail
from piccolo_conf import DB
from tests.faults.test_killed_while_taking_in import ANSWERS, at_least, kept
from tests.faults.test_killed_worker import a_worker
from tests.faults.test_reading_process import NO_RELAY

__all__ = ["kept"]
pytestmark = [pytest.mark.faults]
_END_THEM = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND pid <> ALL($1)"
_OURS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"


async def test_every_answer_counts_once_and_the_worker_goes_on(
    kept: list[int],  # the fixture, by its name
    tmp_path: Path,
) -> None:
    ours = [row["pid"] for row in await DB._run_in_new_connection(_OURS)]
    async with a_worker(tmp_path, NO_RELAY) as worker:
        await at_least(1)
        for _ in range(12):  # more often than it has connections
            await DB._run_in_new_connection(_END_THEM, [ours])
            await asyncio.sleep(0.2)
        MovedClock(tmp_path / "clock").move(timedelta(minutes=5))
        await at_least(ANSWERS)
        worker.terminate()
        assert await asyncio.wait_for(worker.wait(), 30) == 0

    rows = await Response.select(Response.mail)
    assert sorted(row["mail"] for row in rows) == kept
    ends = {row["disposition"] for row in await InboundMail.select(InboundMail.disposition)}
    assert ends <= {"applied", "recorded"}, "one that had to wait may be overtaken by a later one"
    assert await Entry.count().where(Entry.action.like("reply %")) == ANSWERS
