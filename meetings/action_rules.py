"""Actions: their kinds, how they end, and when their owner is written to. Pure.

An action is due by the end of a day in London. Its owner is written to when it is given, at 9am on the working day
before, at 9am on the day, and then every week at 9am until it has ended. A letter whose time passed while nothing
could be sent is not made up for: the next one says the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import count
from typing import Final

from directory.working_days import is_working_day
from web.moments import london_at, start_of

LONGEST_TITLE: Final = 120
LONGEST_NOTE: Final = 200
KINDS: Final = (
    "prevention interview (PPI)",
    "return home interview (RHI)",
    "information sharing",
    "publicity appeal",
    "TextSafe request",
    "referral",
    "family contact named",
    "care plan review",
    "trusted adult's views",
    "other",
)
_AT: Final = time(9, 0)


class ActionState(StrEnum):
    """How an action stands. All but OPEN are its end, until a coordinator opens it again."""

    OPEN = "open"
    DONE = "done"
    OVERTAKEN = "overtaken by events"
    NOT_DONE = "not done"


ENDS: Final = (ActionState.DONE, ActionState.OVERTAKEN, ActionState.NOT_DONE)


class Nudge(StrEnum):
    """Which letter an owner is due."""

    BEFORE = "before"
    TODAY = "today"
    OVERDUE = "overdue"


def ends_with(due_on: date) -> datetime:
    """The instant at which the action becomes overdue: the midnight in London that ends its day, in UTC."""
    return start_of(due_on + timedelta(days=1))


def is_overdue(due_on: date, now: datetime) -> bool:
    return now >= ends_with(due_on)


def next_nudge(due_on: date, after: datetime) -> datetime:
    """The first time after an instant at which the owner is written to; there always is one, weekly in the end."""
    return next(at for at in _nudges(due_on) if at > after)


def nudge_at(due_on: date, now: datetime) -> Nudge:
    """What a letter written now says of the action."""
    if is_overdue(due_on, now):
        return Nudge.OVERDUE
    return Nudge.TODAY if now >= start_of(due_on) else Nudge.BEFORE


def _nudges(due_on: date) -> Iterator[datetime]:
    before = due_on - timedelta(days=1)
    while not is_working_day(before):
        before -= timedelta(days=1)
    yield london_at(before, _AT)
    for weeks in count():
        yield london_at(due_on + timedelta(weeks=weeks), _AT)
