"""The demonstration's Teams reports are read as real ones are, and show what is worth trying."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from attendance.teams import Layout, read
from demo.teams_file import AskedSeat, teams_file

SEATS = [AskedSeat(f"Unit {n}", f"team-{n}@unit{n}.example") for n in range(5)]


@pytest.mark.parametrize("month", [1, 7], ids=["winter", "summer"])
def test_it_is_read_with_everybody_once_at_their_times(month: int) -> None:
    starts = datetime(2026, month, 7, 13, 0, tzinfo=UTC)
    file = read(teams_file("SM-DEMO", SEATS, starts, starts + timedelta(hours=1)), starts_at=starts, ends_at=starts)
    assert file.layout == Layout.REPORT
    assert [(one.address, one.unverified, one.dialled_in) for one in file.people] == [
        ("team-0@unit0.example", False, False),
        ("duty.manager@unit1.example", False, False),
        ("", True, False),
        ("team-4@unit4.example", False, False),
        ("", False, True),
        ("notes@elsewhere.example", False, False),
    ]
    assert file.people[1].joined_at == starts + timedelta(minutes=14)
    assert file.started_at == starts
