"""When the units that have not answered yet are on duty next, and by when they promised to answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from attendance.overview import Overview
from directory.duty_changes import promises_of
from directory.duty_hours import next_on_duty
from directory.duty_words import NOT_KNOWN
from meetings.promised import promised_by


@dataclass(frozen=True)
class Unanswered:
    """What is known of a unit that is silent: "" and None where nothing is."""

    next_duty: str
    promised_by: datetime | None


async def unanswered(overview: Overview, now: datetime) -> Mapping[UUID, Unanswered]:
    """By seat, for those whose invitation waits for an answer; nothing of a meeting that began or was called off."""
    asked = [seat for seat in overview.seats if seat.invitation and not seat.answer]
    if not asked or overview.called_off or now >= overview.meeting.starts_at:
        return {}
    units = [seat.unit_id for seat in asked]
    duty = await next_on_duty(units, now)
    promises = await promises_of(units)
    found = {}
    for seat in asked:
        promise, invited_at = promises.get(seat.unit_id), seat.invited_at
        by = promised_by(invited_at, promise.amount, promise.counted_in) if promise and invited_at else None
        next_duty = duty[seat.unit_id]
        found[seat.seat] = Unanswered("" if next_duty == NOT_KNOWN else next_duty, by)
    return found
