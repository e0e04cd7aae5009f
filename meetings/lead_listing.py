"""Who leads a meeting and whether that is disputed, for its page; and every dispute that nobody has settled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from directory.units import unit_names
from meetings import seeing
from meetings.lead_tables import LeadDispute, LeadRefusal
from meetings.tables import Meeting, MeetingState
from web.viewer import Viewer


@dataclass(frozen=True)
class Refused:
    """One unit that says it is not the lead; `via` is how it said so."""

    unit: str
    via: str
    at: datetime


@dataclass(frozen=True)
class Dispute:
    """One dispute, in the units' names. `interim` is who leads for now, as the chair decided; "" before."""

    reference: str
    starts_at: datetime
    lead: str
    units: tuple[str, ...]
    refused: tuple[Refused, ...]
    raised_at: datetime
    due_at: datetime
    overdue_at: datetime | None
    interim: str
    interim_why: str
    interim_at: datetime | None


@dataclass(frozen=True)
class Lead:
    """Who leads a meeting, "" where it is about no child; and the dispute about it, if one is open."""

    unit: str
    dispute: Dispute | None


async def lead_of(meeting: Meeting) -> Lead:
    """Who leads this meeting."""
    if meeting.lead_unit is None:
        return Lead("", None)
    found = await _drawn([meeting])
    names = await unit_names([meeting.lead_unit])
    return Lead(names[meeting.lead_unit], found[0] if found else None)


async def open_disputes(viewer: Viewer) -> list[Dispute]:
    """Every dispute about a meeting of the viewer's that is not called off, the one to be settled first in front."""
    meetings = await Meeting.objects().where(
        Meeting.id.is_in(LeadDispute.select(LeadDispute.meeting).where(LeadDispute.settled_at.is_null()))
        & (Meeting.state == MeetingState.SCHEDULED)
        & seeing.where(seeing.meetings(viewer))
    )
    return sorted(await _drawn(meetings), key=lambda dispute: dispute.due_at)


async def disputed_among(meetings: Iterable[UUID]) -> set[UUID]:
    """Of these meetings, those whose lead is disputed."""
    wanted = list(meetings)
    if not wanted:
        return set()
    rows: list[dict[str, Any]] = await LeadDispute.select(LeadDispute.meeting).where(
        LeadDispute.meeting.is_in(wanted) & LeadDispute.settled_at.is_null()
    )
    return {row["meeting"] for row in rows}


async def _drawn(meetings: Sequence[Meeting]) -> list[Dispute]:
    if not meetings:
        return []
    rows = await LeadDispute.objects().where(
        LeadDispute.meeting.is_in([meeting.id for meeting in meetings]) & LeadDispute.settled_at.is_null()
    )
    if not rows:
        return []
    refusals = await _refusals([row.id for row in rows])
    about = {meeting.id: meeting for meeting in meetings}
    named = [unit for row in rows for unit in (*row.units, row.interim_unit)]
    names = await unit_names([*named, *(meeting.lead_unit for meeting in meetings)])
    return [_dispute(row, about[row.meeting], refusals.get(row.id, []), names) for row in rows]


async def _refusals(disputes: Sequence[UUID]) -> dict[UUID, list[LeadRefusal]]:
    found: dict[UUID, list[LeadRefusal]] = {}
    if not disputes:
        return found
    for row in await LeadRefusal.objects().where(LeadRefusal.dispute.is_in(list(disputes))).order_by(LeadRefusal.id):
        found.setdefault(row.dispute, []).append(row)
    return found


def _dispute(
    row: LeadDispute, meeting: Meeting, refusals: Sequence[LeadRefusal], names: Mapping[UUID | None, str]
) -> Dispute:
    return Dispute(
        reference=meeting.reference,
        starts_at=meeting.starts_at,
        lead=names.get(meeting.lead_unit, ""),
        units=tuple(names.get(unit, "") for unit in row.units),
        refused=tuple(Refused(names.get(one.unit, ""), one.via, one.said_at) for one in refusals),
        raised_at=row.raised_at,
        due_at=row.due_at,
        overdue_at=row.overdue_at,
        interim=names.get(row.interim_unit, ""),
        interim_why=row.interim_why,
        interim_at=row.interim_at,
    )
