"""The notice to the police unit into whose area a child with missing history was moved; pure.

It carries a random reference, who knows the child, and a link: nothing in it can name the child or the placement.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from meetings.letterhead import Letterhead, from_mailbox
from meetings.letters import until
from notifications.imip import Letter
from notifications.wording import Wording


@dataclass(frozen=True)
class Notice:
    """One handover as its letters need it. `sender` knows the child; `phone` is its number, or ""."""

    handover: UUID
    reference: str
    address: str
    unit: str
    sender: str
    phone: str
    due_at: datetime


def notice(to: Notice, letterhead: Letterhead, *, message_id: str, now: datetime) -> Letter:
    """A child was moved into the unit's area; it says that it knows, and rings the unit that knows the child."""
    wording = Wording(
        subject=f"Please acknowledge: a child was moved into your area, {to.reference}",
        opening=f"A child with missing history was moved into the area of {to.unit}. "
        f"Please acknowledge by {until(to.due_at)} that your unit knows.",
        facts=_facts(to),
        steps=[
            "Acknowledge on this page, which asks for no password.",
            letterhead.handover_link(to.handover),
            f"Then ring {to.sender}: it knows the child and tells you what your unit needs.",
            f"If it asks which child {to.reference} is, reply to this message. A coordinator tells it.",
            "Do not put a child's name or details in your answer.",
        ],
        footer=_footer(letterhead),
    )
    return _letter(to, letterhead, wording, message_id, now)


def not_yours(to: Notice, letterhead: Letterhead, *, message_id: str, now: datetime) -> Letter:
    """The move was corrected at its source: it was to somewhere else, and the unit need do nothing."""
    wording = Wording(
        subject=f"Not for your unit after all: {to.reference}",
        opening=f"The move that we wrote to you about was corrected: it was not into the area of {to.unit}. "
        "You do not need to do anything.",
        facts=[("Handover", to.reference)],
        footer=_footer(letterhead),
    )
    return _letter(to, letterhead, wording, message_id, now)


def _facts(to: Notice) -> list[tuple[str, str]]:
    ring = f"{to.sender}, {to.phone}" if to.phone else f"{to.sender}, whose number the directory does not have"
    return [("Handover", to.reference), ("Your unit", to.unit), ("Ring", ring)]


def _footer(letterhead: Letterhead) -> list[str]:
    return [letterhead.marking, f"Sent by {letterhead.sender_name}. Replies reach the coordinators."]


def _letter(to: Notice, letterhead: Letterhead, wording: Wording, message_id: str, now: datetime) -> Letter:
    return from_mailbox(wording, letterhead, to=to.address, to_name=to.unit, message_id=message_id, now=now)
