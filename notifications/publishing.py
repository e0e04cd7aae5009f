"""Write meetings as a calendar to subscribe to (METHOD:PUBLISH, RFC 5546 section 3.2.1, RFC 7986); pure.

A feed is read by many and answered by nobody: it names no attendee, and its organizer is the role mailbox,
without the code by which answers are known. CLASS is left out, because Google shows what is private in a
subscribed calendar as "busy" to the subscriber; and it blocks no time, because who is invited has the
invitation for that.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from notifications.addresses import header_address, one_line
from notifications.itip import PRODID, Method
from notifications.lines import calendar, conference, escaped, plain_uid, quoted, with_link
from notifications.londontime import VTIMEZONE, utc, when

HOW_OFTEN = "PT30M"  # how long a client may wait before it looks again


@dataclass(frozen=True)
class Entry:
    """One meeting, or one occurrence of a series, as a feed shows it. `changed_at` is when any of this changed last.

    Each occurrence stands by itself with a UID of its own: a rule and its exceptions would have to be sent for
    ever, from the series' first day on, and exceptions without their rule are dropped by some clients.
    """

    uid: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str = ""
    location: str = ""
    link: str = ""
    cancelled: bool = False


def published(name: str, entries: Sequence[Entry], *, organizer_address: str, organizer_cn: str) -> bytes:
    """The iCalendar stream of a feed: the same bytes as long as nothing in it changed.

    An empty one still holds its zone: a calendar without any component is not valid (RFC 5545 section 3.6).

    :raises UnsafeHeader: when a UID, the address or a link could break out of its line.
    """
    title = one_line(re.sub(r"[\\;,]", " ", name))[:120]  # some clients would show the backslash of an escape
    properties = [
        f"METHOD:{Method.PUBLISH}",
        f"X-WR-CALNAME:{title}",
        f"NAME:{title}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{HOW_OFTEN}",
        f"X-PUBLISHED-TTL:{HOW_OFTEN}",  # the same for Outlook
    ]
    organizer = f"ORGANIZER;CN={quoted(organizer_cn)}:mailto:{header_address(organizer_address)}"
    events = [line for entry in entries for line in _event(entry, organizer)]
    return calendar(PRODID, properties, [*VTIMEZONE, *events])


def _event(entry: Entry, organizer: str) -> list[str]:
    description = with_link(entry.description, entry.link, place=entry.location)
    return [
        "BEGIN:VEVENT",
        f"UID:{plain_uid(entry.uid)}",
        f"SEQUENCE:{entry.sequence}",
        utc("DTSTAMP", entry.changed_at),
        utc("LAST-MODIFIED", entry.changed_at),
        when("DTSTART", entry.starts_at),
        when("DTEND", entry.ends_at),
        organizer,
        f"STATUS:{'CANCELLED' if entry.cancelled else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",
        f"SUMMARY:{escaped(one_line(entry.summary)[:255])}",
        *([f"LOCATION:{escaped(one_line(entry.location)[:255])}"] if entry.location else []),
        *([conference(entry.link)] if entry.link else []),
        *([f"DESCRIPTION:{escaped(description)}"] if description else []),
        "END:VEVENT",
    ]
