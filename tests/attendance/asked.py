"""What invitees ask for, as rows: another time, a deputy; with or without the message that it came in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from attendance.tables import Deputy, Proposal
from notifications.kinds import InboundKind
from notifications.tables import Disposition, InboundMail, OutboundMail
from tests.attendance.conftest import HOME

BY = "coordinator"


async def waiting_mail(meeting: Any, unit: str, kind: InboundKind, at: datetime, raw: bytes = b"") -> int:
    """A message to the unit's token that waits for a person."""
    mail = InboundMail(
        door="lmtp",
        received_at=at,
        envelope_from=HOME,
        envelope_to=meeting.reply_address(unit),
        content=raw,
        sha256=f"{at.isoformat()}{unit}{kind}"[:64],
        size=len(raw),
        disposition=Disposition.SET_ASIDE,
        reason=f"{unit}: It proposes another time.",
        kind=kind,
        uid=meeting.uid,
        handled_at=at,
    )
    await InboundMail.insert(mail)
    return int(mail.id)


async def proposes(
    meeting: Any,
    unit: str,
    starts_at: datetime,
    *,
    at: datetime,
    sequence: int = 0,
    comment: str = "",
    by: str = HOME,
    minutes: int = 60,
    mail: bool = True,
) -> Proposal:
    proposal = Proposal(
        invitation=meeting.invitations[unit],
        mail=await waiting_mail(meeting, unit, InboundKind.PROPOSAL, at) if mail else None,
        sequence=sequence,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        proposed_by=by,
        comment=comment,
        received_at=at,
    )
    await Proposal.insert(proposal)
    return proposal


async def names(meeting: Any, unit: str, address: str, *, at: datetime, mail: bool = True) -> Deputy:
    deputy = Deputy(
        invitation=meeting.invitations[unit],
        mail=await waiting_mail(meeting, unit, InboundKind.DEPUTY, at) if mail else None,
        address=address,
        named_by=HOME,
        received_at=at,
    )
    await Deputy.insert(deputy)
    return deputy


async def letters_of(meeting: Any, kind: str = "") -> list[OutboundMail]:
    found = OutboundMail.objects().where(OutboundMail.uid == meeting.uid).order_by(OutboundMail.id)
    return await (found.where(OutboundMail.kind == kind) if kind else found)


def readable(letter: OutboundMail) -> str:
    """The letter's subject, plain text and calendar, decoded."""
    from email import message_from_bytes, policy

    message = message_from_bytes(bytes(letter.content), policy=policy.default)
    plain = message.get_body(("plain",))
    calendar = bytes(letter.calendar).decode().replace("\r\n ", "") if letter.calendar else ""
    return f"To: {message['To']}\n{message['Subject']}\n{plain.get_content() if plain else ''}\n{calendar}"
