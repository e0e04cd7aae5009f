"""Which meetings a change of area finds set up already: they keep their seats, so somebody must look at each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from directory.area_changes import Turn
from directory.tables import Unit
from meetings import seeing
from meetings.tables import Meeting
from web.moments import start_of
from web.viewer import Viewer

MOST: Final = 200  # meetings that are listed; all are counted
_AFFECTED: Final = """
    SELECT m.reference, m.starts_at, count(*) OVER () AS total,
           array_agg(u.name ORDER BY u.name) AS units
    FROM meeting m
    JOIN seat s ON s.meeting = m.id AND s.removed_at IS NULL AND s.unit = ANY ({}::uuid[])
    JOIN unit u ON u.id = s.unit
    WHERE {} AND m.state = 'scheduled' AND m.starts_at >= {} AND m.starts_at < {}
      AND (m.about_place = ANY ({}::text[]) OR EXISTS (
          SELECT 1 FROM trigger t
          LEFT JOIN episode e ON e.id = t.cause
          LEFT JOIN placement_move p ON p.id = t.cause
          WHERE t.meeting = m.id AND {}::text[] && ARRAY[
              e.home_place, e.host_place, e.incident_place, p.home_place, p.from_place, p.to_place
          ]::text[]
      ))
    GROUP BY m.id
    ORDER BY m.starts_at, m.reference
    LIMIT {}
"""


@dataclass(frozen=True)
class Affected:
    """A meeting about one of the places, at which the unit that no longer serves it has a seat."""

    reference: str
    starts_at: datetime
    units: Sequence[str]


@dataclass(frozen=True)
class Effects:
    """What a change finds: meetings that were held on days that are corrected, and those still to come."""

    past: Sequence[Affected]
    coming: Sequence[Affected]
    past_count: int
    coming_count: int


async def effects(turns: Iterable[Turn], on: date, viewer: Viewer, *, now: datetime) -> Effects:
    """The viewer's meetings since that day about the places that change hands, with the units that had them."""
    changing = [turn for turn in turns if not turn.same and turn.before is not None]
    places = [turn.place for turn in changing]
    codes = {turn.before.unit for turn in changing if turn.before}
    units = [row["id"] for row in await Unit.select(Unit.id).where(Unit.code.is_in([*codes, ""]))]
    begins = start_of(on)
    past, past_count = await _affected(viewer, places, units, begins, max(now, begins))
    last = max((turn.until or date.max for turn in changing), default=date.max)
    ends = datetime.max.replace(tzinfo=now.tzinfo) if last == date.max else start_of(last)
    coming, coming_count = await _affected(viewer, places, units, max(now, begins), ends)
    return Effects(past, coming, past_count, coming_count)


async def _affected(
    viewer: Viewer, places: list[str], units: list[UUID], since: datetime, until: datetime
) -> tuple[list[Affected], int]:
    if not places or since >= until:
        return [], 0
    rows = await Meeting.raw(_AFFECTED, units, seeing.meetings(viewer, of="m"), since, until, places, places, MOST)
    found = [Affected(row["reference"], row["starts_at"], row["units"]) for row in rows]
    return found, rows[0]["total"] if rows else 0
