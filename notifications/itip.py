"""Write our meetings as iCalendar (RFC 5545, 5546, 7986); what comes back is read by incoming.py; pure.

The outgoing streams are written line by line, because every line is there for a client that needs it
so: the zone of clocks.py for Exchange, CN always quoted, one ATTENDEE only, one VEVENT in a stream.
Never written: SENT-BY (some clients would answer it), X-MICROSOFT-CDO-APPT-SEQUENCE (Exchange would believe
it before SEQUENCE), ATTACH, VALARM, and the method ADD, which Outlook does not know.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from notifications.addresses import header_address, one_line
from notifications.answer import LARGEST_SEQUENCE, Answer
from notifications.errors import UnsafeHeader
from notifications.incoming import read
from notifications.lines import calendar, conference, escaped, plain_uid, quoted, with_link, word
from notifications.londontime import VTIMEZONE, local, utc, when

__all__ = [
    "LARGEST_SEQUENCE",
    "PRODID",
    "Answer",
    "Event",
    "Invitee",
    "Method",
    "Partstat",
    "cancel",
    "decline_counter",
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
    """Whom one copy of an invitation is for. `group`: any member of a team mailbox may answer.

    `delegated_from` is the address that named this one as its deputy (RFC 5546 section 4.2.5).
    """

    address: str
    cn: str
    role: str = "REQ-PARTICIPANT"
    group: bool = False
    delegated_from: str = ""


@dataclass(frozen=True)
class Event:
    """One meeting as one invitee is told of it. Times are instants; `dtstamp` is when this was written.

    A series has a `rule` (the value of RRULE; its UNTIL in UTC, RFC 5545 section 3.3.10), starts at its first
    occurrence and leaves out those that `excluded` names. One occurrence of a series has the `recurrence_id`
    at which the rule puts it, and the times at which it is held.
    """

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
    rule: str = ""
    excluded: tuple[datetime, ...] = ()
    recurrence_id: datetime | None = None


PRODID = "-//Convene//Strategy meetings//EN"
_RULE = re.compile(r"FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;[A-Z]{2,12}=[A-Z0-9,+-]{1,120}){0,12}")
_UNTIL = re.compile(r"\d{8}T\d{6}Z")


def request(event: Event) -> bytes:
    """The iCalendar stream that puts the meeting, series or occurrence, or its change, into the invitee's calendar.

    For one occurrence the stream holds that alone, without the series: Outlook takes no other form.

    :raises UnsafeHeader: when the UID, an address, the link or the rule could break out of its line.
    """
    fixed = ["X-MICROSOFT-DISALLOW-COUNTER:TRUE"] if event.fixed else []
    lines = [*_recurring(event), "STATUS:CONFIRMED", *_told(event), *fixed]
    return _stream(Method.REQUEST, event, [*lines, _attendee(event.invitee, "PARTSTAT=NEEDS-ACTION;RSVP=TRUE;")])


def cancel(event: Event) -> bytes:
    """The iCalendar stream that takes it out of the invitee's calendar again (RFC 5546 section 3.2.5).

    :raises UnsafeHeader: when the UID, an address, the link or the rule could break out of its line.
    """
    lines = [*_recurring(event), "STATUS:CANCELLED", *_told(event)]
    return _stream(Method.CANCEL, event, [*lines, _attendee(event.invitee)])


def decline_counter(event: Event, *, comment: str = "") -> bytes:
    """The iCalendar stream that says no to a proposed time: the meeting stands as it is (RFC 5546 section 3.2.8).

    It names the meeting, the SEQUENCE that stands and who proposed, as the RFC's own example does, and by its
    table no time: the letter round it says which time stands, for clients that show none of this.

    :raises UnsafeHeader: when the UID or an address could break out of its line.
    """
    lines = [_attendee(event.invitee), *([f"COMMENT:{escaped(comment)}"] if comment else [])]
    return _stream(Method.DECLINECOUNTER, event, lines, timed=False)


def reply(event: Event, *, partstat: Partstat, answered_by: Invitee, dtstamp: datetime) -> bytes:
    """The iCalendar stream with which an attendee's client answers a REQUEST (RFC 5546 section 3.2.3)."""
    attendee = (
        f"ATTENDEE;PARTSTAT={partstat};CN={quoted(answered_by.cn)}:mailto:{header_address(answered_by.address)}"
    )
    answered = replace(event, dtstamp=dtstamp)
    return _stream(Method.REPLY, answered, [f"SUMMARY:{escaped(event.summary)}", attendee])


def _stream(method: Method, event: Event, lines: list[str], *, timed: bool = True) -> bytes:
    """One VCALENDAR with one VEVENT; the zone is there where a time may refer to it."""
    instance = [local("RECURRENCE-ID", event.recurrence_id)] if event.recurrence_id else []
    vevent = [
        "BEGIN:VEVENT",
        f"UID:{plain_uid(event.uid)}",
        *instance,
        f"SEQUENCE:{event.sequence}",
        utc("DTSTAMP", event.dtstamp),
        *(_times(event) if timed else []),
        f"ORGANIZER;CN={quoted(event.organizer_cn)}:mailto:{header_address(event.organizer_address)}",
        *lines,
        "END:VEVENT",
    ]
    return calendar(PRODID, [f"METHOD:{method}"], [*(VTIMEZONE if timed or instance else ()), *vevent])


def _times(event: Event) -> list[str]:
    """A series goes by London's clocks, whatever their offset; a single meeting is never at a time shown twice."""
    at = local if event.rule else when
    return [at("DTSTART", event.starts_at), at("DTEND", event.ends_at)]


def _recurring(event: Event) -> list[str]:
    """The rule, and each date on which it does not hold on a line of its own, which every client reads."""
    if not event.rule:
        return []
    if event.recurrence_id:
        raise ValueError("an occurrence has no rule of its own")
    return [f"RRULE:{_plain_rule(event.rule)}", *(local("EXDATE", day) for day in event.excluded)]


def _plain_rule(value: str) -> str:
    """The same RRULE value, when it is one of ours (RFC 5545 section 3.3.10).

    :raises UnsafeHeader: when it could break out of its line, or ends by a local or by two limits.
    """
    parts = dict(part.split("=", 1) for part in value.split(";")) if _RULE.fullmatch(value) else {}
    until = parts.get("UNTIL")
    if not parts or (until and ("COUNT" in parts or not _UNTIL.fullmatch(until))):
        raise UnsafeHeader(f"not a rule of ours: {value!r:.80}")
    return value


def _told(event: Event) -> list[str]:
    """What the invitee reads. CLASS:PRIVATE keeps it from others who may see their calendar."""
    lines = ["CLASS:PRIVATE", "TRANSP:OPAQUE", f"SUMMARY:{escaped(one_line(event.summary)[:255])}"]
    if event.location:
        lines.append(f"LOCATION:{escaped(one_line(event.location)[:255])}")
    if event.link:
        lines.append(conference(event.link))
    description = with_link(event.description, event.link, place=event.location)
    return [*lines, f"DESCRIPTION:{escaped(description)}"]


def _attendee(invitee: Invitee, asked: str = "") -> str:
    """The one ATTENDEE; `asked` are the parameters that want an answer."""
    since = f'DELEGATED-FROM="mailto:{header_address(invitee.delegated_from)}";' if invitee.delegated_from else ""
    return (
        f"ATTENDEE;CUTYPE={'GROUP' if invitee.group else 'INDIVIDUAL'};ROLE={word(invitee.role)};{asked}{since}"
        f"CN={quoted(invitee.cn)}:mailto:{header_address(invitee.address)}"
    )
