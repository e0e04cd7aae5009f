"""Addresses that do not work: letters to them came back, which a person confirmed. They are tried last."""

from __future__ import annotations

import re
from datetime import date, datetime
from uuid import UUID

from audit import trail
from directory import contradictions
from directory.addresses import same_address
from directory.contacts import FIRST_TRIED, holds_on
from directory.errors import NoSuchContact
from directory.tables import Contact
from notifications.addresses import one_line

LONGEST_WHY = 200


async def flag(email: str, why: str, *, by: str, now: datetime) -> int:
    """Every contact at this address is flagged as failing since now, and why; returns how many are new.

    One that was flagged before keeps the day it began. `why` is what the mail server said, in words.
    """
    async with Contact._meta.db.transaction():
        wanted = [c.id for c in await at(email) if c.failing_since is None]
        if wanted:
            await Contact.update(
                {Contact.failing_since: now, Contact.failing_why: one_line(why)[:LONGEST_WHY]}
            ).where(Contact.id.is_in(wanted) & Contact.failing_since.is_null())
        for contact in wanted:
            await trail.record(by, "contact flagged as failing", f"contact {contact}", now=now)
    return len(wanted)


async def clear(contact: UUID, *, by: str, now: datetime) -> None:
    """The contact's address counts as working again; twice is harmless.

    :raises NoSuchContact: when there is no such contact.
    """
    async with Contact._meta.db.transaction():
        cleared = (
            await Contact.update({Contact.failing_since: None, Contact.failing_why: ""})
            .where((Contact.id == contact) & Contact.failing_since.is_not_null())
            .returning(Contact.unit, Contact.email)
        )
        if cleared:
            await contradictions.close_changed(cleared[0]["unit"], cleared[0]["email"], by=by, now=now)
            await trail.record(by, "contact works again", f"contact {contact}", now=now)
        elif not await Contact.exists().where(Contact.id == contact):
            raise NoSuchContact(contact)


async def reached_by(unit: UUID, email: str, on: date) -> Contact | None:
    """The unit's contact at this address on that day, for its telephone number."""
    return next((c for c in await in_use(unit, on) if same_address(c.email, email)), None)


async def others(unit: UUID, email: str, on: date) -> list[Contact]:
    """The unit's contacts on that day at other addresses, the one to try first in front; failing ones left out."""
    return [c for c in await in_use(unit, on) if not same_address(c.email, email) and c.failing_since is None]


async def in_use(unit: UUID, on: date) -> list[Contact]:
    """The unit's contacts on that day, by rank."""
    return await Contact.objects().where((Contact.unit == unit) & holds_on(on)).order_by(*FIRST_TRIED)


async def at(email: str) -> list[Contact]:
    """Every contact at this address, whatever its letter case, of any unit and any time."""
    pattern = re.sub(r"([\\%_])", r"\\\1", email)
    found = await Contact.objects().where(Contact.email.ilike(pattern)).order_by(Contact.id)
    return [contact for contact in found if same_address(contact.email, email)]
