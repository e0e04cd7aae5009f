"""What a plan says of a time that is not as it should be, and of a meeting that found none. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from directory.availability import Free
from meetings.slots import SeatAsked, Slot, Wanted
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
    police = [seat for seat in slot.wanted.seats if seat.police]
    said += _not_free(slot, police, "so no time has all police units free")
    said += _not_free(slot, [s for s in slot.wanted.seats if s.required and not s.police], "and is required")
    if slot.missing:
        said.append(f"Nobody can come as {_listed(slot.missing)}, so it would not be quorate.")
    return " ".join(said)


def why_left(wanted: Wanted, taken: Sequence[Slot]) -> str:
    """Why a meeting found no time at all.

    :param taken: the times at which a unit that must come is taken, by its diary.
    """
    names = [s.name for s in wanted.seats if s.required and any(t.seats[s.unit] is Free.BUSY for t in taken)]
    if not names:
        return "Other meetings, which have more to lose, take every time of those who must come."
    return f"At every time somebody who must come is taken, by a diary or by this plan: {_listed(names)}."


def _not_free(slot: Slot, seats: Iterable[SeatAsked], why: str) -> list[str]:
    words = {Free.OFF_DUTY: "is off duty", Free.UNKNOWN: "has told no duty times", Free.BUSY: "is taken"}
    return [f"{s.name} {words[slot.seats[s.unit]]}, {why}." for s in seats if slot.seats[s.unit] is not Free.FREE]


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
