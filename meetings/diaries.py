"""What is known of units' time: their duty hours, their published calendars, and their other meetings here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from directory.availability import Diary, Period, merged
from directory.duty_hours import duty_of
from directory.duty_tables import BusyTime, PublishedCalendar
from meetings.tables import MeetingState, Seat
from web.acting import Way, beyond_own_cases

Busy = dict[UUID, list[Period]]


async def diaries(units: Collection[UUID], within: Period, *, leaving_out: UUID | None = None) -> dict[UUID, Diary]:
    """A diary for each of the units. Taken is a unit by its calendar, and by every scheduled meeting that seats it.

    A calendar counts while what was last read of it does (the worker says when it is too old), and as far ahead as
    it was read: beyond, a unit that told no duty hours is unknown again.

    :param leaving_out: a meeting that does not count, because it is the one that is being moved.
    """
    asked = list(set(units))
    if not asked:
        return {}
    duty = await duty_of(asked, within)
    busy: Busy = defaultdict(list)
    await _add_meetings(busy, asked, within, leaving_out)
    read = await _add_calendars(busy, asked, within)
    return {
        unit: Diary(unit, duty=duty.get(unit), busy=merged(busy.get(unit, ())), read_at=read.get(unit))
        for unit in asked
    }


@beyond_own_cases(Way.DIARIES)
async def _add_meetings(busy: Busy, units: list[UUID], within: Period, leaving_out: UUID | None) -> None:
    taken = (
        Seat.select(Seat.unit, Seat.meeting.starts_at.as_alias("starts_at"), Seat.meeting.ends_at.as_alias("ends_at"))
        .where(Seat.unit.is_in(units), Seat.removed_at.is_null())
        .where(Seat.meeting.state == MeetingState.SCHEDULED)
        .where(Seat.meeting.starts_at < within.ends_at, Seat.meeting.ends_at > within.starts_at)
    )
    for row in await (taken if leaving_out is None else taken.where(Seat.meeting != leaving_out)):
        busy[row["unit"]].append(Period(row["starts_at"], row["ends_at"]))


async def _add_calendars(busy: Busy, units: list[UUID], within: Period) -> dict[UUID, datetime]:
    """The busy times of the calendars that count; returns when each of them was read."""
    calendars = await PublishedCalendar.objects().where(
        PublishedCalendar.unit.is_in(units), PublishedCalendar.counts.eq(True)
    )
    counting = {row.unit: row for row in calendars}
    times = await BusyTime.objects().where(
        BusyTime.unit.is_in(units),
        BusyTime.starts_at < within.ends_at,
        BusyTime.ends_at > within.starts_at,
    )
    for one in times:
        if one.unit in counting:
            busy[one.unit].append(Period(one.starts_at, one.ends_at))
    known = {unit: row for unit, row in counting.items() if row.known_to and row.known_to >= within.ends_at}
    return {unit: row.read_at for unit, row in known.items() if row.read_at}
