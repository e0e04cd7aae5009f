"""Why no better time is possible, in a sentence that names what stands in the way. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from directory.availability import Diary, Free
from web.filters import time_of_day
from web.moments import LONDON

if TYPE_CHECKING:
    from meetings.slots import SeatAsked, Slot


def why_not_better(tried: Sequence[Slot], diaries: Mapping[UUID, Diary], now: datetime) -> str:
    """What keeps the best of these times, which stand best first, from being better; "" where nothing does."""
    if not tried:
        return ""
    best = tried[0]
    before = [slot for slot in tried if not slot.late]
    if not before:
        return _no_time_left(best, now)
    seats = best.wanted.seats
    police = [seat for seat in seats if seat.police]
    required = [seat for seat in seats if seat.required]
    for wanting, whom in ((police, _police(police)), (required, "every unit that must be there")):
        if best.late or not all(best.seats[seat.unit] is Free.FREE for seat in wanting):
            obstacle = _obstacle(wanting, before, diaries, now)
            if obstacle:
                return f"No time before the deadline suits {whom}: {obstacle}."
    if best.missing:
        return f"The quorum is out of reach: no unit is asked as {and_(best.missing)}."
    return _hours_or_notice(best, before)


def _no_time_left(best: Slot, now: datetime) -> str:
    if best.wanted.due_at <= now:
        return "The deadline has passed: every time is late."
    return "The deadline is less than an hour away: nobody can be asked and come so soon."


def _hours_or_notice(best: Slot, before: Sequence[Slot]) -> str:
    """The police and all others can come, so only the hour or the notice could be better."""
    if best.out_of_hours:
        if any(not slot.out_of_hours for slot in before):
            return "In working hours not every unit that must be there can come."
        return "No working hour is left before the deadline."
    if best.short_notice:
        if any(not slot.short_notice and not slot.out_of_hours for slot in before):
            return "With more notice not every unit that must be there can come."
        return "Every time with 24 hours’ notice is after the deadline or out of hours."
    return ""


def _obstacle(
    seats: Sequence[SeatAsked], before: Sequence[Slot], diaries: Mapping[UUID, Diary], now: datetime
) -> str:
    """Who of these is free at none of the times, and why; or that they are never free together; "" where they are."""
    if any(all(slot.seats[seat.unit] is Free.FREE for seat in seats) for slot in before):
        return ""
    states = {seat: {slot.seats[seat.unit] for slot in before} for seat in seats}
    never = [seat for seat in seats if Free.FREE not in states[seat]]
    if not never:
        return f"{names(seats)} are never free together"
    unknown = [seat for seat in never if Free.UNKNOWN in states[seat]]
    away = [seat for seat in never if seat not in unknown]
    said = [_away(seat, states[seat], diaries.get(seat.unit), now) for seat in away[:3]]
    said += [f"{len(away) - 3} more cannot come"] if len(away) > 3 else []
    said += [f"it is not known when {names(unknown)} can come"] if unknown else []
    return "; ".join(said)


def _away(seat: SeatAsked, states: Collection[Free], diary: Diary | None, now: datetime) -> str:
    if Free.OFF_DUTY not in states:
        return f"{seat.name} is taken at each of them"
    if Free.BUSY in states:
        return f"{seat.name} is off duty or taken at each of them"
    begins = [period.starts_at for period in (diary.duty if diary and diary.duty else ()) if period.starts_at > now]
    return f"{seat.name} is off duty until {_when(begins[0])}" if begins else f"{seat.name} is off duty"


def _police(seats: Sequence[SeatAsked]) -> str:
    if len(seats) == 1:
        return "the police unit"
    return "both police units" if len(seats) == 2 else "all police units"


def names(seats: Sequence[SeatAsked]) -> str:
    """The units' names, the third and later ones counted where there are more than three."""
    named = [seat.name for seat in seats]
    return and_(named if len(named) <= 3 else [*named[:2], f"{len(named) - 2} more"])


def and_(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def _when(at: datetime) -> str:
    there = at.astimezone(LONDON)
    return f"{there:%A} {there.day} {there:%B} at {time_of_day(at)}"
