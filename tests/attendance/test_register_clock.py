"""The clock of an open register: the same evening, and then each working morning up to a bound."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.register_clock import EVENING, MORNING, MORNINGS, TO_MARK, questions
from directory.working_days import is_working_day
from web.moments import LONDON


def due(ends_at: datetime) -> list[str]:
    return [f"{one.due_at.astimezone(LONDON):%a %d %b %H:%M}" for one in questions(ends_at)]


def london(day: int, hour: int, minute: int = 0, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LONDON)


def test_a_meeting_of_a_wednesday() -> None:
    assert due(london(18, 10)) == [
        "Wed 18 Nov 18:00",
        "Thu 19 Nov 09:00",
        "Fri 20 Nov 09:00",
        "Mon 23 Nov 09:00",
        "Tue 24 Nov 09:00",
        "Wed 25 Nov 09:00",
    ]


@pytest.mark.parametrize(
    ("ends_at", "first", "second"),
    [
        (london(18, 17, 45), "Wed 18 Nov 18:15", "Thu 19 Nov 09:00"),
        (london(18, 23, 50), "Thu 19 Nov 00:20", "Thu 19 Nov 09:00"),
        (london(19, 2), "Thu 19 Nov 18:00", "Fri 20 Nov 09:00"),
        (london(20, 15), "Fri 20 Nov 18:00", "Mon 23 Nov 09:00"),
        (london(21, 11), "Sat 21 Nov 18:00", "Mon 23 Nov 09:00"),
        (london(24, 15, month=12), "Thu 24 Dec 18:00", "Tue 29 Dec 09:00"),
    ],
    ids=["ended late", "before midnight", "in the night", "on a Friday", "on a Saturday", "before Christmas"],
)
def test_the_first_two_of(ends_at: datetime, first: str, second: str) -> None:
    assert due(ends_at)[:2] == [first, second]


@pytest.mark.parametrize("ends_at", [london(27, 15, month=3), london(23, 15, month=10)])
def test_the_mornings_are_at_nine_on_londons_clocks_across_a_change_of_them(ends_at: datetime) -> None:
    assert {one[-5:] for one in due(ends_at)[1:]} == {"09:00"}


def test_each_is_of_use_until_the_next_and_the_last_until_one_more_morning() -> None:
    asked = questions(london(18, 10))
    assert all(one.useful_until == later.due_at for one, later in pairwise(asked))
    assert asked[-1].useful_until == london(26, 9)


@given(st.integers(0, 3_600_000))
def test_it_agrees_with_going_through_the_days_one_by_one(minutes: int) -> None:
    ends_at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    there, found = (ends_at + TO_MARK).astimezone(LONDON), []
    if (evening := datetime.combine(ends_at.astimezone(LONDON).date(), EVENING, LONDON)) > there:
        there = evening
    found.append(there.astimezone(UTC))
    day: date = ends_at.astimezone(LONDON).date()
    while len(found) <= MORNINGS:
        morning = datetime.combine(day, time(MORNING.hour), LONDON)
        if is_working_day(day) and day > ends_at.astimezone(LONDON).date() and morning > there:
            found.append(morning.astimezone(UTC))
        day += timedelta(days=1)
    assert [one.due_at for one in questions(ends_at)] == found
