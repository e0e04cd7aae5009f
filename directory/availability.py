"""What is known of a unit's time: when it is on duty, when it is taken, and so whether it can come. Pure.

A period is half-open: whoever is taken until 10:00 is free at 10:00. Instants are aware and in UTC.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from uuid import UUID


class Free(StrEnum):
    """Whether a unit can come at a time. UNKNOWN is never read as free, nor as busy."""

    FREE = "free"
    BUSY = "busy"
    OFF_DUTY = "off duty"
    UNKNOWN = "unknown"


@dataclass(frozen=True, order=True)
class Period:
    """From an instant until another, without the latter."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: Period) -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def holds(self, other: Period) -> bool:
        """Whether the other lies wholly within this one."""
        return self.starts_at <= other.starts_at and other.ends_at <= self.ends_at


@dataclass(frozen=True)
class Diary:
    """What is known of one unit's time within a window.

    :param duty: its periods on duty, merged and in order; None where it has told no duty pattern.
    :param busy: when it is taken, by its calendar or by other meetings here, merged and in order.
    :param read_at: when its published calendar was last read; None where it publishes none, or it cannot be read.
    """

    unit: UUID
    duty: tuple[Period, ...] | None = None
    busy: tuple[Period, ...] = ()
    read_at: datetime | None = None

    def at(self, period: Period) -> Free:
        """Whether the unit can come for the whole of the period: taken goes before off duty, silence is unknown."""
        return Free.BUSY if self.taken(period) else self.unless_taken(period)

    def unless_taken(self, period: Period) -> Free:
        """As `at`, for somebody who knows already that the unit is not taken."""
        if self.duty is not None:
            last = _last_before(self.duty, period.ends_at)
            return Free.FREE if last is not None and last.holds(period) else Free.OFF_DUTY
        return Free.FREE if self.read_at is not None else Free.UNKNOWN

    def taken(self, period: Period) -> bool:
        """Whether the unit is known to be elsewhere in any part of the period."""
        last = _last_before(self.busy, period.ends_at)
        return last is not None and last.overlaps(period)


def _last_before(periods: Sequence[Period], instant: datetime) -> Period | None:
    """The last of these that begins before the instant: of merged periods, it is also the one that ends last."""
    index = bisect_left(periods, instant, key=_begins)
    return periods[index - 1] if index else None


_begins = attrgetter("starts_at")


def merged(periods: Iterable[Period]) -> tuple[Period, ...]:
    """The same time without overlaps, in order; periods that touch become one, empty ones fall away."""
    found: list[Period] = []
    for one in sorted(periods):
        if one.starts_at >= one.ends_at:
            continue
        if found and one.starts_at <= found[-1].ends_at:
            found[-1] = Period(found[-1].starts_at, max(found[-1].ends_at, one.ends_at))
        else:
            found.append(one)
    return tuple(found)
