"""What an officer sends back that is no plain answer: another time, a deputy, words, what their mail server says.

The proposal is in Outlook's way, which is the commonest: the proposed times stand in the event, the old ones beside
them (MS-OXCICAL 2.1.3.1.1.20.59). Pure.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from demo.programs import Asked, Posted, crlf, mailed, multipart, which_date
from web.moments import LONDON

_WORDS = b"Content-Type: text/plain; charset=utf-8\r\n\r\n"


def proposal(asked: Asked, starts_at: datetime, *, note: str = "", at: datetime) -> Posted:
    """The COUNTER of somebody who proposes another time of the same length (RFC 5546 section 3.2.7)."""
    ends_at = starts_at + (_wall(asked.ends) - _wall(asked.starts))
    zone = "" if asked.starts.endswith("Z") else ";TZID=GMT Standard Time"
    event = [
        f"ATTENDEE;PARTSTAT=TENTATIVE;CN={asked.cn}:MAILTO:{asked.attendee}",
        f"COMMENT;LANGUAGE=en-GB:{_escaped(note)}",
        f"UID:{asked.uid}",
        *which_date(asked),
        f"SUMMARY;LANGUAGE=en-GB:New time proposed: {asked.summary}",
        f"DTSTART:{_utc(starts_at)}",
        f"DTEND:{_utc(ends_at)}",
        f"DTSTAMP:{_utc(at)}",
        f"SEQUENCE:{asked.sequence}",
        f"X-MICROSOFT-CDO-APPT-SEQUENCE:{asked.sequence}",
        f"X-MS-OLK-ORIGINALSTART{zone}:{asked.starts}",
        f"X-MS-OLK-ORIGINALEND{zone}:{asked.ends}",
    ]
    return _calendar(asked, "COUNTER", event, f"New time proposed: {asked.summary}", at)


def starts_of(asked: Asked) -> datetime:
    """When the invitation says that the meeting begins."""
    wall = _wall(asked.starts)
    return wall if asked.starts.endswith("Z") else wall.replace(tzinfo=LONDON)


def deputy(asked: Asked, address: str, *, note: str = "", at: datetime) -> Posted:
    """The REPLY of somebody who names another to come instead (RFC 5546 section 4.2.5)."""
    event = [
        f"UID:{asked.uid}",
        *which_date(asked),
        f"DTSTAMP:{_utc(at)}",
        f"SEQUENCE:{asked.sequence}",
        f"ORGANIZER:mailto:{asked.organizer}",
        f'ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:{address}":mailto:{asked.attendee}',
        f"COMMENT:{_escaped(note)}",
    ]
    return _calendar(asked, "REPLY", event, f"Delegated: {asked.summary}", at)


def words(asked: Asked, text: str, quoted: str, *, at: datetime) -> Posted:
    """What somebody wrote above our letter instead of pressing a button."""
    below = "\r\n".join(f"> {line}" for line in quoted.splitlines()[:12])
    wrote = f"On {at:%a}, {at.day} {at:%b %Y} at {at:%H:%M}, Convene meetings <{asked.organizer}> wrote:"
    body = _WORDS + f"{text}\r\n\r\n{wrote}\r\n{below}\r\n".encode()
    return Posted(asked.attendee, asked.organizer, mailed(asked, asked.organizer, f"Re: {asked.summary}", at, body))


def away(asked: Asked, last_day: date, *, at: datetime) -> Posted:
    """The automatic reply of a mailbox whose owner is away (RFC 3834)."""
    text = f"I am away until {last_day.day} {last_day:%B %Y}. I read no mail before that."
    head = b"Auto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\n"
    raw = mailed(asked, asked.organizer, "Automatic reply", at, head + _WORDS + f"{text}\r\n".encode())
    return Posted("", asked.organizer, raw)


def undeliverable(asked: Asked, *, at: datetime) -> Posted:
    """Their mail server says that there is no such mailbox (RFC 3464)."""
    to = asked.organizer.replace("meetings+", "bounce+", 1)
    domain = asked.attendee.rpartition("@")[2]
    report = (
        f"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.{domain}\r\n\r\n"
        f"Final-Recipient: rfc822; {asked.attendee}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 No such mailbox here\r\n"
    )
    said = _WORDS + f"Your message to {asked.attendee} could not be delivered.\r\n".encode()
    parts = multipart('report; report-type="delivery-status"', said, report.encode())
    return Posted("", to, mailed(asked, to, "Undeliverable", at, parts))


def _calendar(asked: Asked, method: str, event: list[str], subject: str, at: datetime) -> Posted:
    lines = ["BEGIN:VCALENDAR", f"METHOD:{method}", "PRODID:Microsoft Exchange Server 2010", "VERSION:2.0"]
    stream = crlf([*lines, "BEGIN:VEVENT", *event, "END:VEVENT", "END:VCALENDAR"])
    part = f"Content-Type: text/calendar; charset=utf-8; method={method}\r\n\r\n".encode() + stream
    raw = mailed(asked, asked.organizer, subject, at, multipart("alternative", _WORDS + b"\r\n", part))
    return Posted(asked.attendee, asked.organizer, raw)


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _wall(stamp: str) -> datetime:
    """A calendar's time as its own clocks show it; only differences of two are taken."""
    return datetime.strptime(stamp[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)


def _escaped(text: str) -> str:
    """The text as a calendar's value (RFC 5545 section 3.3.11)."""
    for found, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(found, written)
    return text
