"""When the drafts of a calendar are due: pure, in London's days, on England's working days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from directory.working_days import is_working_day
from reports import periods
from reports.calendar_tables import Every
from reports.periods import Period
from web.moments import london_at, london_date

MORNING: Final = time(9)
_ONE_DAY: Final = timedelta(days=1)


def drawn_at(period: Period, working_days: int) -> datetime:
    """The instant at which the draft is due, in UTC: 9 in the morning of that working day after the last day.

    :param working_days: 1 or more; 1 is the first working day after the period.
    """
    return london_at(working_day_after(period.last, working_days), MORNING)


def working_day_after(day: date, count: int) -> date:
    """The working day that is `count` of them after this day."""
    while count:
        day += _ONE_DAY
        count -= is_working_day(day)
    return day


def days_until_working_day(day: date, count: int) -> int:
    """How many days of the calendar there are until that working day."""
    return (working_day_after(day, count) - day).days


def due(every: str, since: date, working_days: int, now: datetime) -> list[tuple[Period, datetime]]:
    """Every period whose draft is due by now, with when it was: the oldest first, however long nobody looked.

    :param since: periods that end before this London date are left out.
    """
    found = []
    period = containing(every, since)
    while period.last < london_date(now) and (at := drawn_at(period, working_days)) <= now:
        found.append((period, at))
        period = after(every, period)
    return found


def coming(every: str, since: date, working_days: int, now: datetime) -> tuple[Period, datetime]:
    """The first period whose draft is not due yet, and when it will be."""
    period = containing(every, max(since, london_date(now)))
    while (before := containing(every, period.first - _ONE_DAY)).last >= since and drawn_at(
        before, working_days
    ) > now:
        period = before
    return period, drawn_at(period, working_days)


def containing(every: str, day: date) -> Period:
    """The month, quarter or financial year that the day lies in."""
    if every == Every.MONTH:
        return periods.month(day.year, day.month)
    if every == Every.QUARTER:
        return periods.quarter(day.year, (day.month + 2) // 3)
    return periods.financial_year_of(day)


def after(every: str, period: Period) -> Period:
    """The one that begins the day after this one ends."""
    return containing(every, period.last + _ONE_DAY)


def every_of(period: Period) -> str | None:
    """Which calendar a period belongs to; None for days that are no month, quarter or financial year."""
    return next((every.value for every in Every if containing(every, period.first) == period), None)
