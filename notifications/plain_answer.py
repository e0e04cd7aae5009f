"""Read the plain answer, strictly: what nearly every client sends, and nothing that could be read in two ways; pure.

Whatever is not fully recognised is left to icalendar, which reads it more slowly. Both must say the same of every
answer that is recognised here.
"""

import re

from notifications.event_facts import Event, Property
from notifications.mending import AS_WRITTEN

# Neither escapes nor lists nor empty values; in quotes, no escapes either (RFC 6868 uses "^").
_PARAM = re.compile(r';([A-Z-]+)=(?:"([^"\\^]*)"|([^"\\^,;:]+))', re.IGNORECASE | re.ASCII)
_NAME = re.compile(r"[A-Z-]+", re.IGNORECASE | re.ASCII)
_ADDRESS = re.compile(r"(?:mailto:)?[^\s\\;:,\"<>^]+", re.IGNORECASE)
_VALUES = {
    "UID": re.compile(r"[^\\]+"),
    "SEQUENCE": re.compile(r"[0-9]{1,9}", re.ASCII),
    "X-MICROSOFT-CDO-APPT-SEQUENCE": re.compile(r"[0-9]{1,9}", re.ASCII),
    "ATTENDEE": _ADDRESS,
    "X-MS-OLK-SENDER": _ADDRESS,
    "COMMENT": re.compile(r"(?:[^\\]|\\[nN,;])*"),
    **dict.fromkeys(
        (
            f"{AS_WRITTEN}DTSTAMP",
            f"{AS_WRITTEN}DTSTART",
            f"{AS_WRITTEN}DTEND",
            f"{AS_WRITTEN}RECURRENCE-ID",
            "X-MS-OLK-ORIGINALSTART",
            "X-MS-OLK-ORIGINALEND",
        ),
        re.compile(r"[0-9]{8}(?:T[0-9]{6}Z?)?", re.ASCII),
    ),
    f"{AS_WRITTEN}DURATION": re.compile(r"P[0-9A-Z]{1,20}", re.ASCII),
}


def events(lines: list[str]) -> tuple[str | None, list[Event]] | None:
    """The METHOD, None where there is none, and the events; None where a line is not fully recognised.

    :param lines: what mending.py left, properly nested.
    """
    method: str | None = None
    found: list[Event] = []
    for line in lines[1:-1]:
        if line == "BEGIN:VEVENT":
            found.append({})
        elif line.startswith("METHOD:"):
            if method is not None or not _NAME.fullmatch(line, 7):
                return None
            method = line[7:]
        elif line != "END:VEVENT" and not (found and _added(found[-1], line)):
            return None
    return method, found


def _added(event: Event, line: str) -> bool:
    """Whether the line was recognised, and is now one of the event's properties."""
    name_found = _NAME.match(line)
    name = name_found[0].upper() if name_found else ""
    allowed = _VALUES.get(name)
    if allowed is None or not line.isprintable() or (name in event and name != "ATTENDEE"):
        return False
    params: dict[str, tuple[str, ...]] = {}
    at = len(name)
    while parameter := _PARAM.match(line, at):
        key = parameter[1].upper()
        if key in params:
            return False
        params[key] = (parameter[3] if parameter[2] is None else parameter[2],)
        at = parameter.end()
    if not line.startswith(":", at) or not allowed.fullmatch(line, at + 1):
        return False
    value = line[at + 1 :]
    if name == "COMMENT":
        value = re.sub(r"\\(.)", lambda one: "\n" if one[1] in "nN" else one[1], value)
    event.setdefault(name, []).append(Property(value, params))
    return True
