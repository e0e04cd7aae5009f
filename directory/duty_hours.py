"""The duty hours that units told, read from the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec

from directory.availability import Period
from directory.duty import DaysOff, Pattern, Shift, next_duty, on_duty
from directory.duty_tables import DateOff, DutyKind, DutyPattern
from directory.duty_words import NOT_KNOWN, next_duty_words
from directory.two_weeks import cycle_in_words
from web.moments import london_date

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
Hours = tuple[list[Pattern], list[DaysOff]]


async def hours_of(units: Collection[UUID], since: date, until: date | None = None) -> dict[UUID, Hours]:
    """The patterns that hold on some of these days, and the days off, of those units that have such a pattern.

    A unit whose patterns all ended is not off duty for ever: nothing is known of it.
    """
    if not units:
        return {}
    found: dict[UUID, Hours] = defaultdict(lambda: ([], []))
    for row in await DutyPattern.objects().where(DutyPattern.unit.is_in(list(units))):
        if (row.valid_to is None or row.valid_to > since) and (until is None or row.valid_from <= until):
            found[row.unit][0].append(pattern_of(row))
    off_since = DateOff.removed_at.is_null() & (DateOff.last_on >= since) & DateOff.unit.is_in(list(units))
    for off in await DateOff.objects().where(off_since):
        if off.unit in found:
            found[off.unit][1].append(DaysOff(off.first_on, off.last_on))
    return dict(found)


async def duty_of(units: Collection[UUID], within: Period) -> dict[UUID, tuple[Period, ...]]:
    """When those of the units that told any hours for the period are on duty within it."""
    hours = await hours_of(units, _eve(within.starts_at), london_date(within.ends_at))
    return {unit: on_duty(patterns, days_off, within) for unit, (patterns, days_off) in hours.items()}


async def next_on_duty(units: Collection[UUID], now: datetime) -> dict[UUID, str]:
    """For each unit the sentence to show beside its seat: "On duty now, until 3pm", "No duty hours known"."""
    hours = await hours_of(units, _eve(now))
    said = {unit: next_duty_words(next_duty(*known, now), now) for unit, known in hours.items()}
    return {unit: said.get(unit, NOT_KNOWN) for unit in units}


def pattern_of(row: DutyPattern) -> Pattern:
    """The row as the arithmetic knows it."""
    return Pattern(cycle_of(row.cycle), row.anchor, row.valid_from, row.valid_to, row.bank_holidays)


def in_words(row: DutyPattern) -> str:
    """`Monday to Friday 9am to 5pm`, or the runs of a rotating pattern and a day on which it begins."""
    hours = cycle_in_words(cycle_of(row.cycle), WEEKDAYS if row.kind == DutyKind.WEEKLY else ())
    if row.kind == DutyKind.ROTATING:
        hours = f"{hours}, beginning on {row.anchor.day} {row.anchor:%B %Y}"
    return hours


def cycle_of(kept: str | list[Any]) -> tuple[tuple[Shift, ...], ...]:
    """The cycle as it is kept, [["07:00", "15:00"], …] for each day."""
    days = msgspec.json.decode(kept) if isinstance(kept, str) else kept
    return tuple(
        tuple(Shift(time.fromisoformat(starts), time.fromisoformat(ends)) for starts, ends in day) for day in days
    )


def kept(cycle: tuple[tuple[Shift, ...], ...]) -> str:
    """The cycle as it is written into the database."""
    days = [[[f"{one.starts:%H:%M}", f"{one.ends:%H:%M}"] for one in day] for day in cycle]
    return msgspec.json.encode(days).decode()


def _eve(at: datetime) -> date:
    """The day before, of which a night shift may still go on."""
    return london_date(at) - timedelta(days=1)
