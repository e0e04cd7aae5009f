"""Unusual reading is reported to the managers of whoever reads, once for each person and day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from uuid import UUID, uuid4

from attendance.unusual_letters import told
from attendance.unusual_tables import UnusualReading
from audit import trail
from audit.readers import readings
from audit.unusual import Reading, unusual
from directory.one_by_one import one_by_one
from meetings.letterhead import Letterhead
from notifications import outbox
from web.appointed import Holder, holders
from web.moments import london_at, london_date
from web.roles import Role
from web.tables import Appointment, Person
from web.viewer import EVERY

ACTOR = "reading"


async def report(now: datetime, *, real_now: datetime, letterhead: Letterhead) -> None:
    """Managers of each person whose reading is unusual on this day have been told, once.

    :param now: the application's time, by which entries are written.
    :param real_now: the real time, by which appointments hold.
    """
    today = london_date(now)
    read = await readings(now, day_began=london_at(today, time(0)))

    async def settle(person: UUID) -> int:
        return await _report(person, read[person], now, real_now, letterhead)

    await one_by_one("unusual reading", [person for person in read if unusual(read[person])], settle)


async def _report(person: UUID, read: Reading, now: datetime, real_now: datetime, letterhead: Letterhead) -> int:
    """Whether it was reported now; of two workers one finds it done."""
    today = london_date(now)
    async with UnusualReading._meta.db.transaction():
        known = await Person.objects().get(Person.id == person)
        if known is None:
            return 0
        agencies = await _agencies_of(known, real_now)
        row = UnusualReading(
            id=uuid4(), person=person, day=today, found_at=now, what=unusual(read), agencies=agencies
        )
        columns = (UnusualReading.person, UnusualReading.day)
        if not await UnusualReading.insert(row).on_conflict(target=columns, action="DO NOTHING"):
            return 0
        for manager in await _managers(agencies, person, real_now):
            await _tell(manager, known, row, letterhead)
        detail = {"rules": len(row.what)}
        await trail.record(ACTOR, "reported unusual reading", f"person {person}", now=now, detail=detail)
    return 1


async def _agencies_of(person: Person, real_now: datetime) -> list[str]:
    """Where they had a post within the day that was looked at, so that those told may read what was done there."""
    held = Appointment.until.is_null() | (Appointment.until > real_now - timedelta(days=1))
    rows = await Appointment.select(Appointment.agency_code).where(
        (Appointment.person == person.id) & (Appointment.since <= real_now) & held
    )
    found = {row["agency_code"] for row in rows} or {person.agency_code}
    return sorted(found - {EVERY}) or [EVERY]


async def _managers(agencies: Iterable[str], person: UUID, real_now: datetime) -> list[Holder]:
    """Managers of these agencies but the person themself; where there is none, those of every agency."""
    found = [one for agency in agencies for one in await holders(agency, [Role.MANAGER], now=real_now)]
    others = [one for one in dict.fromkeys(found) if one.person != person]
    if others:
        return others
    everywhere = await holders(EVERY, [Role.MANAGER, Role.ADMINISTRATOR], now=real_now)
    return [one for one in everywhere if one.person != person]


async def _tell(manager: Holder, person: Person, row: UnusualReading, letterhead: Letterhead) -> None:
    letter = told(
        person.title,
        row.what,
        f"{letterhead.base_url}/log/people/{person.id}",
        letterhead,
        to=manager.email,
        to_name=manager.title,
        message_id=f"<unusual-reading.{row.id}.{manager.person}@{letterhead.domain}>",
        now=row.found_at,
    )
    await outbox.enqueue(
        letter, key=f"unusual-reading:{row.id}:{manager.person}", kind="unusual-reading", now=row.found_at
    )
