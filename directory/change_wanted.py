"""What somebody proposes to change, checked as the verbs that would carry it out check it; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from directory import contacts, held
from directory.addresses import address, same_address
from directory.change_rules import moves_mail
from directory.change_tables import ChangeProposal, What
from directory.contacts import contact_of
from directory.errors import AlreadyReached, NothingProposed
from directory.tables import Contact
from directory.wording import phone as phone_number
from directory.wording import plain_line
from web.moments import london_date


@dataclass(frozen=True)
class Wanted:
    """What somebody proposes, as they wrote it. `contact` is the one that is changed or ended."""

    what: What
    why: str
    contact: UUID | None = None
    role: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    rank: int = 1
    group: bool = False
    words: str = ""


@dataclass(frozen=True)
class Proposer:
    """Who proposes it: their id, and where its outcome is written to. `owner` where they came by an owner's link."""

    by: str
    address: str
    owner: bool = False


async def checked(unit: UUID, wanted: Wanted, proposer: Proposer, now: datetime) -> ChangeProposal:
    """The proposal as it is kept.

    :raises BadAddress, NotPlain, NothingProposed, AlreadyReached, NoSuchContact: when it cannot be one.
    """
    contact = await contact_of(unit, wanted.contact) if wanted.contact else None
    if (contact is None) == (wanted.what in (What.CHANGE, What.END)):
        raise NothingProposed
    told = await _told(unit, wanted, contact, now)
    return ChangeProposal(
        id=uuid4(),
        unit=unit,
        what=wanted.what,
        contact=contact.id if contact else None,
        why=plain_line(wanted.why, "Why", 200),
        moves_mail=moves_mail(
            wanted.what,
            held=contact.email if contact else "",
            proposed=told.get("email", ""),
            was_group=contact is not None and contact.group,
            group=wanted.group,
            reordered=contact is not None and contact.rank != wanted.rank,
        ),
        seen=held.fingerprint([held.of_contact(contact)]) if contact else "",
        proposed_at=now,
        proposed_by=proposer.by,
        proposed_from=proposer.address,
        **told,
    )


async def _told(unit: UUID, wanted: Wanted, contact: Contact | None, now: datetime) -> dict[str, Any]:
    """What the change would say, checked as the verbs that carry it out will."""
    if wanted.what is What.OTHER:
        return {"words": plain_line(wanted.words, "What should change", 300)}
    if wanted.what is What.END:
        return {}
    told: dict[str, Any] = {
        "role": plain_line(wanted.role, "The role", 60),
        "name": plain_line(wanted.name, "The name", 80) if wanted.name.strip() else "",
        "email": address(wanted.email),
        "phone": phone_number(wanted.phone),
        "rank": wanted.rank,
        "group": wanted.group,
    }
    if contact is not None and all(getattr(contact, name) == value for name, value in told.items()):
        raise NothingProposed
    for other in await held_today(unit, now):
        if same_address(other.email, told["email"]) and (contact is None or other.id != contact.id):
            raise AlreadyReached(told["email"])
    return told


async def held_today(unit: UUID, now: datetime) -> list[Contact]:
    """The unit's contacts of today, the one to try first in front."""
    return (await contacts.ways_to_reach(london_date(now), [unit])).get(unit, [])
