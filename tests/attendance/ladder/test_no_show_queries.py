"""Looking for no-shows reads the marks of the meetings in question, and never those of all years."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from attendance import no_shows
from attendance.tables import Attendance


@pytest.mark.parametrize("query", ["_NO_SHOWS", "_IN_A_ROW", "_CORRECTED"])
async def test_marks_are_found_by_an_index(rolled_back: None, now: datetime, query: str) -> None:
    given: dict[str, list[Any]] = {
        "_NO_SHOWS": [now, now, now],
        "_IN_A_ROW": [uuid4(), uuid4(), now],
        "_CORRECTED": [[uuid4()]],
    }
    await Attendance.raw("SET LOCAL enable_seqscan = off")
    plan = await Attendance.raw("EXPLAIN " + getattr(no_shows, query), *given[query])
    lines = [str(row["QUERY PLAN"]) for row in plan]
    assert not [line for line in lines if "Seq Scan on attendance" in line]
    assert [line for line in lines if "attendance_meeting" in line]
