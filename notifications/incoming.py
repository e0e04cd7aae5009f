"""Read what attendees' calendars say: the one file that trusts icalendar, with what mending.py leaves; pure."""

import re
from datetime import date, datetime

from icalendar import Calendar, Component, vCalAddress

from notifications.addresses import found_address, one_line
from notifications.answer import LARGEST_SEQUENCE, Answer
from notifications.errors import Unreadable
from notifications.mending import AS_WRITTEN, mended
from notifications.moments import instant, length, midnight

LONGEST_COMMENT = 1000  # characters; what follows in real ones is a disclaimer


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
    named = _all(event, "ATTENDEE")
    said = tuple(dict.fromkeys((found_address(str(one)), _partstat(one)) for one in named))
    answers = {partstat for _, partstat in said}
    starts_at = _instant(event, "DTSTART")
    occurrence, day = _occurrence(event)
    return Answer(
        method=method,
        uid=uid,
        sequence=_sequence(event),
        dtstamp=_instant(event, "DTSTAMP"),
        partstat=answers.pop() if len(answers) == 1 else "",
        attendees=tuple(address for address, _ in said if address),
        attendee_partstats=said,
        sent_by=next(iter(_sent_by(event, named)), ""),
        recurrence=f"{AS_WRITTEN}RECURRENCE-ID" in event,
        recurrence_id=occurrence,
        recurrence_day=day,
        starts_at=starts_at,
        ends_at=_ends_at(event, starts_at),
        original_starts_at=_instant(event, "X-MS-OLK-ORIGINALSTART"),
        comment=_comment(event, named),
        delegated_to=_addresses(named, "DELEGATED-TO"),
        delegated_from=_addresses(named, "DELEGATED-FROM"),
    )


def _all(event: Component, name: str) -> list[object]:
    """The property's values, however often a client wrote it."""
    value: object = event.get(name)
    return value if isinstance(value, list) else [] if value is None else [value]


def _only(event: Component, name: str) -> object:
    """The property's value; the first where a client wrote it twice."""
    return next(iter(_all(event, name)), None)


def _plain(value: object) -> str:
    to_ical = getattr(value, "to_ical", None)
    return to_ical().decode(errors="replace") if to_ical else ""


def _partstat(attendee: object) -> str:
    """PARTSTAT in capitals; from the raw value where an unquoted CN with a colon hid it from the library."""
    if isinstance(attendee, vCalAddress) and "PARTSTAT" in attendee.params:
        return one_line(str(attendee.params["PARTSTAT"])).upper()[:14]
    hidden = re.search(r";PARTSTAT=([A-Z-]{1,14})[;:]", str(attendee), re.IGNORECASE)
    return hidden.group(1).upper() if hidden else ""


def _said_beside(named: list[object], name: str) -> list[str]:
    """What stands in this parameter of the attendees."""
    values = [one.params.get(name, "") for one in named if isinstance(one, vCalAddress)]
    return [str(one) for value in values for one in (value if isinstance(value, list) else [value])]


def _addresses(named: list[object], name: str) -> tuple[str, ...]:
    found = map(found_address, _said_beside(named, name))
    return tuple(dict.fromkeys(address for address in found if address))


def _sent_by(event: Component, named: list[object]) -> tuple[str, ...]:
    """Who pressed the button for the attendee: SENT-BY (RFC 5545), else Outlook's own property."""
    outlook = found_address(_plain(_only(event, "X-MS-OLK-SENDER")))
    return _addresses(named, "SENT-BY") + ((outlook,) if outlook else ())


def _comment(event: Component, named: list[object]) -> str:
    """The note typed with the answer: where RFC 5546 has it, else where Google and others put it."""
    written = [*_said_beside(named, "X-RESPONSE-COMMENT"), *map(str, _all(event, "X-RESPONSE-COMMENT"))]
    texts = [str(value) for value in _all(event, "COMMENT")] + list(map(_unescaped, written))
    return next(filter(None, map(_lines, texts)), "")


def _unescaped(text: str) -> str:
    """TEXT of RFC 5545 section 3.3.11 as its writer meant it, where the library leaves it as it came."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], text)


def _lines(text: str) -> str:
    """The text without unsafe characters, empty lines and ruled ones."""
    lines = (one_line(line) for line in text.replace("\r", "\n").split("\n"))
    return "\n".join(line for line in lines if line.strip("_-=*~ "))[:LONGEST_COMMENT].strip()


def _sequence(event: Component) -> int | None:
    """SEQUENCE, else Microsoft's copy of it, else None. A number past the range stays the largest."""
    for name in ("SEQUENCE", "X-MICROSOFT-CDO-APPT-SEQUENCE"):
        digits = _plain(_only(event, name)).strip()
        if re.fullmatch(r"[0-9]{1,20}", digits):
            return min(int(digits), LARGEST_SEQUENCE)
    return None


def _written(event: Component, name: str) -> tuple[str, str]:
    """The time as it is written, and the name of its zone."""
    value = _only(event, name if name.startswith("X-") else f"{AS_WRITTEN}{name}")
    params = getattr(value, "params", {})
    return _plain(value), str(params.get("TZID", ""))


def _instant(event: Component, name: str) -> datetime | None:
    """The instant, in UTC; None where it is absent or broken. A DTSTAMP without a zone is no evidence of order."""
    text, tzid = _written(event, name)
    if name == "DTSTAMP" and not tzid and not text.strip().upper().endswith("Z"):
        return None
    return instant(text, tzid)


def _ends_at(event: Component, starts_at: datetime | None) -> datetime | None:
    """DTEND, else DTSTART and DURATION."""
    lasts = length(_written(event, "DURATION")[0])
    return _instant(event, "DTEND") or (starts_at + lasts if starts_at and lasts else None)


def _occurrence(event: Component) -> tuple[datetime | None, date | None]:
    """Which one date of a series is meant: its instant, or its day where the time was not kept.

    A date "and all that follow" (RANGE) is not one date: then neither is known.
    """
    value = _only(event, f"{AS_WRITTEN}RECURRENCE-ID")
    if "RANGE" in getattr(value, "params", {}):
        return None, None
    text, tzid = _written(event, "RECURRENCE-ID")
    day = midnight(text)
    return (None, day) if day else (instant(text, tzid), None)
