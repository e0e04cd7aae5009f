"""The ladder: for each cause, which steps there are, whom each tells, and when it is due; pure.

The numbers are defaults, and data (docs/decisions/0020): an authority settles its own before it goes live. Instants
are aware, and those given are in UTC. Working time is that of `meetings.clocks`: 9:00 to 17:00 on working days.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from attendance.working_time import along, before, rolled_back
from directory.rungs import Rung
from meetings import clocks


class Cause(StrEnum):
    """Why a ladder is climbed."""

    NO_ANSWER = "no answer"
    NO_SHOW = "no-show"
    SECOND_NO_SHOW = "second no-show"
    THIRD_NO_SHOW = "third no-show"
    LOW_RATE = "low attendance"
    DISPUTE = "dispute"
    HANDOVER = "move handover"
    QUARTER = "quarter"


@dataclass(frozen=True)
class Climb:
    """One step as data: whom it tells, how long after the ladder was raised (hours, working hours, working days)."""

    rungs: tuple[Rung, ...]
    amount: int = 0
    unit: str = "working days"


@dataclass(frozen=True)
class Step:
    """One step with its time."""

    rungs: tuple[Rung, ...]
    due_at: datetime


@dataclass(frozen=True)
class Ladder:
    """The steps of a cause. Where an acknowledgement is all that is wanted, it ends the ladder."""

    steps: tuple[Climb, ...]
    ends_when_acknowledged: bool = True


TOP: Final = (Rung.SUPERINTENDENT, Rung.DIRECTOR)
_UNIT, _SUPERVISOR, _HEAD = (Rung.UNIT,), (Rung.SUPERVISOR,), (Rung.HEAD,)

LADDERS: Final = {
    Cause.NO_SHOW: Ladder((Climb(_SUPERVISOR), Climb(_HEAD, 2), Climb(TOP, 5))),
    Cause.SECOND_NO_SHOW: Ladder((Climb(_HEAD), Climb(TOP, 2))),
    Cause.THIRD_NO_SHOW: Ladder((Climb(TOP), Climb(TOP, 5))),
    Cause.LOW_RATE: Ladder((Climb(TOP), Climb(TOP, 5))),
    Cause.DISPUTE: Ladder(
        (Climb(_SUPERVISOR), Climb(_HEAD, 4, "working hours"), Climb(TOP, 1)), ends_when_acknowledged=False
    ),
    Cause.HANDOVER: Ladder(
        (Climb(_UNIT), Climb(_SUPERVISOR, 1), Climb(_HEAD, 2), Climb(TOP, 5)), ends_when_acknowledged=False
    ),
    Cause.QUARTER: Ladder((Climb((Rung.PARTNERS,)),)),
}

# No answer: the steps divide the time from a day before the meeting to its start.
NO_ANSWER: Final = (_UNIT, _SUPERVISOR, _HEAD, TOP)
A_DAY_BEFORE: Final = timedelta(hours=24)
WORKED_BEFORE: Final = timedelta(hours=8)  # so that a Monday's meeting is chased on Friday
EASY_START: Final = (0.0, 0.25, 0.5, 0.75)  # the time to answer was over long ago: the first step at once
FOR_AN_ANSWER: Final = 0.25  # of the notice, where the invitation was sent after the time to answer
LATE_START: Final = (0.2, 0.4, 0.6, 0.8)  # it has just ended, and with it a reminder went out


def time_to_answer(*, starts_at: datetime, reply_by: datetime, told_at: datetime) -> datetime:
    """Until when an invitee may answer before somebody else is asked: by `reply_by`, or told later, a quarter of what
    was left."""
    start, told, asked = (at.astimezone(UTC) for at in (starts_at, told_at, reply_by))
    return asked if told < asked else told + (start - told) * FOR_AN_ANSWER


def no_answer(*, starts_at: datetime, asked_until: datetime) -> tuple[Step, ...]:
    """The steps for a seat that has not answered, soonest first: none up to `asked_until`, none from the start on.

    They begin a day before the start, and eight working hours before it where that is sooner; out of hours, at the
    end of the working day before. Where the time to answer ended later than that, they share what is left after it.
    Steps fall into working hours as long as two of them are left, and else by day and night: it is urgent.
    """
    start, asked = starts_at.astimezone(UTC), asked_until.astimezone(UTC)
    if asked >= start:
        return ()
    begins = min(rolled_back(start - A_DAY_BEFORE), before(start, WORKED_BEFORE))
    opens, parts = (begins, EASY_START) if asked < begins else (asked, LATE_START)
    return tuple(Step(rungs, along(opens, start, part)) for rungs, part in zip(NO_ANSWER, parts, strict=True))


def steps_of(climbs: Sequence[Climb], raised_at: datetime, until: datetime | None = None) -> tuple[Step, ...]:
    """The steps with their times, soonest first; where `until` comes before the last, all share the time to it.

    :raises ValueError: for a naive time, or steps whose times go backwards.
    """
    raised = raised_at.astimezone(UTC)
    steps = tuple(Step(climb.rungs, _after(raised, climb)) for climb in climbs)
    if any(later.due_at < sooner.due_at for sooner, later in pairwise(steps)):
        raise ValueError("the steps of a ladder go forward in time")
    if until is None or not steps or steps[-1].due_at < until:
        return steps
    if until <= raised:
        return ()
    return tuple(
        Step(step.rungs, along(raised, until.astimezone(UTC), place / len(steps))) for place, step in enumerate(steps)
    )


def _after(raised: datetime, climb: Climb) -> datetime:
    if climb.amount == 0:
        return raised
    if climb.unit == "working hours":
        return clocks.reply_by(raised, climb.amount, climb.unit)
    return clocks.deadline(raised, climb.amount, climb.unit)


@dataclass(frozen=True)
class Waiting:
    """A step that has not ended, of one ladder."""

    number: int
    rungs: Collection[str]
    due_at: datetime


def due(
    steps: Collection[Waiting], *, until: datetime | None, now: datetime
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Of the unended steps of one ladder: the numbers of those to take now, and of those that were missed.

    Of several that are due, as after an outage, the last alone is taken, with that to the unit's own mailboxes: they
    can still answer, and no more than one rung above them hears at once. From `until` on nobody is told any more.
    """
    if until is not None and now >= until:
        return (), tuple(sorted(step.number for step in steps))
    ready = sorted((step for step in steps if step.due_at <= now), key=lambda step: step.number)
    taken = [step.number for step in ready[:-1] if Rung.UNIT in step.rungs] + [step.number for step in ready[-1:]]
    return tuple(taken), tuple(step.number for step in ready if step.number not in taken)


def put_off(times: Sequence[datetime], held_until: datetime, until: datetime | None = None) -> tuple[datetime, ...]:
    """The times of the unended steps of a ladder that is held: none sooner, and as far apart as before.

    Where the last would then come too late, they share the time from the hold's end up to `until`.
    """
    later = max(held_until - min(times), timedelta()) if times else timedelta()
    put = tuple(at + later for at in times)
    if until is None or not put or put[-1] < until:
        return put
    return tuple(along(held_until, until, place / len(put)) for place in range(len(put)))
