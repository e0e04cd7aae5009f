"""The process in which one published calendar is read: its bytes in, beginnings and ends out, nothing else in reach.

It has no database, no secret and no setting. On standard input it gets one line, the window in seconds since 1970 and
what the UIDs of our own invitations end with, and then the calendar. On standard output it says `Taken`, or why not.
`calendar_apart` starts it, and kills it.
"""

from __future__ import annotations

import resource
import sys
from datetime import UTC, datetime

import msgspec

from directory.availability import Period
from directory.calendar_reading import NoCalendar, Taken, taken
from notifications.apart import bound

MOST_MEMORY = 768 * 1024 * 1024  # octets of address space
MOST_CPU = 20  # seconds; the parent's patience ends sooner, this ends a process without a parent


class ToRead(msgspec.Struct, frozen=True):
    """What stands on the first line."""

    starts_at: int
    ends_at: int
    ours: str


class Read(msgspec.Struct, frozen=True):
    """What was read, or in words for people why nothing was."""

    taken: Taken | None = None
    why: str = ""


def main() -> None:
    """The calendar of standard input has been read and answered."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU, MOST_CPU))
    bound(MOST_MEMORY)
    asked = msgspec.json.decode(sys.stdin.buffer.readline(), type=ToRead)
    sys.stdout.buffer.write(msgspec.json.encode(_read(asked, sys.stdin.buffer.read())))


def _read(asked: ToRead, raw: bytes) -> Read:
    window = Period(datetime.fromtimestamp(asked.starts_at, UTC), datetime.fromtimestamp(asked.ends_at, UTC))
    try:
        return Read(taken(raw, window, ours=asked.ours))
    except NoCalendar as why:
        return Read(why=str(why))
    except MemoryError:
        return Read(why="It is too large to be read.")


if __name__ == "__main__":
    main()
