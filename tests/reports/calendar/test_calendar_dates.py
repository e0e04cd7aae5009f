"""Drafts are due on a working day after their period; after an outage none is missing and none comes twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.working_days import is_working_day
from reports import periods
from reports.calendar_dates import coming, containing, days_until_working_day, drawn_at, due, every_of
from reports.calendar_tables import Every
from web import filters
from web.moments import london_date

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
KINDS = st.sampled_from([every.value for every in Every])


@pytest.mark.parametrize(
    ("period", "working_days", "day"),
    [
        ("2026-Q3", 1, "Thursday 1 October 2026"),
        ("2026-Q3", 10, "Wednesday 14 October 2026"),
        ("2026-10", 1, "Monday 2 November 2026"),  # the month ends on a Saturday
        ("2026-Q4", 1, "Monday 4 January 2027"),  # the new year's bank holiday, a weekend
        ("2026-27", 5, "Wednesday 7 April 2027"),  # Easter Monday is no working day
    ],
)
def test_the_draft_is_due_at_nine_on_a_working_day(period: str, working_days: int, day: str) -> None:
    assert filters.london(drawn_at(periods.parse(period), working_days)) == f"{day} at 9am"


def test_all_that_was_missed_is_due_the_oldest_first() -> None:
    assert [period.code for period, _ in due(Every.MONTH, date(2026, 6, 15), 10, NOON)] == [
        "2026-06", "2026-07", "2026-08", "2026-09", "2026-10",
    ]  # fmt: skip


def test_a_period_that_ended_before_the_calendar_began_is_left_alone() -> None:
    assert due(Every.QUARTER, date(2026, 10, 1), 10, NOON) == []


@pytest.mark.parametrize(
    ("period", "every"),
    [
        ("2026-11", "month"),
        ("2026-Q3", "quarter"),
        ("2026-27", "financial year"),
        ("2026-11-01..2026-11-30", None),
        ("2026-11-01..2026-11-05", None),
    ],
)
def test_each_period_belongs_to_the_calendar_of_its_length(period: str, every: str | None) -> None:
    assert every_of(periods.parse(period)) == every


@given(DAYS, st.integers(1, 40))
def test_that_many_working_days_lie_up_to_the_day(day: date, count: int) -> None:
    days = [day + timedelta(days=n) for n in range(1, days_until_working_day(day, count) + 1)]
    assert sum(map(is_working_day, days)) == count
    assert is_working_day(days[-1])


@given(KINDS, DAYS, st.integers(1, 40), st.integers(0, 900))
def test_what_is_due_grows_by_one_period_after_the_other(
    every: str, since: date, working_days: int, later: int
) -> None:
    """Against the slow way: every day since is looked at, and each new period on it asked whether it is due."""
    now = datetime.combine(since, datetime.min.time(), UTC) + timedelta(days=later, hours=12)
    slow = {}
    for n in range(later + 1):
        period = containing(every, since + timedelta(days=n))
        if period.last >= since and drawn_at(period, working_days) <= now:
            slow[period.code] = drawn_at(period, working_days)
    found = due(every, since, working_days, now)
    assert [(period.code, at) for period, at in found] == list(slow.items())

    next_one, at = coming(every, since, working_days, now)
    assert at > now
    assert next_one.code not in slow
    assert next_one.last >= since
    before = containing(every, next_one.first - timedelta(days=1))
    assert before.last < since or before.code in slow
    assert london_date(at) > next_one.last
