"""What a plan says of a time that is not as it should be, and of a meeting that found none. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from directory.availability import Free
from meetings.slots import Slot, Wanted
from meetings.why_not_better import and_
from web.filters import until


def remark(slot: Slot, now: datetime) -> str:
    """What is not as it should be about the time that a meeting got; "" where nothing is.

    The plan takes every better time that it can, so what is said here could not be had beside the other meetings.
    """
    said = []
    if slot.late and slot.wanted.due_at <= now:
        said.append(f"Its deadline, {until(slot.wanted.due_at)}, has passed.")
    elif slot.late:
        said.append(f"No time before its deadline, {until(slot.wanted.due_at)}, is open to all who must come.")
    away = [s.name for s in slot.wanted.seats if s.police and slot.seats[s.unit] is Free.OFF_DUTY]
    if away:
        said.append(f"No time left in this plan has {and_(away)} on duty.")
    return " ".join(said)


def why_left(wanted: Wanted, taken: Sequence[Slot]) -> str:
    """Why a meeting found no time at all.

    :param taken: the times at which a unit that must come is taken, by its diary.
    """
    names = [s.name for s in wanted.seats if s.required and any(t.seats[s.unit] is Free.BUSY for t in taken)]
    if not names:
        return "Other meetings, which have more to lose, take every time of those who must come."
    return f"At every time somebody who must come is taken, by a diary or by this plan: {and_(names)}."
