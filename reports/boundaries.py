"""On which days the set of places that a unit polices changed, in words: before and after are not the same unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec

from directory.errors import written
from meetings.rule_words import listed

if TYPE_CHECKING:
    from directory.areas import Service


class Break(msgspec.Struct, frozen=True):
    """From this day on a unit polices other places than before; `what` says which, beginning with the day."""

    day: date
    what: str


def breaks(areas: Iterable[Service], first: date, last: date) -> dict[str, list[Break]]:
    """The breaks after the first day and up to the last, by the unit's name and in order of time.

    :param areas: who serves which place from when (inclusive) until when (exclusive), as the directory records it.
    """
    of_unit: dict[str, list[Service]] = {}
    for area in areas:
        of_unit.setdefault(area.unit_name, []).append(area)
    found = {unit: _breaks(served, first, last) for unit, served in of_unit.items()}
    return {unit: changes for unit, changes in found.items() if changes}


def _breaks(served: Sequence[Service], first: date, last: date) -> list[Break]:
    days = sorted({day for area in served for day in (area.since, area.until) if day and first < day <= last})
    changes = ((day, _places(served, day - timedelta(days=1)), _places(served, day)) for day in days)
    return [Break(day, _what(day, before, after)) for day, before, after in changes if set(before) != set(after)]


def _places(served: Iterable[Service], day: date) -> Mapping[str, str]:
    """The names of the places served on the day, by their codes."""
    return {area.place: area.place_name for area in served if area.holds_on(day)}


def _what(day: date, before: Mapping[str, str], after: Mapping[str, str]) -> str:
    gained = listed(sorted(name for code, name in after.items() if code not in before))
    lost = listed(sorted(name for code, name in before.items() if code not in after))
    begins = f"from {written(day)}"
    if not before:
        return f"{begins} is recorded as policing {gained}, before it no place"
    if not after:
        return f"{begins} polices no place, before it {lost}"
    changes = [f"also polices {gained}"] * bool(gained) + [f"no longer polices {lost}"] * bool(lost)
    return f"{begins} {' and '.join(changes)}"
