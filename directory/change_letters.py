"""The letters about a proposed change of an entry: to its owner, its proposer, and those whom it concerns. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from notifications.imip import Letter
from notifications.wording import Wording
from web.filters import day
from web.letters import Sender, letter_of


@dataclass(frozen=True)
class Told:
    """A change in words.

    :param facts: what would change, before and after.
    """

    unit: str
    facts: Sequence[tuple[str, str]]
    why: str


def asks_owner(
    told: Told, sender: Sender, *, to: str, link: str, works_until: datetime, message_id: str, now: datetime
) -> Letter:
    """Somebody proposes this: is it right?"""
    wording = Wording(
        subject=f"Is this change right? {told.unit}",
        opening=f"Somebody proposes to change what Convene holds of {told.unit}. Nothing changes before you say so.",
        facts=[*told.facts, ("Why", told.why)],
        steps=[
            "To accept or refuse it, open this page. It asks for no password:",
            link,
            f"The link works once, and until {day(works_until)}. Opening it changes nothing.",
            "If you do not know of the change, refuse it.",
        ],
        footer=[f"Sent by {sender.name} to an address that the unit has now, never to a proposed one."],
    )
    return letter_of(wording, sender, to=to, message_id=message_id, now=now)


def outcome(
    told: Told, sender: Sender, *, to: str, accepted: bool, reason: str, message_id: str, now: datetime
) -> Letter:
    """Whoever proposed it reads what became of it."""
    became = "accepted, and is made" if accepted else "refused, and nothing was changed"
    wording = Wording(
        subject=f"Your change was {'accepted' if accepted else 'refused'}: {told.unit}",
        opening=f"The change that you proposed for {told.unit} was {became}.",
        facts=[*told.facts, *([("Reason", reason)] if reason else [])],
        steps=[] if accepted else ["If you think it is right all the same, ring the unit."],
        footer=[f"Sent by {sender.name}."],
    )
    return letter_of(wording, sender, to=to, message_id=message_id, now=now)


def mail_moved(told: Told, sender: Sender, *, to: str, unit_page: str, message_id: str, now: datetime) -> Letter:
    """The addresses that the unit had, and every administrator, read that its letters go elsewhere."""
    wording = Wording(
        subject=f"Letters to {told.unit} now go elsewhere",
        opening=f"From now on, invitations to {told.unit} can go elsewhere than they did before.",
        facts=[*told.facts, ("Why", told.why)],
        steps=[
            "If this is right, you do not need to do anything.",
            "If you did not expect it, ring whoever runs Convene at once: a reply to this letter is not enough.",
            "What was held before is kept, and the change can be undone on the unit's page:",
            unit_page,
        ],
        footer=[f"Sent by {sender.name} to every address of the unit before the change, and to every administrator."],
    )
    return letter_of(wording, sender, to=to, message_id=message_id, now=now)
