"""Answers as mail: what an officer's calendar sends, written by the codec itself or taken from a real client."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from attendance.answers import standing
from attendance.state import given_to
from attendance.tables import Response
from attendance.taking_in import take_in_one
from meetings.letters import Letterhead
from notifications import imip, inbox, itip
from notifications.tables import InboundMail
from tests.attendance.conftest import HOME

SAMPLES = Path(__file__).parents[1] / "samples"
HOUR = timedelta(hours=1)


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
    starts_at: datetime | None = None,
    lines: str = "",
    beside: str = "",
) -> bytes:
    """A calendar answer as bytes; `answered_by` is the ATTENDEE, the sender unless told otherwise.

    `lines` stand at the end of its VEVENT, `beside` are more parameters of its ATTENDEE. It is an hour long.
    """
    event = replace(
        _event(uid, to, sender, at, sequence), starts_at=starts_at or at, ends_at=(starts_at or at) + HOUR
    )
    who = itip.Invitee(answered_by or sender, "Missing team")
    calendar = itip.reply(event, partstat=itip.Partstat(partstat), answered_by=who, dtstamp=at)
    calendar = calendar.replace(b"METHOD:REPLY", f"METHOD:{method}".encode())
    calendar = calendar.replace(b"ATTENDEE;", f"ATTENDEE;{beside}".encode())
    calendar = calendar.replace(b"END:VEVENT", f"{lines}END:VEVENT".encode())
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
        message_id=f"<{abs(hash((uid, at, partstat, sender, method, lines)))}@police.example>",
        date=at,
        calendar=calendar,
        method=method,
    )
    return imip.compose(letter)


def by_a_person(raw: bytes) -> bytes:
    """The message without what marks the letters of machines, as the codec writes it into all of its own."""
    marks = (b"Auto-Submitted: auto-generated\r\n", b"X-Auto-Response-Suppress: DR, RN, NRN, AutoReply\r\n")
    for mark in marks:
        assert mark in raw
        raw = raw.replace(mark, b"")
    return raw


def _event(uid: str, to: str, sender: str, at: datetime, sequence: int) -> itip.Event:
    return itip.Event(
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


def sample(name: str, **replaced: str) -> bytes:
    """A message that a real client sent, its UID and our address fitted to the test's meeting."""
    text = (SAMPLES / name).read_text()
    for old, new in replaced.items():
        text = text.replace(old, new)
    return text.replace("\n", "\r\n").encode()


async def take_in(
    raw: bytes, to: str, *, letterhead: Letterhead, now: datetime, sender: str = "", authserv_id: str = ""
) -> InboundMail:
    """The message came to the door and was taken in; returns how it ended."""
    mail = await inbox.keep("smtp", raw, sender, to, now=now)
    assert await take_in_one(letterhead=letterhead, now=now, authserv_id=authserv_id)
    return await ended(mail)


async def ended(mail: int) -> InboundMail:
    found = await InboundMail.objects().where(InboundMail.id == mail).first()
    assert found is not None
    return found


async def responses(invitation: UUID) -> list[Response]:
    return await Response.objects().where(Response.invitation == invitation).order_by(Response.id)


async def standing_answer(meeting: Any, unit: str, last_major_sequence: int = 0) -> str:
    """The PARTSTAT that counts for a unit, "" where there is none."""
    invitation = meeting.invitations[unit]
    stands = standing((await given_to([invitation]))[invitation], last_major_sequence)
    return stands.partstat if stands else ""


async def from_home(meeting: Any, at: datetime, **how: Any) -> InboundMail:
    """The home unit answers to its own token, as its calendar does."""
    to = meeting.reply_address("Central North")
    raw = answer(**{"uid": meeting.uid, "to": to, "sender": HOME, "at": at} | how)
    return await take_in(raw, to, letterhead=meeting.letterhead, now=at)


def report(action: str, gives_back: str = "") -> bytes:
    """A mail server's report about a letter of ours (RFC 3464), with the headers of that letter."""
    returned = f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{gives_back}\r\n" if gives_back else ""
    return (
        "From: mailer-daemon@police.example\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nAbout your message.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; police.example\r\n\r\n"
        f"Final-Recipient: rfc822; {HOME}\r\nAction: {action}\r\nStatus: 5.1.1\r\n\r\n{returned}--b--\r\n"
    ).encode()
