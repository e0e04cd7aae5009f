"""Who speaks for a unit on a day.

A contact holds from `active_from` (inclusive) to `active_to` (exclusive, open when empty). A contact that
ended is kept: meetings of its time were arranged with it.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from piccolo.columns.combination import And, Or

from directory import contradictions, history
from directory.addresses import address, same_address
from directory.errors import AlreadyReached, NoSuchContact, NoSuchUnit, WrongDates, WrongRank, written
from directory.tables import Contact, Unit
from directory.wording import phone as phone_number
from directory.wording import plain_line

LAST_RANK = 9
FIRST_TRIED = (Contact.rank, Contact.active_from, Contact.email)


async def speaks_for(unit: UUID, on: date) -> Contact | None:
    """The first contact to try for the unit on that day: the lowest rank, the longer-standing of equals."""
    return (await speakers(on, [unit])).get(unit)


async def speakers(on: date, units: Sequence[UUID] | None = None) -> dict[UUID, Contact]:
    """For every unit that has one, or every one of these, its first contact to try on that day.

    One whose letters come back is tried only where the unit has no other.
    """
    return {unit: ways[0] for unit, ways in (await ways_to_reach(on, units)).items()}


async def ways_to_reach(on: date, units: Sequence[UUID] | None = None) -> dict[UUID, list[Contact]]:
    """For every unit that has one, or every one of these, its contacts on that day in the order to try them.

    Those whose letters come back stand behind the others.
    """
    if units is not None and not units:
        return {}  # there is no list of nothing in SQL
    holding = Contact.objects().where(holds_on(on)).order_by(*FIRST_TRIED)
    found: dict[UUID, list[Contact]] = {}
    for contact in await (holding if units is None else holding.where(Contact.unit.is_in(list(units)))):
        found.setdefault(contact.unit, []).append(contact)
    return {unit: sorted(ways, key=lambda one: one.failing_since is not None) for unit, ways in found.items()}


async def contacts_of(unit: UUID) -> list[Contact]:
    """All contacts the unit has, had or will have: the latest to begin first, then by rank."""
    return (
        await Contact.objects()
        .where(Contact.unit == unit)
        .order_by(Contact.active_from, ascending=False)
        .order_by(Contact.rank, Contact.email)
    )


async def contact_of(unit: UUID, contact: UUID) -> Contact:
    """The contact, if it is the unit's.

    :raises NoSuchContact: when the unit has no such contact.
    """
    row = await Contact.objects().where(Contact.id == contact, Contact.unit == unit).first()
    if row is None:
        raise NoSuchContact(contact)
    return row


async def units_without_contact(on: date) -> list[Unit]:
    """The units that nobody speaks for on that day and cannot be invited, by kind and name, with their agencies."""
    reached = Contact.select(Contact.unit).where(holds_on(on))
    return await Unit.objects(Unit.agency).where(Unit.id.not_in(reached)).order_by(Unit.kind, Unit.name)


async def add(
    unit: UUID,
    *,
    role: str,
    email: str,
    phone: str = "",
    name: str = "",
    rank: int = 1,
    group: bool = False,
    active_from: date,
    by: str,
    now: datetime,
) -> UUID:
    """The unit can be reached at this address from that day; returns the contact's id.

    :param name: of a person, where the unit itself wants it known; it stands in the directory alone.

    :param group: it is a team's mailbox: an answer from any of its members counts, and says who gave it.
    :raises BadAddress: when the address is not one plain mail address.
    :raises NotPlain: when the role, the name or the telephone number cannot be used.
    :raises WrongRank: when the rank is not 1 to 9.
    :raises NoSuchUnit: when there is no such unit.
    :raises AlreadyReached: when the unit has that address on that day or later.
    """
    email = address(email)
    told = _told(role, name, phone, rank, group)
    async with Contact._meta.db.transaction():
        code = await _code_of(unit, lock=True)
        for other in await Contact.objects().where(Contact.unit == unit):
            if same_address(other.email, email) and (other.active_to is None or other.active_to > active_from):
                raise AlreadyReached(email)
        contact = Contact(id=uuid4(), unit=unit, email=email, active_from=active_from, **told)
        await Contact.insert(contact)
        detail = {"contact": contact.id, "rank": rank, "from": active_from}
        await history.record(by, "contact added", f"unit {code}", now=now, detail=detail)
    return contact.id


async def change(
    contact: UUID, *, role: str, name: str, phone: str, rank: int, group: bool, by: str, now: datetime
) -> None:
    """What is told of the contact is this from now on; its address stays: another one is another contact.

    Letters already sent stay as they were. The same again changes nothing.

    :raises NotPlain, WrongRank: as for `add`.
    :raises NoSuchContact: when there is no such contact.
    """
    told = _told(role, name, phone, rank, group)
    async with Contact._meta.db.transaction():
        row = await Contact.objects().where(Contact.id == contact).lock_rows("NO KEY UPDATE").first()
        if row is None:
            raise NoSuchContact(contact)
        changed = [name for name, value in told.items() if getattr(row, name) != value]
        if changed:
            subject = f"unit {await _code_of(row.unit)}"
            await history.before([subject], now=now)
            await Contact.update(**told).where(Contact.id == contact)
            detail = {"contact": contact, "changed": changed}
            await history.record(by, "contact changed", subject, now=now, detail=detail)


def _told(role: str, name: str, phone: str, rank: int, group: bool) -> dict[str, Any]:
    """What may be told of a contact beside its address and its days, checked."""
    if not 1 <= rank <= LAST_RANK:
        raise WrongRank(rank)
    return {
        "role": plain_line(role, "The role", 60),
        "name": plain_line(name, "The name", 80) if name.strip() else "",
        "phone": phone_number(phone),
        "rank": rank,
        "group": group,
    }


async def end(contact: UUID, *, on: date, by: str, now: datetime) -> None:
    """The contact is no longer used from that day on; ending it again for the same day or later does nothing.

    :raises NoSuchContact: when there is no such contact.
    :raises WrongDates: when the day is before the contact began.
    """
    async with Contact._meta.db.transaction():
        row = await Contact.objects().where(Contact.id == contact).lock_rows("NO KEY UPDATE").first()
        if row is None:
            raise NoSuchContact(contact)
        if row.active_to is not None and row.active_to <= on:
            return
        if on < row.active_from:
            raise WrongDates(
                f"This contact begins on {written(row.active_from)}, after the day you gave. "
                "Nothing was changed. Give that day or a later one."
            )
        await Contact.update({Contact.active_to: on}).where(Contact.id == contact)
        code = await _code_of(row.unit)
        detail = {"contact": contact, "to": on}
        await history.record(by, "contact ended", f"unit {code}", now=now, detail=detail)
        await contradictions.close_changed(row.unit, row.email, by=by, now=now)


def holds_on(day: date) -> And:
    """The condition that a contact holds on the day."""
    return And(Contact.active_from <= day, Or(Contact.active_to.is_null(), Contact.active_to > day))


async def _code_of(unit: UUID, *, lock: bool = False) -> str:
    """The unit's code; with `lock`, nobody else adds a contact to it until the transaction ends."""
    query = Unit.select(Unit.code).where(Unit.id == unit)
    row = await (query.lock_rows("NO KEY UPDATE") if lock else query).first()
    if row is None:
        raise NoSuchUnit(unit)
    return str(row["code"])
