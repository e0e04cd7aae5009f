"""Emergency access as people see it: one's own, and what a manager is to review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from piccolo.columns.combination import And, Or

from meetings.break_glass import is_reviewer
from meetings.tables import Meeting
from web.tables import BreakGlass
from web.viewer import Viewer

LATELY = timedelta(days=90)


@dataclass(frozen=True)
class Access:
    """One emergency access. `meeting` is a reference, "" where it is about a child or nothing was found."""

    id: UUID
    reference: str
    found: bool
    meeting: str
    child: UUID | None
    person: UUID
    by: str
    agency: str
    reason: str
    since: datetime
    until: datetime  # or when it was ended
    lasts: bool
    outcome: str
    note: str


async def own(viewer: Viewer, now: datetime) -> list[Access]:
    """The viewer's own that last yet, the latest first."""
    return await _those(And(BreakGlass.person == viewer.person, And(*_lasting(now))), now)


async def one_of(viewer: Viewer, access: UUID, now: datetime) -> Access | None:
    """The viewer's own of this id, whether it lasts or not."""
    found = await _those(And(BreakGlass.id == access, BreakGlass.person == viewer.person), now)
    return found[0] if found else None


async def to_review(viewer: Viewer, now: datetime) -> tuple[list[Access], list[Access]]:
    """What waits for a review by this manager, and what was reviewed lately; never their own."""
    others = And(BreakGlass.person != viewer.person, BreakGlass.since > now - LATELY)
    waiting = await _those(And(BreakGlass.person != viewer.person, BreakGlass.reviewed_at.is_null()), now)
    reviewed = await _those(And(others, BreakGlass.reviewed_at.is_not_null()), now)
    mine = {one.id for one in (*waiting, *reviewed) if is_reviewer(viewer, one.agency)}
    return [one for one in waiting if one.id in mine], [one for one in reviewed if one.id in mine]


def _lasting(now: datetime) -> tuple[Any, Any]:
    return BreakGlass.until > now, Or(BreakGlass.ended_at.is_null(), BreakGlass.ended_at > now)


async def _those(condition: And, now: datetime) -> list[Access]:
    rows = (
        await BreakGlass.select(*BreakGlass.all_columns(), BreakGlass.person.title)
        .where(condition)
        .order_by(BreakGlass.since, ascending=False)
        .limit(200)
    )
    ids = [row["meeting"] for row in rows if row["meeting"]]
    named = await Meeting.select(Meeting.id, Meeting.reference).where(Meeting.id.is_in(ids)) if ids else []
    references = {row["id"]: str(row["reference"]) for row in named}
    return [_access(row, references.get(row["meeting"], ""), now) for row in rows]


def _access(row: dict[str, Any], meeting: str, now: datetime) -> Access:
    until = min(row["until"], row["ended_at"] or row["until"])
    return Access(
        id=row["id"],
        reference=row["reference"],
        found=bool(row["meeting"] or row["child"]),
        meeting=meeting,
        child=row["child"],
        person=row["person"],
        by=row["person.title"],
        agency=row["owner_agency"],
        reason=row["reason"],
        since=row["since"],
        until=until,
        lasts=until > now,
        outcome=row["review_outcome"],
        note=row["review_note"],
    )
