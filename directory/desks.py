"""The telephone of a unit's duty desk, and its hours in words: for whoever must reach it now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from directory import history
from directory.reach_tables import DutyDesk
from directory.units import lock_unit
from directory.wording import phone as phone_number
from directory.wording import plain_line

LONGEST_HOURS = 160


@dataclass(frozen=True)
class Desk:
    """What is known of a unit's duty desk; both are empty where nothing is."""

    phone: str = ""
    hours: str = ""


async def desks(units: Sequence[UUID]) -> dict[UUID, Desk]:
    """The duty desks of those of the units that have one."""
    rows = await DutyDesk.select().where(DutyDesk.unit.is_in(list(units))) if units else []
    return {row["unit"]: Desk(row["phone"], row["hours"]) for row in rows}


async def desk_of(unit: UUID) -> Desk:
    """The unit's duty desk."""
    return (await desks([unit])).get(unit, Desk())


async def note_desk(unit: UUID, *, phone: str, hours: str, by: str, now: datetime) -> None:
    """The unit's duty desk is reached by this telephone, in these hours; the same again changes nothing.

    :raises NotPlain: when the telephone number or the hours cannot be used.
    :raises NoSuchUnit: when there is no such unit.
    """
    desk = Desk(phone_number(phone), plain_line(hours, "The hours", LONGEST_HOURS) if hours.strip() else "")
    async with DutyDesk._meta.db.transaction():
        code = await lock_unit(unit)
        if await desk_of(unit) == desk:
            return
        await history.before([f"unit {code}"], now=now)
        row = DutyDesk(unit=unit, phone=desk.phone, hours=desk.hours)
        await DutyDesk.insert(row).on_conflict(
            target=DutyDesk.unit, action="DO UPDATE", values=[DutyDesk.phone, DutyDesk.hours]
        )
        detail = {"phone": bool(desk.phone), "hours": bool(desk.hours)}
        await history.record(by, "duty desk noted", f"unit {code}", now=now, detail=detail)
