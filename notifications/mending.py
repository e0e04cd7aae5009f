"""Straighten a calendar that clients and gateways have bent down to the lines an answer is made of; pure.

Nothing here understands iCalendar. It keeps hostile input away from the library that does: sizes are
capped first, and zones, alarms, rules, attachments and unknown properties never reach it.
"""

import re

from notifications.errors import Unreadable

LARGEST = 64 * 1024  # octets; real answers are 0.5 to 18 KB
MOST_LINES = 600  # content lines, after unfolding
DEEPEST = 4  # components inside one another
MOST_EVENTS = 20  # an answer to a series may hold one for the whole and some for single dates

# What an answer says. Rules and zones are left out on purpose: nothing an attendee sends may move a meeting,
# and expanding them costs time without end.
_KEPT = {"METHOD", "UID", "SEQUENCE", "ATTENDEE", "COMMENT"} | {
    "X-MICROSOFT-CDO-APPT-SEQUENCE",
    "X-MS-OLK-SENDER",
    "X-MS-OLK-ORIGINALSTART",
    "X-MS-OLK-ORIGINALEND",
    "X-RESPONSE-COMMENT",
}
# Times are handed on under another name, so that the library leaves them as they are written: moments.py reads
# them, where a broken or an unknown zone harms nothing but that one time.
_TIMES = {"DTSTAMP", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID"}
AS_WRITTEN = "X-AS-WRITTEN-"
_BOMS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_NAME = re.compile(r"[A-Za-z0-9-]+(?=[;:])")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")


def mended(calendar: bytes) -> list[str]:
    """The whole, unfolded lines of one VCALENDAR that holds VEVENTs and the kept properties only.

    :raises Unreadable: no whole calendar, more than one, more than the caps allow, or a broken nesting.
    """
    if len(calendar) > LARGEST:
        raise Unreadable(f"the calendar is larger than {LARGEST // 1024} KB")
    lines = _content_lines(_decoded(calendar))
    if len(lines) > MOST_LINES:
        raise Unreadable(f"the calendar has more than {MOST_LINES} lines")
    return _kept(lines)


def _decoded(calendar: bytes) -> str:
    """The text, by its byte order mark, else as UTF-8, else as the Windows code page old gateways use."""
    for mark, charset in _BOMS.items():
        if calendar.startswith(mark):
            return calendar[len(mark) :].decode(charset, errors="replace")
    try:
        return calendar.decode()
    except UnicodeDecodeError:
        return calendar.decode("cp1252", errors="replace")


def _content_lines(text: str) -> list[str]:
    """The unfolded lines from BEGIN to END of the only calendar in the text, without any banner round it."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = [line for line in text.split("\n") if line.strip()]
    named = [line.strip().upper() if line[0] not in " \t" else "" for line in lines]
    if "BEGIN:VCALENDAR" not in named or "END:VCALENDAR" not in named:
        raise Unreadable("no whole calendar was found")
    if named.count("BEGIN:VCALENDAR") > 1:
        raise Unreadable("more than one calendar was found")
    whole = "\n".join(lines[named.index("BEGIN:VCALENDAR") : named.index("END:VCALENDAR") + 1])
    unfolded = re.sub(r"\n[ \t]", "", whole)
    return [line.rstrip() for line in unfolded.split("\n") if _NAME.match(line)]


def _kept(lines: list[str]) -> list[str]:
    """The lines that matter, with the names of components and the METHOD in capitals."""
    kept: list[str] = []
    inside: list[str] = []
    events = 0
    for line in lines:
        name, _, value = line.partition(":")
        name, value = name.upper(), value.strip().upper()
        if name == "BEGIN":
            inside.append(value)
            events += value == "VEVENT"
            if len(inside) > DEEPEST or events > MOST_EVENTS:
                raise Unreadable("the calendar holds more than an answer can")
        if _matters(line, inside):
            kept.append(f"{name}:{value}" if name in ("BEGIN", "END", "METHOD") else _renamed(line))
        if name == "END" and (not inside or inside.pop() != value):
            raise Unreadable("the calendar's parts are not nested properly")
    return kept


def _matters(line: str, inside: list[str]) -> bool:
    """Whether the line belongs to the calendar itself or to an event, and is of a kept kind."""
    if inside not in (["VCALENDAR"], ["VCALENDAR", "VEVENT"]):
        return False
    name = _NAME.match(line)
    return name is not None and name.group().upper() in _KEPT | _TIMES | {"BEGIN", "END"}


def _renamed(line: str) -> str:
    name = _NAME.match(line)
    return f"{AS_WRITTEN}{line}" if name and name.group().upper() in _TIMES else line
