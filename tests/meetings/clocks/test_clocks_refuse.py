"""What no clock counts, and how London's days lie on the line of instants."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.working_days import is_working_day
from meetings.clocks import deadline, reply_by
from tests.meetings.clocks.slow_clocks import FIRST, LAST, is_worked, london
from web.moments import london_date, start_of


def test_the_london_day_turns_at_midnight_in_london() -> None:
    assert london_date(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == date(2026, 7, 2)
    assert start_of(date(2026, 7, 2)) == datetime(2026, 7, 1, 23, 0, tzinfo=UTC)


def test_an_instant_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 11, 18, 10)  # noqa: DTZ001 - a naive instant is what is being refused
    with pytest.raises(ValueError, match="needs its zone"):
        deadline(naive, 1, "hours")
    with pytest.raises(ValueError, match="needs its zone"):
        reply_by(naive, 1, "working hours")


@pytest.mark.parametrize("unit", ["hours", "working days"])
def test_a_clock_cannot_run_backwards(unit: str) -> None:
    with pytest.raises(ValueError, match="backwards"):
        deadline(london("2026-11-18 10:00"), -1, unit)


def test_an_answer_cannot_be_asked_for_before_now() -> None:
    with pytest.raises(ValueError, match="backwards"):
        reply_by(london("2026-11-18 10:00"), -1, "working hours")


def test_other_units_are_refused() -> None:
    with pytest.raises(ValueError, match="hours, days or working days"):
        deadline(london("2026-11-18 10:00"), 1, "fortnights")
    with pytest.raises(ValueError, match="working hours or working days"):
        reply_by(london("2026-11-18 10:00"), 1, "hours")


@given(st.dates(FIRST.date(), LAST.date()))
def test_the_working_days_are_those_of_the_published_bank_holidays(day: date) -> None:
    assert is_working_day(day) == is_worked(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
