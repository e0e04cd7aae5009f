"""A proposed time as a coordinator reads it at a glance, and what she saw of it when she chose it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from directory.availability import Free
from meetings.slots import SeatAsked, Slot
from meetings.why_not_better import and_, names
from web.filters import time_of_day
from web.moments import LONDON

Tag = tuple[str, str]  # the words, and a colour that says nothing more than they do

_LETTERS: Final = {Free.FREE: "f", Free.UNKNOWN: "u", Free.OFF_DUTY: "o", Free.BUSY: "b"}
_WORSE: Final = {"f": 0, "u": 1, "o": 2, "b": 2}
_SHOWN: Final = {Free.FREE: "Free", Free.OFF_DUTY: "Off duty", Free.BUSY: "Taken", Free.UNKNOWN: "Not known"}


@dataclass(frozen=True)
class Choice:
    """One time in words: `value` is what the form sends, `lines` who can come and who cannot."""

    value: str
    when: str
    tags: tuple[Tag, ...]
    lines: tuple[tuple[str, str], ...]
    slot: Slot


def choice(slot: Slot) -> Choice:
    """The time as it is offered on a page."""
    begins, ends = slot.period.starts_at, slot.period.ends_at
    there = begins.astimezone(LONDON)
    return Choice(
        value=f"{begins.isoformat()} {seen(slot)}",
        when=f"{there:%A} {there.day} {there:%B}, {time_of_day(begins)} to {time_of_day(ends)}",
        tags=tuple(_tags(slot)),
        lines=tuple(_lines(slot)),
        slot=slot,
    )


def seen(slot: Slot) -> str:
    """Whether each unit could come, a letter each in the order of the seats."""
    return "".join(_LETTERS[slot.seats[seat.unit]] for seat in slot.wanted.seats)


def read_choice(value: str) -> tuple[datetime, str]:
    """The start and what was seen of it, from what a form sent.

    :raises ValueError: where no page of ours wrote it.
    """
    text, _, letters = value.partition(" ")
    starts_at = datetime.fromisoformat(text)
    if starts_at.tzinfo is None:
        raise ValueError(f"an instant needs its zone: {text}")
    return starts_at, letters


def turned_worse(slot: Slot, letters: str) -> str:
    """Who that must be there could come, or might have, when the page was drawn, and now is taken; "" for nobody.

    Where other units are asked than were seen, all that must be there are looked at.
    """
    seats = slot.wanted.seats
    before = letters if len(letters) == len(seats) else "f" * len(seats)
    worse = [
        seat
        for seat, was, is_ in zip(seats, before, seen(slot), strict=True)
        if seat.required and _WORSE[is_] > _WORSE.get(was, 0)
    ]
    return names(worse) if worse else ""


def _tags(slot: Slot) -> Iterable[Tag]:
    if slot.late:
        yield "After the deadline", "red"
    yield _police(slot)
    yield _quorum(slot)
    if slot.out_of_hours:
        yield _hours(slot), "orange"
    yield f"{_notice(slot.notice)} notice", "orange" if slot.short_notice else "grey"


def _hours(slot: Slot) -> str:
    """The day and the hour stand beside it; that it is a bank holiday does not."""
    return "Bank holiday" if any("bank holiday" in word for word in slot.out_of_hours) else "Out of hours"


def _police(slot: Slot) -> Tag:
    police = [seat for seat in slot.wanted.seats if seat.police]
    states = [slot.seats[seat.unit] for seat in police]
    both = {1: "Police", 2: "Both police units"}.get(len(police), "All police units")
    if all(state is Free.FREE for state in states):
        return f"{both} free" if police else "No police asked", "green" if police else "red"
    away = [seat for seat in police if slot.seats[seat.unit] in (Free.BUSY, Free.OFF_DUTY)]
    if away:
        return "Without police" if len(away) == len(police) else "One police unit away", "red"
    return "Police not known", "grey"


def _quorum(slot: Slot) -> Tag:
    if slot.missing:
        return f"No quorum: {and_(slot.missing)}", "red"
    sure = {c for seat in slot.wanted.seats if slot.seats[seat.unit] is Free.FREE for c in seat.capacities}
    return ("Quorum", "green") if sure.issuperset(slot.wanted.quorum) else ("Quorum if all come", "grey")


def _lines(slot: Slot) -> Iterable[tuple[str, str]]:
    """Those who must be there by whether they can come, then those of the others who are known not to."""
    for state, word in _SHOWN.items():
        found = [seat for seat in slot.wanted.seats if seat.required and slot.seats[seat.unit] is state]
        if found:
            yield word, _all_or_names(found, slot)
    others = [s for s in slot.wanted.seats if not s.required and slot.seats[s.unit] in (Free.BUSY, Free.OFF_DUTY)]
    if others:
        yield "Welcome, but away", names(others)


def _all_or_names(found: Sequence[SeatAsked], slot: Slot) -> str:
    everybody = len(found) == len(slot.wanted.required)
    return "everybody who must be there" if everybody and len(found) > 1 else and_([seat.name for seat in found])


def _notice(notice: timedelta) -> str:
    hours = notice // timedelta(hours=1)
    amount, unit = (hours, "hour") if hours < 48 else (notice.days, "day")
    return f"{amount} {unit}’s" if amount == 1 else f"{amount} {unit}s’"
