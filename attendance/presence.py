"""When somebody counts as having joined late or left early, by the times that a Teams file shows. Pure.

It is a proposal: a person confirms it. Times are instants.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

LATE_AFTER: Final = timedelta(minutes=10)
EARLY_BEFORE: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class Held:
    """From when until when the meeting really went on: planned, and as the call's own times have it.

    A call that began late made nobody late, and one that ended early let nobody leave early.
    """

    starts_at: datetime
    ends_at: datetime
    call_began: datetime | None = None
    call_ended: datetime | None = None

    @property
    def began(self) -> datetime:
        return max(self.starts_at, self.call_began or self.starts_at)

    @property
    def ended(self) -> datetime:
        return min(self.ends_at, self.call_ended or self.ends_at)


def joined_late(joins: Iterable[datetime | None], held: Held) -> bool:
    """Whether all of those who came for a seat joined late, as far as their times are known."""
    known = [at for at in joins if at is not None]
    return bool(known) and min(known) > held.began + LATE_AFTER


def left_early(leaves: Iterable[datetime | None], held: Held) -> bool:
    """Whether all of those who came for a seat left early, as far as their times are known."""
    known = [at for at in leaves if at is not None]
    return bool(known) and max(known) < held.ended - EARLY_BEFORE
