"""Answers as mail: what an officer's calendar sends, written by the codec itself or taken from a real client."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import UUID

from attendance.responses import take_in_one
from attendance.tables import Response
from meetings.letters import Letterhead
from notifications import imip, inbox, itip
from notifications.tables import InboundMail

SAMPLES = Path(__file__).parents[1] / "samples"


def answer(
    *,
    uid: str,
    to: str,
    sender: str,
    at: datetime,
    partstat: str = "ACCEPTED",
    sequence: int = 0,
    answered_by: str = "",
    method: str = "REPLY",
) -> bytes:
    """A calendar answer as bytes; `answered_by` is the ATTENDEE, the sender unless told otherwise."""
    event = itip.Event(
        uid=uid,
        sequence=sequence,
        dtstamp=at,
        starts_at=at,
        ends_at=at,
        summary="Strategy meeting",
        description="",
        location="",
        link="",
        organizer_address=to,
        organizer_cn="Convene meetings",
        invitee=itip.Invitee(sender, "Missing team"),
    )
    who = itip.Invitee(answered_by or sender, "Missing team")
    calendar = itip.reply(event, partstat=itip.Partstat(partstat), answered_by=who, dtstamp=at)
    calendar = calendar.replace(b"METHOD:REPLY", f"METHOD:{method}".encode())
    letter = imip.Letter(
        to=to,
        to_name="Convene meetings",
        from_address=sender,
        from_name="Missing team",
        reply_to=sender,
        envelope_from=sender,
        subject=f"{partstat.title()}: Strategy meeting",
        text="Answered.",
        html="<p>Answered.</p>",
        message_id=f"<{abs(hash((uid, at, partstat, sender, method)))}@police.example>",
        date=at,
        calendar=calendar,
        method=method,
    )
    return imip.compose(letter)


def sample(name: str, **replaced: str) -> bytes:
    """A message that a real client sent, its UID and our address fitted to the test's meeting."""
    text = (SAMPLES / name).read_text()
    for old, new in replaced.items():
        text = text.replace(old, new)
    return text.replace("\n", "\r\n").encode()


async def take_in(raw: bytes, to: str, *, letterhead: Letterhead, now: datetime, sender: str = "") -> InboundMail:
    """The message came to the door and was taken in; returns how it ended."""
    mail = await inbox.keep("smtp", raw, sender, to, now=now)
    assert await take_in_one(letterhead=letterhead, now=now)
    return await ended(mail)


async def ended(mail: int) -> InboundMail:
    found = await InboundMail.objects().where(InboundMail.id == mail).first()
    assert found is not None
    return found


async def responses(invitation: UUID) -> list[Response]:
    return await Response.objects().where(Response.invitation == invitation).order_by(Response.id)
