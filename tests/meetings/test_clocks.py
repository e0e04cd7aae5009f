"""Deadlines in hours and working days, and answers in working hours."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.working_days import is_working_day
from meetings.clocks import deadline, reply_by
from web.moments import LONDON, london_date, start_of


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("start", "amount", "end"),
    [
        pytest.param("2026-11-18 10:00", 1, "2026-11-19 10:00", id="an ordinary day"),
        pytest.param("2026-11-20 15:00", 1, "2026-11-23 15:00", id="over a weekend"),
        pytest.param("2026-11-21 11:00", 1, "2026-11-24 00:00", id="from a Saturday: the end of Monday"),
        pytest.param("2026-11-22 23:59", 1, "2026-11-24 00:00", id="from late on Sunday: still the end of Monday"),
        pytest.param("2026-11-23 00:00", 1, "2026-11-24 00:00", id="from the first midnight of Monday"),
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


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        pytest.param("2026-11-18 10:00", 72, "2026-11-21 10:00", id="weekends count"),
        pytest.param("2026-03-28 12:00", 24, "2026-03-29 13:00", id="the spring night is short"),
        pytest.param("2026-10-24 12:00", 24, "2026-10-25 11:00", id="the autumn night is long"),
        pytest.param("2028-02-28 12:00", 24, "2028-02-29 12:00", id="a leap day"),
    ],
)
def test_hours_are_elapsed_hours(start: str, hours: int, end: str) -> None:
    assert deadline(london(start), hours, "hours") == london(end)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        pytest.param("2026-11-18 10:00", 4, "2026-11-18 14:00", id="within a day"),
        pytest.param("2026-11-18 13:00", 4, "2026-11-18 17:00", id="to the very end of a day"),
        pytest.param("2026-11-18 15:00", 4, "2026-11-19 11:00", id="over a night"),
        pytest.param("2026-11-18 17:00", 4, "2026-11-19 13:00", id="from the end of a day"),
        pytest.param("2026-11-18 03:00", 4, "2026-11-18 13:00", id="from before a day starts"),
        pytest.param("2026-11-20 16:30", 4, "2026-11-23 12:30", id="over a weekend"),
        pytest.param("2026-11-21 11:00", 4, "2026-11-23 13:00", id="from a Saturday"),
        pytest.param("2026-12-24 15:00", 4, "2026-12-29 11:00", id="over Christmas"),
        pytest.param("2026-11-18 10:00", 16, "2026-11-20 10:00", id="two whole days"),
        pytest.param("2026-03-27 16:00", 2, "2026-03-30 10:00", id="over the spring change"),
        pytest.param("2026-10-23 16:00", 2, "2026-10-26 10:00", id="over the autumn change"),
    ],
)
def test_working_hours_run_from_nine_to_five(start: str, hours: int, end: str) -> None:
    assert reply_by(london(start), hours, "working hours") == london(end)


def test_an_answer_may_be_asked_for_in_working_days() -> None:
    assert reply_by(london("2026-11-20 15:00"), 1, "working days") == london("2026-11-23 15:00")


def test_a_deadline_is_given_in_utc() -> None:
    assert deadline(london("2026-07-01 10:00"), 1, "working days").isoformat() == "2026-07-02T09:00:00+00:00"
    assert deadline(london("2026-07-01 10:00"), 1, "hours").tzinfo is UTC


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


instants = st.datetimes(
    min_value=datetime(2026, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    max_value=datetime(2029, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    timezones=st.just(UTC),
).map(lambda at: at.replace(second=0, microsecond=0))


@given(instants, st.integers(0, 8))
def test_working_days_agree_with_counting_minute_free_days_one_by_one(start: datetime, amount: int) -> None:
    local = start.astimezone(LONDON)
    day, at = local.date(), local.time()
    days = [day + timedelta(days=n) for n in range(60)]
    working = [d for d in days if is_working_day(d)]
    expected_time = at if working[0] == day else time(0)
    assert deadline(start, amount, "working days") == datetime.combine(working[amount], expected_time, LONDON)


@given(instants, st.integers(1, 20))
def test_working_hours_agree_with_counting_every_minute(start: datetime, hours: int) -> None:
    left, at = hours * 60, start
    while left:
        local = at.astimezone(LONDON)
        if is_working_day(local.date()) and time(9) <= local.time() < time(17):
            left -= 1
        at += timedelta(minutes=1)
    assert reply_by(start, hours, "working hours") == at


@given(instants, st.timedeltas(timedelta(0), timedelta(days=9)), st.integers(0, 5))
def test_a_later_start_never_has_an_earlier_deadline(start: datetime, later: timedelta, amount: int) -> None:
    for unit in ("hours", "working days"):
        assert deadline(start, amount, unit) <= deadline(start + later, amount, unit)
