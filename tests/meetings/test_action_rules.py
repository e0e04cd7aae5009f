"""When the owner of an action is written to, against a slow, obvious calendar; and what the letter then says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from directory.working_days import is_working_day
from meetings.action_rules import Nudge, ends_with, is_overdue, next_nudge, nudge_at
from web.moments import LONDON

FRIDAY = date(2026, 11, 27)
HOUR = timedelta(hours=1)


def london(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=LONDON)


def test_the_owner_is_reminded_the_working_day_before_on_the_day_and_weekly() -> None:
    monday = date(2026, 11, 30)
    at, found = london(date(2026, 11, 20), 12), []
    for _ in range(4):
        at = next_nudge(monday, at)
        found.append(at)
    days = [FRIDAY, monday, monday + timedelta(days=7), monday + timedelta(days=14)]
    assert found == [london(day, 9) for day in days]


def test_an_action_given_on_its_last_day_is_next_reminded_when_overdue() -> None:
    assert next_nudge(FRIDAY, london(FRIDAY, 10)) == london(FRIDAY + timedelta(days=7), 9)


def test_an_action_is_overdue_when_its_day_in_london_is_over() -> None:
    summer = date(2026, 7, 10)
    assert ends_with(summer) == datetime(2026, 7, 10, 23, 0, tzinfo=UTC)
    assert not is_overdue(summer, ends_with(summer) - HOUR)
    assert is_overdue(summer, ends_with(summer))


def test_a_letter_says_before_today_or_overdue() -> None:
    assert nudge_at(FRIDAY, london(date(2026, 11, 26), 9)) is Nudge.BEFORE
    assert nudge_at(FRIDAY, london(FRIDAY, 9)) is Nudge.TODAY
    assert nudge_at(FRIDAY, london(date(2026, 12, 4), 9)) is Nudge.OVERDUE


@given(due=st.dates(date(2024, 1, 1), date(2029, 1, 1)), back=st.integers(-3000, 400))
def test_the_next_reminder_is_the_first_nine_oclock_that_the_calendar_names(due: date, back: int) -> None:
    after = (london(due, 9) - back * HOUR).astimezone(UTC)
    before = due - timedelta(days=1)
    while not is_working_day(before):
        before -= timedelta(days=1)
    day = min(after.astimezone(LONDON).date(), before)
    while not (london(day, 9) > after and (day == before or (day >= due and (day - due).days % 7 == 0))):
        day += timedelta(days=1)
    assert next_nudge(due, after) == london(day, 9)
