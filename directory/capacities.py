"""Every capacity in which one mail address stands in the directory, for when whoever read it has left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from directory import failing, ladder
from directory.addresses import same_address
from directory.ladder_tables import LadderContact
from directory.rungs import Rung
from directory.tables import Contact, Unit


@dataclass(frozen=True)
class Capacity:
    """One of them beside the contact itself.

    :param what: the contact's role, or its step of the ladder.
    :param unit: whose, by name and code; "" for the ladder of every unit.
    :param contact: the other unit's contact, which is handed over by itself; None on a ladder.
    """

    what: str
    unit: str
    code: str
    contact: Contact | None


@dataclass(frozen=True)
class Capacities:
    """What is handed over with the contact, and what a person must look at: nobody knows who follows there."""

    with_it: Sequence[LadderContact]
    elsewhere: Sequence[Capacity]


async def capacities(contact: Contact, on: date) -> Capacities:
    """Where else the contact's address stands on that day or later: the lowest rung first, others by unit."""
    contacts = [row for row in await failing.at(contact.email) if row.unit != contact.unit and _comes(row, on)]
    told = [row for row in await ladder.at(contact.email) if _comes(row, on)]
    units = {row["id"]: row for row in await Unit.select(Unit.id, Unit.code, Unit.name)}
    roles = [Capacity(row.role, units[row.unit]["name"], units[row.unit]["code"], row) for row in contacts]
    steps = []
    for step in (row for row in told if row.unit != contact.unit):
        of = units.get(step.unit, {"name": "", "code": ""})
        steps.append(Capacity(f"{step.rung}, {step.role}", of["name"], of["code"], None))
    elsewhere = [*sorted(roles, key=_by_unit), *sorted(steps, key=_by_unit)]
    return Capacities([row for row in told if row.unit == contact.unit], elsewhere)


async def pass_on(contact: Contact, successor: Contact, *, on: date, by: str, now: datetime) -> int:
    """On the ladder of the contact's unit the successor stands where the contact stood; on how many steps.

    Where the successor stands there already, the contact only goes.
    """
    with_it = (await capacities(contact, on)).with_it
    standing = [row for row in await ladder.ladder_of(contact.unit) if _comes(row, on)]
    for row in with_it:
        first = max(on, row.active_from)
        await ladder.end(row.id, on=first, by=by, now=now)
        if any(one.rung == row.rung and same_address(one.email, successor.email) for one in standing):
            continue
        told = {"role": row.role, "email": successor.email, "phone": successor.phone}
        await ladder.add(contact.unit, rung=Rung(row.rung), **told, active_from=first, by=by, now=now)
    return len(with_it)


def _by_unit(capacity: Capacity) -> tuple[str, str]:
    return capacity.unit, capacity.what


def _comes(row: Contact | LadderContact, on: date) -> bool:
    """It holds on that day or a later one."""
    return row.active_to is None or row.active_to > on
