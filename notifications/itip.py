"""Translate between our meetings and iCalendar: invitations out, answers in (RFC 5545, 5546, 7986); pure.

The outgoing streams are written line by line, because every line is there for a client that needs it
so: one STANDARD and one DAYLIGHT with yearly rules for Exchange, CN always quoted, one ATTENDEE only.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component, vCalAddress, vDDDTypes

from notifications.addresses import found_address, header_address, one_line
from notifications.errors import Unreadable, UnsafeHeader
from notifications.lines import escaped, folded, quoted
from notifications.mending import mended


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


@dataclass(frozen=True)
class Answer:
    """What one VEVENT of an incoming calendar says, as facts: nothing is decided here.

    `method` and `partstat` are in capitals, "" where absent. `partstat` is "" also when several attendees
    are named and differ: then ask `partstat_of`. Addresses are in lower case; an ATTENDEE without a usable
    address appears in `attendee_partstats` as "". `sent_by` is the delegate who pressed the button.
    """

    method: str
    uid: str
    sequence: int | None
    dtstamp: datetime | None
    partstat: str
    attendees: tuple[str, ...]
    attendee_partstats: tuple[tuple[str, str], ...]
    sent_by: str
    recurrence: bool
    recurrence_id: datetime | None = None
    recurrence_day: date | None = None  # where it says a day only, or midnight, and means one (Exchange)
    starts_at: datetime | None = None  # as the sender's calendar says; what a COUNTER proposes
    ends_at: datetime | None = None
    original_starts_at: datetime | None = None  # Outlook's note beside a proposal (MS-OXCICAL 2.1.3.1.1.20.60)
    comment: str = ""
    delegated_to: tuple[str, ...] = ()
    delegated_from: tuple[str, ...] = ()

    def partstat_of(self, address: str) -> str:
        """What this attendee answered; "" when the calendar does not name them, or says two things."""
        said = {partstat for named, partstat in self.attendee_partstats if named == address.lower()}
        return said.pop() if len(said) == 1 else ""


PRODID = "-//Convene//Strategy meetings//EN"
LARGEST_SEQUENCE = 2**31 - 1
_OLDEST_YEAR = 1970  # PostgreSQL gives the first year back as minus infinity, which compares with no instant
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


def read(calendar: bytes, *, method: str = "") -> tuple[Answer, ...]:
    """What an incoming calendar says, one Answer for each of its events.

    Attendees' clients leave much out: Exchange sends no ORGANIZER, some no ATTENDEE, SEQUENCE or DTSTAMP.
    What is absent is said to be absent. `method` is the one in the mail header, for streams without any.

    :raises Unreadable: when no event with a UID can be read, or it is larger than an answer can be.
    """
    text = mended(calendar)
    try:
        whole = Calendar.from_ical(text)
        method = one_line(str(whole.get("METHOD", method))).upper()[:20]
        answers = tuple(_answer(event, method) for event in whole.walk("VEVENT"))
    except Unreadable:
        raise
    except Exception as error:  # whatever the library trips over, these bytes are for a person
        raise Unreadable(f"not a calendar: {type(error).__name__}") from error
    if not answers:
        raise Unreadable("the calendar holds no event")
    return answers


def _answer(event: Component, method: str) -> Answer:
    uid = one_line(str(_only(event, "UID") or ""))
    if not uid or len(uid) > 255:
        raise Unreadable("the event has no usable UID")
    named = event.get("ATTENDEE", [])
    named = named if isinstance(named, list) else [named]
    said = tuple(dict.fromkeys((found_address(str(one)), _partstat(one)) for one in named))
    agents = [str(one.params.get("SENT-BY", "")) for one in named if isinstance(one, vCalAddress)]
    agents.append(_plain(_only(event, "X-MS-OLK-SENDER")))
    answers = {partstat for _, partstat in said}
    return Answer(
        method=method,
        uid=uid,
        sequence=_sequence(event),
        dtstamp=_instant(_only(event, "DTSTAMP")),
        partstat=answers.pop() if len(answers) == 1 else "",
        attendees=tuple(address for address, _ in said if address),
        attendee_partstats=said,
        sent_by=next((found for found in map(found_address, agents) if found), ""),
        recurrence="RECURRENCE-ID" in event,
    )


def _only(event: Component, name: str) -> object:
    """The property's value; the first where a client wrote it twice."""
    value: object = event.get(name)
    return value[0] if isinstance(value, list) else value


def _plain(value: object) -> str:
    to_ical = getattr(value, "to_ical", None)
    return to_ical().decode(errors="replace") if to_ical else ""


def _partstat(attendee: object) -> str:
    """PARTSTAT in capitals; from the raw value where an unquoted CN with a colon hid it from the library."""
    if isinstance(attendee, vCalAddress) and "PARTSTAT" in attendee.params:
        return one_line(str(attendee.params["PARTSTAT"])).upper()[:14]
    hidden = re.search(r";PARTSTAT=([A-Z-]{1,14})[;:]", str(attendee), re.IGNORECASE)
    return hidden.group(1).upper() if hidden else ""


def _sequence(event: Component) -> int | None:
    """SEQUENCE, else Microsoft's copy of it, else None. A number past the range stays the largest."""
    for name in ("SEQUENCE", "X-MICROSOFT-CDO-APPT-SEQUENCE"):
        digits = _plain(_only(event, name)).strip()
        if re.fullmatch(r"[0-9]{1,20}", digits):
            return min(int(digits), LARGEST_SEQUENCE)
    return None


def _instant(value: object) -> datetime | None:
    """The instant, in UTC; None where it is absent, broken, older than mail, or floats without a zone."""
    instant = value.dt if isinstance(value, vDDDTypes) else None
    if not isinstance(instant, datetime) or instant.tzinfo is None or instant.year < _OLDEST_YEAR:
        return None
    return instant.astimezone(UTC)
