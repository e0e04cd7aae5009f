"""Duty hours, days off and promised times to answer: told, ended, taken back. What is past stays as it was."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

from directory import history
from directory.duty import Pattern
from directory.duty_hours import kept
from directory.duty_tables import DateOff, DutyKind, DutyPattern, Promise
from directory.errors import BadPromise, NoShift, NoSuchHours, WrongDates, written
from directory.units import lock_unit
from directory.wording import plain_line

LONGEST_CYCLE: Final = 100  # days
LONGEST_OFF: Final = 366  # days
PROMISED_IN: Final = {"working hours": 80, "working days": 20}  # at most so many


async def add_pattern(unit: UUID, name: str, kind: DutyKind, pattern: Pattern, *, by: str, now: datetime) -> UUID:
    """The unit has this team's hours beside any others; returns the pattern's id.

    :raises NotPlain: when the name is not one short line of plain text.
    :raises NoShift: when nobody ever works, or the cycle is longer than 100 days.
    :raises WrongDates: when it ends before it begins.
    :raises NoSuchUnit: when there is no such unit.
    """
    name = plain_line(name, "The team's name", 60)
    if not any(pattern.cycle) or len(pattern.cycle) > LONGEST_CYCLE:
        raise NoShift(f"Nobody ever works so, or it comes round after more than {LONGEST_CYCLE} days.")
    if pattern.valid_to is not None and pattern.valid_to <= pattern.valid_from:
        raise WrongDates("The last day must not be before the first.")
    row = DutyPattern(
        id=uuid4(),
        unit=unit,
        name=name,
        kind=kind,
        cycle=kept(pattern.cycle),
        anchor=pattern.anchor,
        valid_from=pattern.valid_from,
        valid_to=pattern.valid_to,
        bank_holidays=pattern.bank_holidays,
    )
    async with DutyPattern._meta.db.transaction():
        code = await lock_unit(unit)
        await DutyPattern.insert(row)
        detail = {"pattern": row.id, "kind": kind, "days": len(pattern.cycle), "from": pattern.valid_from}
        await history.record(by, "duty hours added", f"unit {code}", now=now, detail=detail)
    return row.id


async def end_pattern(unit: UUID, pattern: UUID, *, on: date, by: str, now: datetime) -> None:
    """The team's hours hold no more from that day on; ending them again for the same day or later does nothing.

    :raises NoSuchHours: when the unit has no such pattern.
    :raises WrongDates: when the day is before they began.
    """
    async with DutyPattern._meta.db.transaction():
        code = await lock_unit(unit)
        row = await pattern_of_unit(unit, pattern)
        if row.valid_to is not None and row.valid_to <= on:
            return
        if on < row.valid_from:
            raise WrongDates(
                f"These hours begin on {written(row.valid_from)}, after the day you gave. "
                "Nothing was changed. Give that day or a later one."
            )
        await DutyPattern.update({DutyPattern.valid_to: on}).where(DutyPattern.id == pattern)
        detail = {"pattern": pattern, "to": on}
        await history.record(by, "duty hours ended", f"unit {code}", now=now, detail=detail)


async def pattern_of_unit(unit: UUID, pattern: UUID) -> DutyPattern:
    """:raises NoSuchHours: when the unit has no such pattern."""
    row = await DutyPattern.objects().where(DutyPattern.id == pattern, DutyPattern.unit == unit).first()
    if row is None:
        raise NoSuchHours
    return row


async def patterns_of(unit: UUID) -> list[DutyPattern]:
    """All hours the unit has, had or will have, the latest to begin first."""
    mine = DutyPattern.objects().where(DutyPattern.unit == unit)
    return await mine.order_by(DutyPattern.valid_from, ascending=False).order_by(DutyPattern.name)


async def add_days_off(unit: UUID, first_on: date, last_on: date, *, reason: str, by: str, now: datetime) -> None:
    """No shift of the unit begins on these days, the last included.

    :raises NotPlain: when the reason is not one short line of plain text.
    :raises WrongDates: when the last day is before the first, or more than a year after it.
    :raises NoSuchUnit: when there is no such unit.
    """
    reason = plain_line(reason, "The reason", 60)
    if not 0 <= (last_on - first_on).days <= LONGEST_OFF:
        raise WrongDates("The last day must not be before the first, nor more than a year after it.")
    async with DateOff._meta.db.transaction():
        code = await lock_unit(unit)
        await DateOff.insert(DateOff(id=uuid4(), unit=unit, first_on=first_on, last_on=last_on, reason=reason))
        detail = {"from": first_on, "to": last_on}
        await history.record(by, "days off added", f"unit {code}", now=now, detail=detail)


async def remove_days_off(unit: UUID, days: UUID, *, by: str, now: datetime) -> None:
    """The days are worked as on others of their kind; repeating it does nothing.

    :raises NoSuchHours: when the unit never had such days off.
    """
    async with DateOff._meta.db.transaction():
        code = await lock_unit(unit)
        mine = (DateOff.id == days) & (DateOff.unit == unit)
        if not await DateOff.exists().where(mine):
            raise NoSuchHours
        if (
            await DateOff.update({DateOff.removed_at: now})
            .where(mine & DateOff.removed_at.is_null())
            .returning(DateOff.id)
        ):
            await history.record(by, "days off removed", f"unit {code}", now=now, detail={"days": days})


async def days_off_of(unit: UUID, *, since: date) -> list[DateOff]:
    """The days off that are not over by then, the next first."""
    mine = DateOff.objects().where(DateOff.unit == unit, DateOff.removed_at.is_null(), DateOff.last_on >= since)
    return await mine.order_by(DateOff.first_on)


async def promise(unit: UUID, amount: int, counted_in: str, *, by: str, now: datetime) -> None:
    """The unit promised to answer invitations within so many working hours or days; 0 takes the promise back.

    :raises BadPromise: when it is less than nothing or too long, or counted in something else.
    :raises NoSuchUnit: when there is no such unit.
    """
    if not 0 <= amount <= PROMISED_IN.get(counted_in, -1):
        raise BadPromise("Enter up to 80 working hours or 20 working days.")
    async with Promise._meta.db.transaction():
        code = await lock_unit(unit)
        await Promise.delete().where(Promise.unit == unit)
        if amount:
            await Promise.insert(Promise(unit=unit, amount=amount, counted_in=counted_in))
        detail = {"amount": amount, "counted_in": counted_in}
        await history.record(by, "time to answer promised", f"unit {code}", now=now, detail=detail)


async def promise_of(unit: UUID) -> Promise | None:
    """What the unit promised, if anything."""
    return (await promises_of([unit])).get(unit)


async def promises_of(units: Collection[UUID]) -> dict[UUID, Promise]:
    """What those of the units promised that promised anything."""
    rows = await Promise.objects().where(Promise.unit.is_in(list(units))) if units else []
    return {row.unit: row for row in rows}
