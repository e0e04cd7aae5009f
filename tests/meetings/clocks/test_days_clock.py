"""Days of the calendar: a review is due so many of them after the meeting, at the same time of day."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings.clocks import deadline
from tests.meetings.clocks.slow_clocks import instants, london, the_same_time


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        pytest.param("2026-11-18 10:00", 7, "2026-11-25 10:00", id="a week"),
        pytest.param("2026-11-18 10:00", 28, "2026-12-16 10:00", id="four weeks"),
        pytest.param("2026-12-18 10:00", 7, "2026-12-25 10:00", id="to Christmas Day: days are not working days"),
        pytest.param("2026-03-25 14:00", 7, "2026-04-01 14:00", id="over the spring change, the same time"),
        pytest.param("2026-10-21 14:00", 7, "2026-10-28 14:00", id="over the autumn change, the same time"),
        pytest.param("2026-03-22 01:30", 7, "2026-03-29 02:30", id="to a time that the spring change leaves out"),
        pytest.param("2028-02-22 10:00", 7, "2028-02-29 10:00", id="to a leap day"),
        pytest.param("2028-02-29 10:00", 366, "2029-03-01 10:00", id="from a leap day, a year and a day on"),
        pytest.param("2026-11-18 00:00", 7, "2026-11-25 00:00", id="from midnight to midnight"),
    ],
)
def test_days_end_at_the_same_local_time(start: str, days: int, end: str) -> None:
    assert deadline(london(start), days, "days") == london(end).astimezone(UTC)


def test_of_a_time_that_the_autumn_change_repeats_the_first_counts() -> None:
    assert deadline(london("2026-10-18 01:30"), 7, "days") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_no_days_are_no_time_even_in_the_hour_that_happens_twice() -> None:
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert deadline(second, 0, "days") == second


@settings(max_examples=100, deadline=None)
@given(instants, st.integers(1, 60))
def test_days_agree_with_looking_at_the_clock_every_minute(start: datetime, days: int) -> None:
    assert deadline(start, days, "days") == the_same_time(start, days)


@given(instants, st.integers(1, 60))
def test_a_day_is_23_24_or_25_hours(start: datetime, days: int) -> None:
    length = deadline(start, days, "days") - start
    assert timedelta(days=days, hours=-1) <= length <= timedelta(days=days, hours=1)
