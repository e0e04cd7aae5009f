"""Write our meetings as iCalendar (RFC 5545, 5546, 7986); what comes back is read by incoming.py; pure.

The outgoing streams are written line by line, because every line is there for a client that needs it
so: one STANDARD and one DAYLIGHT with yearly rules for Exchange, CN always quoted, one ATTENDEE only.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from notifications.addresses import header_address, one_line
from notifications.answer import LARGEST_SEQUENCE, Answer
from notifications.errors import UnsafeHeader
from notifications.incoming import read
from notifications.lines import escaped, folded, quoted

__all__ = [
    "LARGEST_SEQUENCE",
    "PRODID",
    "Answer",
    "Event",
    "Invitee",
    "Method",
    "Partstat",
    "cancel",
    "read",
    "reply",
    "request",
]


class Method(StrEnum):
    """What a calendar message wants (RFC 5546 section 1.4)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    REPLY = "REPLY"
    COUNTER = "COUNTER"
    REFRESH = "REFRESH"
    DECLINECOUNTER = "DECLINECOUNTER"
    PUBLISH = "PUBLISH"
    ADD = "ADD"


class Partstat(StrEnum):
    """How an attendee stands to a meeting (RFC 5545 section 3.2.12)."""

    NEEDS_ACTION = "NEEDS-ACTION"
    ACCEPTED = "ACCEPTED"
    TENTATIVE = "TENTATIVE"
    DECLINED = "DECLINED"
    DELEGATED = "DELEGATED"


@dataclass(frozen=True)
class Invitee:
    """Whom one copy of an invitation is for. `group`: any member of a team mailbox may answer."""

    address: str
    cn: str
    role: str = "REQ-PARTICIPANT"
    group: bool = False


@dataclass(frozen=True)
class Event:
    """One meeting as one invitee is told of it. Times are instants; `dtstamp` is when this was written."""

    uid: str
    sequence: int
    dtstamp: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str
    location: str
    link: str
    organizer_address: str
    organizer_cn: str
    invitee: Invitee
    fixed: bool = False  # calendars are asked not to offer "propose new time"


PRODID = "-//Convene//Strategy meetings//EN"
_LONDON = ZoneInfo("Europe/London")
_VTIMEZONE = (
    "BEGIN:VTIMEZONE",
    "TZID:Europe/London",
    "BEGIN:STANDARD",
    "DTSTART:19701025T020000",
    "TZNAME:GMT",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "END:STANDARD",
    "BEGIN:DAYLIGHT",
    "DTSTART:19700329T010000",
    "TZNAME:BST",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0100",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "END:DAYLIGHT",
    "END:VTIMEZONE",
)


def request(event: Event) -> bytes:
    """The iCalendar stream that puts the meeting, or its change, into the invitee's calendar.

    :raises UnsafeHeader: when the UID, an address or the link could break out of its line.
    """
    invitee = event.invitee
    attendee = (
        f"ATTENDEE;CUTYPE={_cutype(invitee)};ROLE={_token(invitee.role)};PARTSTAT=NEEDS-ACTION;RSVP=TRUE;"
        f"CN={quoted(invitee.cn)}:mailto:{header_address(invitee.address)}"
    )
    return _stream(Method.REQUEST, event, ["STATUS:CONFIRMED", *_told(event), attendee])


def cancel(event: Event) -> bytes:
    """The iCalendar stream that takes the meeting out of the invitee's calendar (RFC 5546 section 3.2.5).

    :raises UnsafeHeader: when the UID, an address or the link could break out of its line.
    """
    invitee = event.invitee
    attendee = (
        f"ATTENDEE;CUTYPE={_cutype(invitee)};ROLE={_token(invitee.role)};"
        f"CN={quoted(invitee.cn)}:mailto:{header_address(invitee.address)}"
    )
    return _stream(Method.CANCEL, event, ["STATUS:CANCELLED", *_told(event), attendee])


def reply(event: Event, *, partstat: Partstat, answered_by: Invitee, dtstamp: datetime) -> bytes:
    """The iCalendar stream with which an attendee's client answers a REQUEST (RFC 5546 section 3.2.3)."""
    attendee = (
        f"ATTENDEE;PARTSTAT={partstat};CN={quoted(answered_by.cn)}:mailto:{header_address(answered_by.address)}"
    )
    answered = replace(event, dtstamp=dtstamp)
    return _stream(Method.REPLY, answered, [f"SUMMARY:{escaped(event.summary)}", attendee])


def _stream(method: Method, event: Event, lines: list[str]) -> bytes:
    """One VCALENDAR with one VEVENT, folded at 75 octets, ended by CRLF."""
    whole = [
        "BEGIN:VCALENDAR",
        f"PRODID:{PRODID}",
        "VERSION:2.0",
        "CALSCALE:GREGORIAN",
        f"METHOD:{method}",
        *_VTIMEZONE,
        "BEGIN:VEVENT",
        f"UID:{_uid(event.uid)}",
        f"SEQUENCE:{event.sequence}",
        f"DTSTAMP:{event.dtstamp.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        _when("DTSTART", event.starts_at),
        _when("DTEND", event.ends_at),
        f"ORGANIZER;CN={quoted(event.organizer_cn)}:mailto:{header_address(event.organizer_address)}",
        *lines,
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in whole).encode()


def _told(event: Event) -> list[str]:
    """What the invitee reads. CLASS:PRIVATE keeps it from others who may see their calendar."""
    description = event.description
    lines = ["CLASS:PRIVATE", "TRANSP:OPAQUE", f"SUMMARY:{escaped(one_line(event.summary)[:255])}"]
    if event.fixed:
        lines.append("X-MICROSOFT-DISALLOW-COUNTER:TRUE")
    if event.location:
        lines.append(f"LOCATION:{escaped(one_line(event.location)[:255])}")
    if event.link:
        if not re.fullmatch(r"https://[!-~]{1,400}", event.link):
            raise UnsafeHeader(f"not a link that begins with https://: {event.link!r:.80}")
        lines.append(f'CONFERENCE;VALUE=URI;LABEL="Join the meeting":{event.link}')
        if event.link not in f"{event.location}\n{description}":
            description = f"{description}\n\nJoin: {event.link}".lstrip()
    return [*lines, f"DESCRIPTION:{escaped(description)}"]


def _when(name: str, instant: datetime) -> str:
    """The time on London's clocks, or in UTC in the autumn hour that those clocks show twice."""
    if instant.astimezone(_LONDON).fold:
        return f"{name}:{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return f"{name};TZID=Europe/London:{instant.astimezone(_LONDON):%Y%m%dT%H%M%S}"


def _cutype(invitee: Invitee) -> str:
    return "GROUP" if invitee.group else "INDIVIDUAL"


def _token(word: str) -> str:
    if not re.fullmatch(r"[A-Z-]{1,40}", word):
        raise UnsafeHeader(f"not a word of iCalendar: {word!r:.80}")
    return word


def _uid(uid: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9@._+-]{1,255}", uid):
        raise UnsafeHeader(f"not a UID of ours: {uid!r:.80}")
    return uid
