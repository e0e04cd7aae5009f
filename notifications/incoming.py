"""Read what attendees' calendars say: the one file that trusts icalendar, with what mending.py leaves; pure."""

import re
from datetime import UTC, datetime

from icalendar import Calendar, Component, vCalAddress, vDDDTypes

from notifications.addresses import found_address, one_line
from notifications.answer import LARGEST_SEQUENCE, Answer
from notifications.errors import Unreadable
from notifications.mending import mended

_OLDEST_YEAR = 1970  # PostgreSQL gives the first year back as minus infinity, which compares with no instant


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
