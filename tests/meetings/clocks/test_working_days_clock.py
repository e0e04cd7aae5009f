"""Working days: REPEAT is held within five of them, an answer is usually asked for within one."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings.clocks import deadline, reply_by
from tests.meetings.clocks.slow_clocks import after_minutes, instants, is_worked, london


@pytest.mark.parametrize(
    ("start", "amount", "end"),
    [
        pytest.param("2026-11-18 10:00", 1, "2026-11-19 10:00", id="an ordinary day"),
        pytest.param("2026-11-20 15:00", 1, "2026-11-23 15:00", id="over a weekend"),
        pytest.param("2026-11-21 11:00", 1, "2026-11-24 00:00", id="from a Saturday: the end of Monday"),
        pytest.param("2026-11-21 11:00", 5, "2026-11-28 00:00", id="from a Saturday: the end of Friday"),
        pytest.param("2026-11-22 23:59", 1, "2026-11-24 00:00", id="from late on Sunday: still the end of Monday"),
        pytest.param("2026-11-23 00:00", 1, "2026-11-24 00:00", id="from the first midnight of Monday"),
        pytest.param("2026-11-20 00:00", 1, "2026-11-21 00:00", id="from the first midnight of Friday: its end"),
        pytest.param("2026-11-20 23:59", 1, "2026-11-23 23:59", id="from the last minute of Friday"),
        pytest.param("2026-12-24 16:00", 1, "2026-12-29 16:00", id="Christmas 2026, with 28 December its substitute"),
        pytest.param("2026-12-25 09:00", 1, "2026-12-30 00:00", id="from Christmas Day: the end of 29 December"),
        pytest.param("2026-12-28 12:00", 5, "2027-01-06 00:00", id="from the substitute day, over New Year"),
        pytest.param("2026-04-02 10:00", 5, "2026-04-13 10:00", id="over Easter"),
        pytest.param("2028-02-28 10:00", 2, "2028-03-01 10:00", id="over a leap day"),
        pytest.param("2028-02-28 10:00", 1, "2028-02-29 10:00", id="to a leap day"),
        pytest.param("2026-03-27 15:00", 1, "2026-03-30 15:00", id="over the spring change"),
        pytest.param("2026-10-23 15:00", 1, "2026-10-26 15:00", id="over the autumn change"),
        pytest.param("2026-11-18 10:00", 0, "2026-11-18 10:00", id="no days at all"),
        pytest.param("2026-11-21 10:00", 0, "2026-11-23 00:00", id="no days, from a Saturday"),
    ],
)
def test_working_days_end_at_the_same_local_time(start: str, amount: int, end: str) -> None:
    assert deadline(london(start), amount, "working days") == london(end)


def test_an_answer_may_be_asked_for_in_working_days() -> None:
    assert reply_by(london("2026-11-20 15:00"), 1, "working days") == london("2026-11-23 15:00")


def test_working_days_are_given_in_utc() -> None:
    assert deadline(london("2026-07-01 10:00"), 1, "working days").isoformat() == "2026-07-02T09:00:00+00:00"


@settings(max_examples=60, deadline=None)
@given(instants, st.integers(1, 5))
def test_working_days_agree_with_counting_every_minute_of_them(start: datetime, amount: int) -> None:
    assert deadline(start, amount, "working days") == after_minutes(start, amount * 24 * 60, is_worked)


@given(instants, st.timedeltas(timedelta(0), timedelta(days=9)), st.integers(0, 5))
def test_a_later_start_never_ends_earlier_in_working_days(start: datetime, later: timedelta, amount: int) -> None:
    assert deadline(start, amount, "working days") <= deadline(start + later, amount, "working days")
