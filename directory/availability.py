"""What is known of a unit's time: when it is on duty, when it is taken, and so whether it can come. Pure.

A period is half-open: whoever is taken until 10:00 is free at 10:00. Instants are aware and in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
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
        if any(one.overlaps(period) for one in self.busy):
            return Free.BUSY
        if self.duty is not None:
            return Free.FREE if any(one.holds(period) for one in self.duty) else Free.OFF_DUTY
        return Free.FREE if self.read_at is not None else Free.UNKNOWN


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
