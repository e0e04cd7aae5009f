"""Seats counted at the tests' time."""

from __future__ import annotations

from datetime import UTC, datetime

from directory.tables import Unit
from meetings.tables import MeetingType
from reports import periods
from reports.figures import Asked, SeatCounts, SeatFigures
from tests.both_ways import both_ways

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


async def counted(period: str = "2026-11", kind: MeetingType = MeetingType.MISSING) -> SeatFigures:
    asked = periods.parse(period)
    return (await both_ways(Asked(asked.since, asked.until, kind, NOW))).seats


async def of(unit: Unit, period: str = "2026-11") -> SeatCounts:
    return (await counted(period)).by_unit.get(unit.id, SeatCounts())
