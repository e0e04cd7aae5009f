"""The calendars that units publish: added, read again at once, removed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.columns import Column

from audit import trail
from directory.calendar_address import Network, calendar_address
from directory.duty_tables import BusyTime, PublishedCalendar
from directory.units import lock_unit


async def calendar_of(unit: UUID) -> PublishedCalendar | None:
    """The calendar that the unit publishes, and how the last readings of it went."""
    return await PublishedCalendar.objects().where(PublishedCalendar.unit == unit).first()


async def publish(unit: UUID, address: str, *, opened: tuple[Network, ...] = (), by: str, now: datetime) -> None:
    """The unit publishes its time at this address, in place of any other; it is read for the first time soon.

    :raises BadCalendarAddress: when calendars are not fetched from such an address; nothing was changed.
    :raises NoSuchUnit: when there is no such unit.
    """
    address = calendar_address(address, opened=opened)
    async with PublishedCalendar._meta.db.transaction():
        code = await lock_unit(unit)
        await _forget(unit)
        await PublishedCalendar.insert(PublishedCalendar(unit=unit, address=address, added_at=now, next_at=now))
        await trail.record(by, "published calendar added", f"unit {code}", now=now)


async def read_again(unit: UUID, *, by: str, now: datetime) -> None:
    """The unit's calendar is due now, and is asked for in full; one that is being read is not read twice."""
    async with PublishedCalendar._meta.db.transaction():
        code = await lock_unit(unit)
        changed: dict[Column | str, Any] = {
            PublishedCalendar.next_at: now,
            PublishedCalendar.etag: "",
            PublishedCalendar.last_modified: "",
        }
        mine = PublishedCalendar.unit == unit
        if await PublishedCalendar.update(changed).where(mine).returning(PublishedCalendar.unit):
            await trail.record(by, "published calendar tried", f"unit {code}", now=now)


async def withdraw(unit: UUID, *, by: str, now: datetime) -> None:
    """The unit publishes no calendar, and nothing that was read of one counts; repeating it does nothing."""
    async with PublishedCalendar._meta.db.transaction():
        code = await lock_unit(unit)
        if await _forget(unit):
            await trail.record(by, "published calendar removed", f"unit {code}", now=now)


async def _forget(unit: UUID) -> bool:
    """First the calendar, for which a worker that writes down what it read is waited; then what was written."""
    mine = PublishedCalendar.unit == unit
    known = await PublishedCalendar.delete().where(mine).returning(PublishedCalendar.unit)
    await BusyTime.delete().where(BusyTime.unit == unit)
    return bool(known)
