"""Understand one event of an incoming calendar, whichever reader took its lines apart; pure."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime

from notifications.addresses import found_address, one_line
from notifications.answer import LARGEST_SEQUENCE, Answer
from notifications.errors import Unreadable
from notifications.mending import AS_WRITTEN
from notifications.moments import instant, length, midnight

LONGEST_COMMENT = 1000  # characters; what follows in real ones is a disclaimer
LONGEST_UID = 255


@dataclass(frozen=True, slots=True)
class Property:
    """One content line: its value (unescaped only in UID and COMMENT), and its parameters by name in capitals."""

    value: str
    params: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def param(self, name: str) -> str:
        return next(iter(self.params.get(name, ())), "")


Event = dict[str, list[Property]]  # by the property's name in capitals, in the order of the lines


def answer_of(event: Event, method: str) -> Answer:
    """What the event says.

    :raises Unreadable: when it does not say which meeting it is about.
    """
    uid = one_line(_only(event, "UID").value)
    if not uid or len(uid) > LONGEST_UID:
        raise Unreadable("the event has no usable UID")
    named = event.get("ATTENDEE", [])
    said = tuple(dict.fromkeys((found_address(one.value), _partstat(one)) for one in named))
    answers = {partstat for _, partstat in said}
    starts_at = _instant(event, "DTSTART")
    occurrence, day = _occurrence(event)
    return Answer(
        method=method,
        uid=uid,
        sequence=_sequence(event),
        dtstamp=_dtstamp(event),
        partstat=answers.pop() if len(answers) == 1 else "",
        attendees=tuple(address for address, _ in said if address),
        attendee_partstats=said,
        sent_by=next(iter(_sent_by(event, named)), ""),
        recurrence=f"{AS_WRITTEN}RECURRENCE-ID" in event,
        recurrence_id=occurrence,
        recurrence_day=day,
        starts_at=starts_at,
        ends_at=_ends_at(event, starts_at),
        original_starts_at=_at(_only(event, "X-MS-OLK-ORIGINALSTART")),
        comment=_comment(event, named),
        delegated_to=_addresses(named, "DELEGATED-TO"),
        delegated_from=_addresses(named, "DELEGATED-FROM"),
    )


_NONE = Property("")


def _only(event: Event, name: str) -> Property:
    """The property; the first where a client wrote it twice, an empty one where it is absent."""
    found = event.get(name)
    return found[0] if found else _NONE


def _partstat(attendee: Property) -> str:
    """PARTSTAT in capitals; from the value where an unquoted CN with a colon hid it from the library."""
    if "PARTSTAT" in attendee.params:
        return one_line(attendee.param("PARTSTAT")).upper()[:14]
    hidden = re.search(r";PARTSTAT=([A-Z-]{1,14})[;:]", attendee.value, re.IGNORECASE)
    return hidden.group(1).upper() if hidden else ""


def _addresses(named: list[Property], param: str) -> tuple[str, ...]:
    """The usable addresses in this parameter of the attendees, each once."""
    found = (found_address(text) for one in named for text in one.params.get(param, ()))
    return tuple(dict.fromkeys(filter(None, found)))


def _sent_by(event: Event, named: list[Property]) -> tuple[str, ...]:
    """Who pressed the button for the attendee: SENT-BY (RFC 5545), else Outlook's own property."""
    outlook = _only(event, "X-MS-OLK-SENDER").value
    return _addresses(named, "SENT-BY") + tuple(filter(None, [found_address(outlook)]))


def _comment(event: Event, named: list[Property]) -> str:
    """The note typed with the answer: where RFC 5546 has it, else where Google and others put it."""
    texts = [one.value for one in event.get("COMMENT", [])]
    beside = [text for one in named for text in one.params.get("X-RESPONSE-COMMENT", ())]
    texts += map(_unescaped, [*beside, *(one.value for one in event.get("X-RESPONSE-COMMENT", []))])
    return next(filter(None, map(_lines, texts)), "")


def _unescaped(text: str) -> str:
    """TEXT of RFC 5545 section 3.3.11 as its writer meant it, where no reader has done so."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], text)


def _lines(text: str) -> str:
    """The text without unsafe characters, empty lines and ruled ones."""
    lines = (one_line(line) for line in text.replace("\r", "\n").split("\n"))
    return "\n".join(line for line in lines if line.strip("_-=*~ "))[:LONGEST_COMMENT].strip()


def _sequence(event: Event) -> int | None:
    """SEQUENCE, else Microsoft's copy of it, else None. A number past the range stays the largest."""
    for name in ("SEQUENCE", "X-MICROSOFT-CDO-APPT-SEQUENCE"):
        digits = _only(event, name).value.strip()
        if re.fullmatch(r"[0-9]{1,20}", digits):
            return min(int(digits), LARGEST_SEQUENCE)
    return None


def _at(written: Property) -> datetime | None:
    return instant(written.value, written.param("TZID"))


def _instant(event: Event, name: str) -> datetime | None:
    """The instant, in UTC; None where it is absent or broken."""
    return _at(_only(event, f"{AS_WRITTEN}{name}"))


def _dtstamp(event: Event) -> datetime | None:
    """When it was answered. One without a zone is no evidence of any order, and absent."""
    written = _only(event, f"{AS_WRITTEN}DTSTAMP")
    zoned = "TZID" in written.params or written.value.strip().upper().endswith("Z")
    return _at(written) if zoned else None


def _ends_at(event: Event, starts_at: datetime | None) -> datetime | None:
    """DTEND, else DTSTART and DURATION."""
    lasts = length(_only(event, f"{AS_WRITTEN}DURATION").value)
    return _instant(event, "DTEND") or (starts_at + lasts if starts_at and lasts else None)


def _occurrence(event: Event) -> tuple[datetime | None, date | None]:
    """Which one date of a series is meant: its instant, or its day where the time was not kept.

    A date "and all that follow" (RANGE) is not one date: then neither is known.
    """
    written = _only(event, f"{AS_WRITTEN}RECURRENCE-ID")
    if not written.value or "RANGE" in written.params:
        return None, None
    day = midnight(written.value)
    return (None, day) if day else (_at(written), None)
