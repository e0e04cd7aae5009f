"""When somebody is asked about a register that is still open. Pure; days and times of day are London's.

The same evening, on the next working morning, and then on each working morning, until `MORNINGS` have passed. What is
not recorded then stays not recorded, until a person says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Final

from directory.working_days import is_working_day
from web.moments import london_at, london_date

EVENING: Final = time(18)
MORNING: Final = time(9)
TO_MARK: Final = timedelta(minutes=30)  # after the end, before anybody is asked
MORNINGS: Final = 5


@dataclass(frozen=True)
class Question:
    """When it is due, and until when it is of use: from then on the next one asks the same."""

    due_at: datetime
    useful_until: datetime


def questions(ends_at: datetime) -> tuple[Question, ...]:
    """When a register is asked about whose meeting was to end at `ends_at`, the soonest first; instants in UTC.

    A meeting that ends late in the evening is asked about half an hour later.
    """
    evening = max(london_at(london_date(ends_at), EVENING), (ends_at + TO_MARK).astimezone(UTC))
    mornings: list[datetime] = []
    day = london_date(ends_at)
    while len(mornings) <= MORNINGS:  # one more, at which the last is of no more use
        day += timedelta(days=1)
        if is_working_day(day) and london_at(day, MORNING) > evening:
            mornings.append(london_at(day, MORNING))
    moments = [evening, *mornings]
    return tuple(Question(due_at, until) for due_at, until in pairwise(moments))
