"""Working hours: an answer about a child graded high is asked for within four of them."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings.clocks import reply_by
from tests.meetings.clocks.slow_clocks import after_minutes, in_working_hours, instants, london


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        pytest.param("2026-11-18 10:00", 4, "2026-11-18 14:00", id="within a day"),
        pytest.param("2026-11-18 13:00", 4, "2026-11-18 17:00", id="to the very end of a day"),
        pytest.param("2026-11-18 15:00", 4, "2026-11-19 11:00", id="over a night"),
        pytest.param("2026-11-18 17:00", 4, "2026-11-19 13:00", id="from the end of a day"),
        pytest.param("2026-11-18 03:00", 4, "2026-11-18 13:00", id="from before a day starts"),
        pytest.param("2026-11-18 00:00", 8, "2026-11-18 17:00", id="from midnight"),
        pytest.param("2026-11-20 16:30", 4, "2026-11-23 12:30", id="over a weekend"),
        pytest.param("2026-11-21 11:00", 4, "2026-11-23 13:00", id="from a Saturday"),
        pytest.param("2026-12-24 15:00", 4, "2026-12-29 11:00", id="over Christmas"),
        pytest.param("2028-02-28 16:00", 9, "2028-02-29 17:00", id="to the end of a leap day"),
        pytest.param("2026-11-18 10:00", 16, "2026-11-20 10:00", id="two whole days"),
        pytest.param("2026-03-27 16:00", 2, "2026-03-30 10:00", id="over the spring change"),
        pytest.param("2026-10-23 16:00", 2, "2026-10-26 10:00", id="over the autumn change"),
    ],
)
def test_working_hours_run_from_nine_to_five(start: str, hours: int, end: str) -> None:
    assert reply_by(london(start), hours, "working hours") == london(end)


@settings(max_examples=60, deadline=None)
@given(instants, st.integers(1, 20))
def test_working_hours_agree_with_counting_every_minute_of_them(start: datetime, hours: int) -> None:
    assert reply_by(start, hours, "working hours") == after_minutes(start, hours * 60, in_working_hours)


@given(instants, st.timedeltas(timedelta(0), timedelta(days=9)), st.integers(0, 20))
def test_a_later_start_never_ends_earlier_in_working_hours(start: datetime, later: timedelta, hours: int) -> None:
    assert reply_by(start, hours, "working hours") <= reply_by(start + later, hours, "working hours")
