"""Shares of the working time between two instants: 9:00 to 17:00 in London on England's working days; pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from directory.working_days import is_working_day
from meetings.clocks import DAY_ENDS, DAY_STARTS
from web.moments import london_at, london_date

ENOUGH: Final = timedelta(hours=2)  # with less working time than this, hours of day and night count alike
_DAY: Final = timedelta(days=1)


def along(begins: datetime, ends: datetime, share: float) -> datetime:
    """When this share of the working time between the two has passed; of all the time, where it is urgent.

    :param share: from 0 up to, but not, 1; so the instant is before `ends`.
    """
    spans = list(_worked(begins, ends))
    total = sum((until - since for since, until in spans), timedelta())
    if total < ENOUGH:
        return begins + (ends - begins) * share
    left = total * share
    if not left:
        return begins
    for since, until in spans:
        if left <= until - since:
            return since + left
        left -= until - since
    return spans[-1][1]


def before(ends: datetime, worked: timedelta) -> datetime:
    """The last instant from which there is this much working time up to `ends`."""
    day = london_date(ends)
    while True:
        for since, until in _hours_of(day):
            if since >= ends:
                continue
            span = min(until, ends) - since
            if worked <= span:
                return min(until, ends) - worked
            worked -= span
        day -= _DAY


def rolled_back(instant: datetime) -> datetime:
    """The instant, or the end of the working time before it where it lies outside."""
    day = london_date(instant)
    while True:
        for since, until in _hours_of(day):
            if since <= instant:
                return min(instant, until)
        day -= _DAY


def _worked(begins: datetime, ends: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The spans of working time between two instants."""
    day = london_date(begins)
    while day <= london_date(ends):
        for since, until in _hours_of(day):
            if max(since, begins) < min(until, ends):
                yield max(since, begins), min(until, ends)
        day += _DAY


def _hours_of(day: date) -> list[tuple[datetime, datetime]]:
    """The working time of a London date, in UTC; none on other days."""
    return [(london_at(day, DAY_STARTS), london_at(day, DAY_ENDS))] if is_working_day(day) else []
