"""Who is told, by role, when a unit does not answer or does not come: of the unit, and for all of London.

As a unit's contact, one holds from `active_from` (inclusive) to `active_to` (exclusive, open when empty), and one
that ended is kept. Nobody is on the ladder of a new installation.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID, uuid4

from piccolo.columns.combination import And, Or
from piccolo.custom_types import Combinable

from audit import trail
from directory import contradictions, history
from directory.addresses import address, same_address
from directory.contradiction_tables import Against
from directory.errors import AlreadyReached, NoSuchContact, NoSuchUnit, WrongDates, written
from directory.ladder_tables import LadderContact
from directory.rungs import CHOSEN, Rung
from directory.tables import Unit
from directory.wording import phone as phone_number
from directory.wording import plain_line
from notifications.addresses import one_line

LONGEST_WHY = 200
_PLACE = {rung.value: place for place, rung in enumerate(Rung)}


async def on_rungs(unit: UUID | None, rungs: Collection[str], on: date) -> list[LadderContact]:
    """Who stands on these rungs for the unit on that day: its own, and those for all of London; the lower rung first.

    One whose letters come back is left out where the rung has another.
    """
    holding = await LadderContact.objects().where(_of(unit) & LadderContact.rung.is_in(list(rungs)) & _holds_on(on))
    working = {contact.rung for contact in holding if contact.failing_since is None}
    return _ordered([c for c in holding if c.failing_since is None or c.rung not in working])


async def ladder_of(unit: UUID | None) -> list[LadderContact]:
    """All whom the unit has, had or will have on its ladder, or all London's (None): by rung, the latest first."""
    of_unit = LadderContact.unit.is_null() if unit is None else LadderContact.unit == unit
    found = await LadderContact.objects().where(of_unit).order_by(LadderContact.active_from, ascending=False)
    return sorted(found, key=lambda contact: _PLACE[contact.rung])


async def at(email: str) -> list[LadderContact]:
    """All at this address, whatever its letter case, on any ladder and at any time: the lower rung first."""
    return _ordered([row for row in await LadderContact.objects() if same_address(row.email, email)])


async def contact_on_ladder(contact: UUID) -> LadderContact:
    """:raises NoSuchContact: when nobody on any ladder has this id."""
    row = await LadderContact.objects().where(LadderContact.id == contact).first()
    if row is None:
        raise NoSuchContact(contact)
    return row


async def add(
    unit: UUID | None,
    *,
    rung: Rung,
    role: str,
    email: str,
    phone: str = "",
    active_from: date,
    by: str,
    now: datetime,
) -> UUID:
    """This role stands on the unit's ladder from that day, or on that of all London (None); returns its id.

    :raises BadAddress: when the address is not one plain mail address.
    :raises NotPlain: when the role or the telephone number cannot be used.
    :raises NoSuchUnit: when there is no such unit.
    :raises AlreadyReached: when the rung has that address on that day or later.
    :raises ValueError: for the rung of the unit's own mailboxes, which are its contacts.
    """
    if rung not in CHOSEN:
        raise ValueError("a unit's own mailboxes are its contacts")
    email, role, phone = address(email), plain_line(role, "The role", 60), phone_number(phone)
    async with LadderContact._meta.db.transaction():
        subject = await _subject(unit)
        for other in await ladder_of(unit):
            coming = other.active_to is None or other.active_to > active_from
            if other.rung == rung and coming and same_address(other.email, email):
                raise AlreadyReached(email)
        row = LadderContact(
            id=uuid4(), unit=unit, rung=rung, role=role, email=email, phone=phone, active_from=active_from
        )
        await LadderContact.insert(row)
        detail = {"contact": row.id, "rung": rung, "from": active_from}
        await history.record(by, "put on the ladder", subject, now=now, detail=detail)
    found: UUID = row.id
    return found


async def end(contact: UUID, *, on: date, by: str, now: datetime) -> None:
    """They are no longer told from that day on; ending again for the same day or later does nothing.

    :raises NoSuchContact: when nobody on any ladder has this id.
    :raises WrongDates: when the day is before they began.
    """
    async with LadderContact._meta.db.transaction():
        row = await _locked(contact)
        if row.active_to is not None and row.active_to <= on:
            return
        if on < row.active_from:
            raise WrongDates(
                f"This entry begins on {written(row.active_from)}, after the day you gave. "
                "Nothing was changed. Give that day or a later one."
            )
        await LadderContact.update({LadderContact.active_to: on}).where(LadderContact.id == contact)
        detail = {"contact": contact, "to": on}
        await history.record(by, "taken off the ladder", await _subject(row.unit), now=now, detail=detail)
        await _answered(row, by, now)


async def mark_failing(contact: UUID, why: str, *, by: str, now: datetime) -> None:
    """Letters to it are known to come back: it is told only where its rung has no other. Twice keeps the first day.

    :raises NoSuchContact: when nobody on any ladder has this id.
    """
    async with LadderContact._meta.db.transaction():
        row = await _locked(contact)
        if row.failing_since is None:
            said = {LadderContact.failing_since: now, LadderContact.failing_why: one_line(why)[:LONGEST_WHY]}
            await LadderContact.update(said).where(LadderContact.id == contact)
            await trail.record(by, "contact flagged as failing", f"contact {contact}", now=now)
            if row.unit is not None:
                evidence = "marked on the ladder"
                await contradictions.note(
                    row.unit, Against.BOUNCE, address=row.email, evidence=evidence, by=by, now=now, again=False
                )


async def clear(contact: UUID, *, by: str, now: datetime) -> None:
    """Its address counts as working again; twice is harmless.

    :raises NoSuchContact: when nobody on any ladder has this id.
    """
    async with LadderContact._meta.db.transaction():
        row = await _locked(contact)
        if row.failing_since is not None:
            await LadderContact.update({LadderContact.failing_since: None, LadderContact.failing_why: ""}).where(
                LadderContact.id == contact
            )
            await trail.record(by, "contact works again", f"contact {contact}", now=now)
            await _answered(row, by, now)


async def _answered(row: LadderContact, by: str, now: datetime) -> None:
    """Nothing speaks against the unit's entry any more because of this address."""
    if row.unit is not None:
        await contradictions.close_changed(row.unit, row.email, by=by, now=now)


def _of(unit: UUID | None) -> Combinable:
    """The unit's own contacts and those for all of London; for None those alone."""
    of_london = LadderContact.unit.is_null()
    return of_london if unit is None else Or(of_london, LadderContact.unit == unit)


def _holds_on(day: date) -> And:
    open_or_later = Or(LadderContact.active_to.is_null(), LadderContact.active_to > day)
    return And(LadderContact.active_from <= day, open_or_later)


def _ordered(found: Collection[LadderContact]) -> list[LadderContact]:
    return sorted(found, key=lambda contact: (_PLACE[contact.rung], contact.active_from, contact.email))


async def _locked(contact: UUID) -> LadderContact:
    row = await LadderContact.objects().where(LadderContact.id == contact).lock_rows("NO KEY UPDATE").first()
    if row is None:
        raise NoSuchContact(contact)
    return row


async def _subject(unit: UUID | None) -> str:
    """The unit as the audit trail names it, locked, so that nobody else changes its ladder meanwhile."""
    if unit is None:
        return "unit London"
    row = await Unit.select(Unit.code).where(Unit.id == unit).lock_rows("NO KEY UPDATE").first()
    if row is None:
        raise NoSuchUnit(unit)
    return f"unit {row['code']}"
