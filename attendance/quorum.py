"""What a meeting still lacks to be quorate, and whom to ring about it: the units of the seats that could fill it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from directory.contacts import ways_to_reach
from directory.duty_hours import next_on_duty
from meetings.tables import Meeting, MeetingState, Seat
from web.moments import london_date


@dataclass(frozen=True)
class Ring:
    """One unit to ring: its numbers, the first to try in front, and when it is on duty."""

    unit: str
    phones: tuple[tuple[str, str], ...]  # role and number
    duty: str


@dataclass(frozen=True)
class Lacking:
    """One capacity of the quorum that nobody who accepted fills; nobody to ring where no seat is asked for it."""

    capacity: str
    ring: tuple[Ring, ...]


async def lacking(meeting: Meeting, missing: Sequence[str], *, now: datetime) -> tuple[Lacking, ...]:
    """The missing capacities in the quorum's order; of a meeting that has begun or is called off, nothing."""
    if not missing or meeting.state == MeetingState.CALLED_OFF or now >= meeting.starts_at:
        return ()
    rows: list[dict[str, Any]] = await Seat.select(Seat.unit, Seat.capacities, Seat.unit.name.as_alias("name")).where(
        (Seat.meeting == meeting.id) & Seat.removed_at.is_null()
    )
    seats = [row for row in rows if set(row["capacities"]) & set(missing)]
    units = list({row["unit"] for row in seats})
    ways = await ways_to_reach(london_date(now), units) if units else {}
    duty = await next_on_duty(units, now)
    rings: dict[UUID, Ring] = {
        row["unit"]: Ring(
            row["name"],
            tuple((one.role, one.phone) for one in ways.get(row["unit"], ()) if one.phone),
            duty[row["unit"]],
        )
        for row in seats
    }
    return tuple(
        Lacking(capacity, tuple(rings[row["unit"]] for row in seats if capacity in row["capacities"]))
        for capacity in missing
    )
