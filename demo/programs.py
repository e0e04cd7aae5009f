"""What the officers' calendar programs send back when somebody presses a button: a REPLY in each program's own way.

The ways are those that real programs are known for: Outlook leaves out ORGANIZER, writes MAILTO: and names zones as
Windows does; Google lowers the case of addresses and calls its mail automatic; Apple puts the calendar in a file
without a method and leaves out SEQUENCE; gateways put a byte order mark or a banner before it; some people answer
to the plain mailbox, so that the token is lost. Pure.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import StrEnum

from notifications.imip import open_message

ANSWERED = {"ACCEPTED": "Accepted", "TENTATIVE": "Tentative", "DECLINED": "Declined"}


class Program(StrEnum):
    """Whose way of answering."""

    THUNDERBIRD = "Thunderbird"
    OUTLOOK = "Outlook"
    GOOGLE = "Google"
    APPLE = "Apple"
    GATEWAY = "a gateway with a byte order mark"
    PLAIN_MAILBOX = "an answer to the plain mailbox"


@dataclass(frozen=True)
class Posted:
    """One message as it is handed to SMTP."""

    envelope_from: str
    envelope_to: str
    raw: bytes


@dataclass(frozen=True)
class Asked:
    """What a received invitation, or its cancellation, says that an answer needs."""

    method: str
    uid: str
    sequence: str
    summary: str
    starts: str
    ends: str
    organizer: str
    attendee: str
    cn: str
    date: str = ""  # of a letter about one date of a series: the value of its RECURRENCE-ID


class NothingToAnswer(ValueError):
    """The message carries no REQUEST."""


def asked_by(message: bytes) -> Asked:
    """The REQUEST inside a received message.

    :raises NothingToAnswer: when it holds none (a cancellation, a reminder without buttons, something else).
    """
    found = [asked for asked in _asked(message) if asked.method == "REQUEST"]
    if not found:
        raise NothingToAnswer("the message carries no REQUEST")
    return found[0]


def about(message: bytes, uid: str) -> Asked | None:
    """What a received message says of the meeting with this UID; None when its calendar is about no such meeting."""
    return next((asked for asked in _asked(message) if asked.uid == uid), None)


def _asked(message: bytes) -> list[Asked]:
    return [asked_in(calendar) for _, calendar in open_message(message).calendars]


def asked_in(calendar: bytes) -> Asked:
    """The one event of an iCalendar stream, as our own letters carry it."""
    text = re.sub(r"\r?\n[ \t]", "", calendar.decode())
    event = text[text.index("BEGIN:VEVENT") :]
    attendee = _line(event, "ATTENDEE")
    name = re.search(r'CN="([^"]*)"', attendee)
    return Asked(
        method=_value(text, "METHOD"),
        uid=_value(event, "UID"),
        sequence=_value(event, "SEQUENCE"),
        summary=_value(event, "SUMMARY"),
        starts=_value(event, "DTSTART"),
        ends=_value(event, "DTEND"),
        organizer=_line(event, "ORGANIZER").rpartition("mailto:")[2],
        attendee=attendee.rpartition("mailto:")[2],
        cn=name.group(1) if name else "",
        date=_value(event, "RECURRENCE-ID"),
    )


def answer(asked: Asked, *, partstat: str, at: datetime, program: Program = Program.THUNDERBIRD) -> Posted:
    """The REPLY of the invited address itself, written at an instant.

    :param partstat: ACCEPTED, TENTATIVE or DECLINED (RFC 5545 section 3.2.12).
    """
    calendar = crlf(_stream(asked, partstat, at, program))
    if program is Program.GATEWAY:
        calendar = b"\xef\xbb\xbf" + calendar
    to = asked.organizer.lower() if program is Program.GOOGLE else asked.organizer
    if program is Program.PLAIN_MAILBOX:
        to = re.sub(r"\+[^@]*@", "@", to)
    subject = f"{ANSWERED[partstat]}: {asked.summary}"
    return Posted(asked.attendee, to, mailed(asked, to, subject, at, _body(calendar, program, partstat)))


def absence_note(asked: Asked, *, at: datetime) -> Posted:
    """The automatic answer of a mailbox whose people are away; it answers nothing (RFC 3834)."""
    body = "Auto-Submitted: auto-replied\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThis desk is closed.\r\n"
    raw = mailed(asked, asked.organizer, "Automatic reply", at, body.encode())
    return Posted("", asked.organizer, raw)


def note_in_words(asked: Asked, words: str, *, at: datetime) -> Posted:
    """An answer that somebody typed instead of pressing a button."""
    body = f"Content-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n"
    return Posted(asked.attendee, asked.organizer, mailed(asked, asked.organizer, "Re: meeting", at, body.encode()))


def stranger(asked: Asked, address: str, *, at: datetime) -> Posted:
    """The acceptance of somebody to whom the invitation was passed on."""
    return answer(replace(asked, attendee=address, cn="Duty officer"), partstat="ACCEPTED", at=at)


def _stream(asked: Asked, partstat: str, at: datetime, program: Program) -> list[str]:
    lines = ["BEGIN:VCALENDAR", "PRODID:-//Officers//Calendar//EN", "VERSION:2.0", "METHOD:REPLY"]
    if program is Program.OUTLOOK:
        lines = ["BEGIN:VCALENDAR", "METHOD:REPLY", "PRODID:Microsoft Exchange Server 2010", "VERSION:2.0"]
    return [*lines, "BEGIN:VEVENT", *_event(asked, partstat, at, program), "END:VEVENT", "END:VCALENDAR"]


def _event(asked: Asked, partstat: str, at: datetime, program: Program) -> list[str]:
    lines = [f"UID:{asked.uid}", *which_date(asked), f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"]
    if program is Program.OUTLOOK:
        zone = "" if asked.starts.endswith("Z") else ";TZID=GMT Standard Time"
        return [
            f"ATTENDEE;PARTSTAT={partstat};CN={asked.cn}:MAILTO:{asked.attendee.upper()}",
            "COMMENT;LANGUAGE=en-GB:\\n",
            *lines,
            f"SUMMARY;LANGUAGE=en-GB:{ANSWERED[partstat]}: {asked.summary}",
            f"DTSTART{zone}:{asked.starts}",
            f"DTEND{zone}:{asked.ends}",
            f"SEQUENCE:{asked.sequence}",
            f"X-MICROSOFT-CDO-APPT-SEQUENCE:{asked.sequence}",
        ]
    organizer = asked.organizer.lower() if program is Program.GOOGLE else asked.organizer
    attendee = f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={partstat}"
    sequence = [] if program is Program.APPLE else [f"SEQUENCE:{asked.sequence}"]
    return [
        *lines,
        f"ORGANIZER:mailto:{organizer}",
        f'{attendee};CN="{asked.cn}":mailto:{asked.attendee}',
        f"SUMMARY:{asked.summary}",
        *sequence,
    ]


def _body(calendar: bytes, program: Program, partstat: str) -> bytes:
    """The message's own headers from Content-Type on, and its parts."""
    words = f"Content-Type: text/plain; charset=utf-8\r\n\r\n{ANSWERED[partstat]}.\r\n".encode()
    inline = b"Content-Type: text/calendar; charset=utf-8; method=REPLY\r\n"
    file = b"Content-Type: application/ics; name=invite.ics\r\nContent-Disposition: attachment\r\n"
    in_base64 = b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(calendar).replace(b"\n", b"\r\n")
    if program is Program.OUTLOOK:
        return multipart("alternative", words, inline + in_base64)
    if program is Program.APPLE:
        return multipart("mixed", words, b"Content-Type: text/calendar; name=answer.ics\r\n" + in_base64)
    plain = b"Content-Transfer-Encoding: 8bit\r\n\r\n" + calendar
    parts = multipart("mixed", words, inline + plain, file + in_base64)
    return b"Auto-Submitted: auto-generated\r\n" + parts if program is Program.GOOGLE else parts


def which_date(asked: Asked) -> list[str]:
    """The RECURRENCE-ID of an answer to one date of a series, in the zone that Windows has for London."""
    if not asked.date:
        return []
    zone = "" if asked.date.endswith("Z") else ";TZID=GMT Standard Time"
    return [f"RECURRENCE-ID{zone}:{asked.date}"]


def multipart(subtype: str, *parts: bytes) -> bytes:
    """The parts behind one Content-Type; each part brings its own headers."""
    mark = "Boundary_(ID_" + hashlib.sha256(b"".join(parts)).hexdigest()[:20] + ")"
    head = f'Content-Type: multipart/{subtype};\r\n boundary="{mark}"\r\n\r\n'.encode()
    inside = b"".join(b"--" + mark.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return head + inside + f"--{mark}--\r\n".encode()


def mailed(asked: Asked, to: str, subject: str, at: datetime, body: bytes) -> bytes:
    """The message with the headers that every program writes; `body` begins with its Content-Type."""
    serial = hashlib.sha256(f"{asked.uid}{asked.attendee}{at.isoformat()}{subject}".encode()).hexdigest()[:24]
    head = (
        f"MIME-Version: 1.0\r\nFrom: {asked.attendee}\r\nTo: {to}\r\nDate: {format_datetime(at.astimezone(UTC))}\r\n"
        f"Message-ID: <{serial}@{asked.attendee.rpartition('@')[2]}>\r\nSubject: {subject}\r\n"
    )
    return head.encode() + body


def crlf(lines: list[str]) -> bytes:
    """The lines as most programs write them: ended by CRLF, folded (RFC 5545 section 3.1)."""
    return "".join(re.sub(r"(.{70})(?=.)", r"\1\r\n ", line) + "\r\n" for line in lines).encode()


def _line(event: str, name: str) -> str:
    found = re.search(rf"^{name}[;:].*$", event, re.MULTILINE)
    return found.group().rstrip("\r") if found else ""


def _value(event: str, name: str) -> str:
    return _line(event, name).partition(":")[2]
