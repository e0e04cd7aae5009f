"""A proposed change in words, and the letters about it on their way; in the transaction of the act that they tell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from directory import change_letters, held
from directory.change_letters import Told
from directory.change_tables import ChangeProposal, What
from directory.owner_links import Made
from directory.tables import Contact, Unit
from notifications import outbox
from web.appointed import holders
from web.letters import Sender
from web.roles import Role
from web.viewer import EVERY

_KIND = "entry change"


async def told_of(row: ChangeProposal) -> Told:
    """The proposal in words: what is held of the contact now, and what would be."""
    unit = await Unit.objects().where(Unit.id == row.unit).first()
    assert unit is not None, "units are never deleted"
    contact = await Contact.objects().where(Contact.id == row.contact).first() if row.contact else None
    now = [("Now", f"{contact.role}, {held.of_contact(contact).without_name}")] if contact else []
    return Told(unit.name, [("Proposed", row.what), *now, *_then(row)], row.why)


def _then(row: ChangeProposal) -> list[tuple[str, str]]:
    if row.what == What.OTHER:
        return [("What", row.words)]
    if row.what == What.END:
        return [("Then", "not used any more")]
    order = "tried first" if row.rank == 1 else f"tried as number {row.rank}"
    parts = [row.role, row.email, row.phone, order, "a team’s mailbox" if row.group else ""]
    return [("Then", ", ".join(part for part in parts if part))]


async def ask(row: ChangeProposal, told: Told, made: Made, to: str, *, sender: Sender, now: datetime) -> None:
    """The owner has the question and their link."""
    letter = change_letters.asks_owner(
        told, sender, to=to, link=made.link, works_until=made.expires_at, message_id=made.message_id, now=now
    )
    key = f"proposal:{row.id}:{to.lower()}"[:200]
    await outbox.enqueue(letter, key=key, kind=_KIND, useful_until=made.expires_at, now=now)


async def tell_outcome(
    row: ChangeProposal, told: Told, *, accepted: bool, reason: str, sender: Sender, now: datetime
) -> None:
    """Whoever proposed it reads what became of it."""
    letter = change_letters.outcome(
        told, sender, to=row.proposed_from, accepted=accepted, reason=reason, message_id=_message_id(sender), now=now
    )
    await outbox.enqueue(letter, key=f"proposal outcome:{row.id}", kind=_KIND, now=now)


async def tell_moved(
    row: ChangeProposal, told: Told, before: Sequence[str], unit_page: str, *, sender: Sender, now: datetime
) -> None:
    """Every address that the unit had, and every administrator, reads that its letters go elsewhere."""
    administrators = await holders(EVERY, (Role.ADMINISTRATOR,), now=now)
    for to in dict.fromkeys(one.lower() for one in (*before, *(one.email for one in administrators))):
        letter = change_letters.mail_moved(
            told, sender, to=to, unit_page=unit_page, message_id=_message_id(sender), now=now
        )
        await outbox.enqueue(letter, key=f"mail moved:{row.id}:{to}"[:200], kind=_KIND, now=now)


def _message_id(sender: Sender) -> str:
    return f"<proposal.{uuid4()}@{sender.address.rpartition('@')[2]}>"
