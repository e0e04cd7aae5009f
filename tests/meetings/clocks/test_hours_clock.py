"""Elapsed hours: HIGH is held within 24 of them from the grading."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings.clocks import deadline
from tests.meetings.clocks.slow_clocks import after_minutes, instants, london


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        pytest.param("2026-11-18 10:00", 72, "2026-11-21 10:00", id="weekends count"),
        pytest.param("2026-12-24 10:00", 72, "2026-12-27 10:00", id="Christmas counts"),
        pytest.param("2026-03-28 12:00", 24, "2026-03-29 13:00", id="the spring night is short"),
        pytest.param("2026-10-24 12:00", 24, "2026-10-25 11:00", id="the autumn night is long"),
        pytest.param("2028-02-28 12:00", 24, "2028-02-29 12:00", id="a leap day"),
        pytest.param("2026-12-31 23:30", 1, "2027-01-01 00:30", id="midnight and a new year"),
    ],
)
def test_hours_are_elapsed_hours(start: str, hours: int, end: str) -> None:
    assert deadline(london(start), hours, "hours") == london(end)


@settings(max_examples=40, deadline=None)
@given(instants, st.integers(0, 100))
def test_hours_agree_with_counting_every_minute(start: datetime, hours: int) -> None:
    assert deadline(start, hours, "hours") == after_minutes(start, hours * 60, lambda local: True)


@given(instants, st.timedeltas(timedelta(0), timedelta(days=9)), st.integers(0, 100))
def test_a_later_start_never_ends_earlier_in_hours(start: datetime, later: timedelta, hours: int) -> None:
    assert deadline(start, hours, "hours") <= deadline(start + later, hours, "hours")


def test_hours_are_given_in_utc() -> None:
    assert deadline(london("2026-07-01 10:00"), 1, "hours").tzinfo is UTC
