"""Looking for no-shows reads the marks of the meetings in question, and never those of all years."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from attendance import no_shows
from attendance.tables import Attendance


@pytest.mark.parametrize(
    ("query", "given"), [("_NO_SHOWS", 2), ("_IN_A_ROW", 3), ("_CORRECTED", 1)], ids=lambda one: str(one)
)
async def test_marks_are_found_by_an_index(rolled_back: None, now: datetime, query: str, given: int) -> None:
    some: dict[int, list[Any]] = {2: [now, now], 3: [uuid4(), uuid4(), now], 1: [[uuid4()]]}
    await Attendance.raw("SET LOCAL enable_seqscan = off")
    plan = await Attendance.raw("EXPLAIN " + getattr(no_shows, query), *some[given])
    lines = [str(row["QUERY PLAN"]) for row in plan]
    assert not [line for line in lines if "Seq Scan on attendance" in line]
    assert [line for line in lines if "attendance_meeting" in line]
