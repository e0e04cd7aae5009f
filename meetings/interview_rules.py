"""The two clocks that a return starts: the prevention interview in 24 hours, the return home interview in 72. Pure.

Both hours are elapsed hours from the end of the episode (Missing children in London, 2023). Where only the day of the
return is known they begin when that day ends, so that nobody is said to be late who may not have been.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from web.moments import london_date, start_of


class InterviewKind(StrEnum):
    """The police's prevention interview (safe and well check), and the independent return home interview."""

    PPI = "PPI"
    RHI = "RHI"


NAMES: Final = {InterviewKind.PPI: "Prevention interview (PPI)", InterviewKind.RHI: "Return home interview (RHI)"}
WITHIN: Final = {InterviewKind.PPI: timedelta(hours=24), InterviewKind.RHI: timedelta(hours=72)}
MODES: Final = ("in person", "by telephone", "by video")
WITH_WHOM: Final = ("the child alone", "the child with an adult", "an adult only")


class Clock(StrEnum):
    """How one interview stands."""

    NOT_STARTED = "not started"  # the child is missing
    RUNNING = "running"
    MISSED = "missed"  # its time is over and nobody said that it was done
    IN_TIME = "done in time"
    LATE = "done late"
    DONE = "done"  # when is not known
    NOT_DONE = "not done"


@dataclass(frozen=True)
class Said:
    """The latest answer about an interview: yes, no or unknown; when it was done, where that was said."""

    answer: str
    done_at: datetime | None = None


def interview_due(kind: InterviewKind, ended_at: datetime, *, by_day: bool) -> datetime:
    """The instant by which the interview is to be done, in UTC."""
    begins = start_of(london_date(ended_at) + timedelta(days=1)) if by_day else ended_at
    return begins.astimezone(UTC) + WITHIN[kind]


def standing_clock(due_at: datetime | None, said: Said | None, now: datetime) -> Clock:
    """How an interview stands now; `due_at` is None while the child is missing."""
    if said is not None and said.answer == "yes":
        if said.done_at is None or due_at is None:
            return Clock.DONE
        return Clock.IN_TIME if said.done_at <= due_at else Clock.LATE
    if said is not None and said.answer == "no":
        return Clock.NOT_DONE
    if due_at is None:
        return Clock.NOT_STARTED
    return Clock.RUNNING if now <= due_at else Clock.MISSED
