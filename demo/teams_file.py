"""The attendance report that Teams would offer for a meeting of the demonstration; pure.

It has what a real one has: UTF-16 with tabs, a narrow no-break space before AM, people repeated in its third section,
somebody who joined without signing in, one by telephone, and somebody whom nobody invited. Roles, and no people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from web.moments import LONDON

_HEAD = ("Name", "First Join", "Last Leave", "In-Meeting Duration", "Email", "Participant ID (UPN)", "Role")
_REPEATED = ("Name", "Join Time", "Leave Time", "Duration", "Email", "Role")
_OUTSIDER = ("Note taker (External)", "notes@elsewhere.example", 0)


@dataclass(frozen=True)
class AskedSeat:
    """A seat of the meeting: its unit, and the address that was invited."""

    unit: str
    address: str


def teams_file(reference: str, seats: Sequence[AskedSeat], starts_at: datetime, ends_at: datetime) -> bytes:
    """The report of the call: most who were invited were in it, as their seats stand in the list."""
    rows = [
        _row(name, address, starts_at + timedelta(minutes=late), ends_at) for name, address, late in _people(seats)
    ]
    lines = [
        ("1. Summary",),
        ("Meeting title", reference),
        ("Attended participants", str(len(rows))),
        ("Start time", _time(starts_at)),
        ("End time", _time(ends_at)),
        (),
        ("2. Participants",),
        _HEAD,
        *rows,
        (),
        ("3. In-Meeting Activities",),
        _REPEATED,
        *((*row[:5], row[6]) for row in rows),
    ]
    return b"\xff\xfe" + "".join("\t".join(line) + "\r\n" for line in lines).encode("utf-16-le")


def _people(seats: Sequence[AskedSeat]) -> list[tuple[str, str, int]]:
    """Who was there: name, address, and minutes after the start. Each fourth seat has nobody in the call."""
    found = []
    for number, seat in enumerate(seats):
        domain = seat.address.rpartition("@")[2]
        found += [
            [(f"Duty officer, {seat.unit}", seat.address, 0)],
            [("Duty manager (External)", f"duty.manager@{domain}", 14)],
            [(f"{seat.unit} (Unverified)", "", 2)],
            [],
        ][number % 4]
    return [*found, ("+44 20 7946 0999", "", 5), _OUTSIDER]


def _row(name: str, address: str, joined: datetime, left: datetime) -> tuple[str, ...]:
    minutes = int((left - joined).total_seconds() // 60)
    return (name, _time(joined), _time(left), f"{minutes}m 0s", address, address, "Attendee")


def _time(at: datetime) -> str:
    """As Teams in American English writes it."""
    there = at.astimezone(LONDON)
    return f"{there.month}/{there.day}/{there:%y}, {there.hour % 12 or 12}:{there:%M:%S}\u202f{there:%p}"
