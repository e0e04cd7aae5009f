"""2/7/26 is the second of July or the seventh of February: only the day of the meeting tells."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.teams_text import Unusable
from attendance.teams_times import Order, Written, instant, order_of, written


def known(text: str) -> Written:
    found = written(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "text",
    [
        "11/18/26, 2:05:03 PM",
        "11/18/26, 2:05:03\u202fPM",
        "11/18/2026 2:05:03 p.m.",
        "11/18/2026, 2:05:03 p. m.",
        "18/11/2026, 14:05:03",
        "18.11.26, 14:05:03",
        "18-11-2026 14:05:03",
        "2026-11-18 14:05:03",
        "2026-11-18T14:05:03Z",
        "2026/11/18 下午 2:05:03",
        "18. 11. 2026 14:05:03",
    ],
)
def test_one_moment_in_the_ways_in_which_teams_writes_it(text: str) -> None:
    one = known(text)
    order = order_of([one], {date(2026, 11, 18)})
    assert instant(one, order) == datetime(2026, 11, 18, 14, 5, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "soon", "1h 4m 15s", "59 Min. 0 Sek.", "11/18/26, 25:00:00", "11/18/26, 2:05 XM", "9:05:00 AM"]
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert written(text) is None


def test_midnight_and_midday_by_twelve_hours() -> None:
    assert known("11/18/26, 12:00:00 AM").hour == 0
    assert known("11/18/26, 12:00:00 PM").hour == 12


@pytest.mark.parametrize(
    ("day", "order"), [(date(2026, 7, 2), Order.DAY_FIRST), (date(2026, 2, 7), Order.MONTH_FIRST)]
)
def test_the_day_of_the_meeting_settles_which_number_is_the_month(day: date, order: Order) -> None:
    assert order_of([known("2/7/26, 10:00:00 AM")], {day}) == order


def test_a_file_of_another_day_is_refused_with_its_day() -> None:
    with pytest.raises(Unusable, match=r"\(2/7/26\) are not on the day of this meeting"):
        order_of([known("2/7/26, 10:00:00 AM")], {date(2026, 11, 18)})


def test_one_order_must_fit_every_date_of_the_file() -> None:
    with pytest.raises(Unusable):
        order_of([known("2/7/26, 10:00"), known("7/2/26, 10:00")], {date(2026, 7, 2)})


def test_full_stops_stand_in_dates_with_the_day_first() -> None:
    with pytest.raises(Unusable):
        order_of([known("07.02.26, 10:00:00")], {date(2026, 7, 2)})


@given(
    st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    st.sampled_from(["{0.day}/{0.month}/{1}", "{0.month}/{0.day}/{1}"]),
)
def test_no_day_is_ever_read_as_another(day: date, shape: str) -> None:
    """Days of one meeting lie beside one another; those that swapping makes lie weeks away."""
    one = known(f"{shape.format(day, day.year % 100)}, 10:00:00 AM")
    for days in ({day}, {day, day + timedelta(days=1)}, {day - timedelta(days=1), day}):
        assert one.day(order_of([one], days)) == day
