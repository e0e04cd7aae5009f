"""The series there are, and the units of one, for their pages: a fixed number of queries each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from directory.tables import POLICE, Unit
from directory.units import unit_names
from meetings import seeing
from meetings.occurrences import rule_of
from meetings.series_letters import how_often
from meetings.tables import Meeting, MeetingState, Series
from web.viewer import Viewer


@dataclass(frozen=True)
class ListedSeries:
    """One line of the list; `next_at` is None where no date is left."""

    reference: str
    title: str
    type: str
    how_often: str
    last_on: date
    home: str
    next_at: datetime | None
    coming: int
    called_off: bool


async def list_series(now: datetime, viewer: Viewer) -> list[ListedSeries]:
    """Every series of the viewer's: those with a date to come first, the soonest first; then the others by title."""
    rows = await Series.objects().where(seeing.where(seeing.series(viewer))).order_by(Series.title)
    if not rows:
        return []
    coming: list[dict[str, Any]] = await Meeting.select(Meeting.series, Meeting.starts_at).where(
        Meeting.series.is_not_null() & (Meeting.state == MeetingState.SCHEDULED) & (Meeting.starts_at > now)
    )
    starts: dict[UUID, list[datetime]] = {}
    for row in coming:
        starts.setdefault(row["series"], []).append(row["starts_at"])
    names = await unit_names(row.home_unit for row in rows)
    listed = [_listed(row, names.get(row.home_unit, ""), starts.get(row.id, [])) for row in rows]
    return sorted(listed, key=lambda one: (one.next_at is None, one.next_at or now, one.title))


async def police_units() -> list[tuple[str, str]]:
    """The units that can convene a series, by code and name."""
    rows = await Unit.select(Unit.code, Unit.name).where(Unit.kind.is_in(list(POLICE))).order_by(Unit.kind, Unit.name)
    return [(row["code"], row["name"]) for row in rows]


async def all_units(without: Sequence[UUID] = ()) -> list[tuple[str, str]]:
    """Every unit but these, by code, with its name and kind."""
    rows = await Unit.select(Unit.id, Unit.code, Unit.name, Unit.kind).order_by(Unit.kind, Unit.name)
    return [(row["code"], f"{row['name']} ({row['kind']})") for row in rows if row["id"] not in without]


async def units_by_code(codes: Sequence[str]) -> dict[str, UUID]:
    """The ids of the units with these codes; codes that none has are left out."""
    rows = await Unit.select(Unit.id, Unit.code).where(Unit.code.is_in(list(codes))) if codes else []
    return {row["code"]: row["id"] for row in rows}


def _listed(series: Series, home: str, starts: Sequence[datetime]) -> ListedSeries:
    return ListedSeries(
        reference=series.reference,
        title=series.title,
        type=series.type,
        how_often=how_often(rule_of(series)),
        last_on=series.last_on,
        home=home,
        next_at=min(starts, default=None),
        coming=len(starts),
        called_off=series.state == MeetingState.CALLED_OFF,
    )
