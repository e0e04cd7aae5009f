"""What a Teams attendance file shows becomes marks once a person has said so, and no earlier.

A file is read in one go and never kept. The names and addresses in it stay until they are decided about, until the
register is closed, or for `KEPT`: whichever comes first. The same file twice is one file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from attendance import errors, teams
from attendance.presence import Held
from attendance.register import begun, closing_of, mark, standing_marks
from attendance.teams_proposal import Decided, Evidence, Line, came_for, marks_of, proposal, undecided
from attendance.teams_seats import sought
from attendance.teams_tables import TeamsPerson, TeamsReport
from audit import trail
from meetings.scheduling import happened
from meetings.tables import Meeting
from web.moments import london_date

KEPT: Final = timedelta(days=14)


async def take_in(meeting: Meeting, raw: bytes, *, by: str, now: datetime) -> bool:
    """Whom the file shows waits for a decision; False when this file was read for this meeting before.

    :raises Unusable: when the file cannot be used.
    :raises AttendanceError: NotYetStarted, WasCalledOff, RegisterClosed.
    """
    async with Meeting._meta.db.transaction():
        locked = await _open(meeting.id, now)
        file = teams.read(raw, starts_at=locked.starts_at, ends_at=locked.ends_at)
        written = (
            await TeamsReport.insert(
                TeamsReport(
                    meeting=locked.id,
                    sha256=hashlib.sha256(raw).hexdigest(),
                    layout=file.layout,
                    read_at=now,
                    read_by=by,
                    people=len(file.people),
                    left_out=file.left_out,
                    started_at=file.started_at,
                    ended_at=file.ended_at,
                )
            )
            .on_conflict(target=(TeamsReport.meeting, TeamsReport.sha256), action="DO NOTHING")
            .returning(TeamsReport.id)
        )
        if not written:
            return False
        await TeamsPerson.insert(*(_row(written[0]["id"], one) for one in file.people))
        await happened(locked, by, f"Teams attendance file read ({file.layout}): {_people(len(file.people))}", now)
    return True


async def waits(meeting: UUID) -> bool:
    """Whether files show somebody about whom nobody has decided."""
    return await TeamsPerson.exists().where(
        (TeamsPerson.report.meeting == meeting) & TeamsPerson.settled_at.is_null()
    )


async def evidence(meeting: Meeting, now: datetime) -> Evidence | None:
    """What the files show that nobody has decided about; None when there is nothing."""
    reports = await TeamsReport.objects().where(TeamsReport.meeting == meeting.id)
    rows = await _rows([report.id for report in reports])
    waiting = [_line(row) for row in rows if row.settled_at is None]
    if not waiting:
        return None
    held = Held(
        meeting.starts_at,
        meeting.ends_at,
        min((one.started_at for one in reports if one.started_at), default=None),
        max((one.ended_at for one in reports if one.ended_at), default=None),
    )
    seats = await sought(meeting, london_date(now))
    earlier = [_line(row) for row in rows if row.seat is not None]
    return proposal(waiting, earlier, seats, await standing_marks(meeting.id), held)


async def confirm(meeting: Meeting, decided: Decided, *, by: str, now: datetime) -> int:
    """The seats taken or chosen are marked by the file, and its names are forgotten; returns how many seats.

    A seat that somebody marked as present meanwhile keeps that mark.

    :raises AttendanceError: as `take_in`; PeopleUndecided.
    """
    async with Meeting._meta.db.transaction():
        locked = await _open(meeting.id, now)
        found = await evidence(locked, now)
        if found is None:
            return 0
        left = undecided(found, decided)
        if left:
            raise errors.PeopleUndecided(left)
        marks, chosen = marks_of(found, decided), came_for(found, decided)
        await mark(locked.id, marks, by=by, now=now)
        for one in found.people:
            if one.id in decided.shown:
                await _settle(one.rows, chosen.get(one.id), now)
    return len(marks)


async def discard(meeting: Meeting, *, by: str, now: datetime) -> None:
    """What the files show is forgotten, and nothing is marked by it."""
    async with Meeting._meta.db.transaction():
        await Meeting.select(Meeting.id).where(Meeting.id == meeting.id).lock_rows()  # as `confirm` locks it
        reports = await TeamsReport.select(TeamsReport.id).where(TeamsReport.meeting == meeting.id)
        rows = await TeamsPerson.select(TeamsPerson.id).where(
            TeamsPerson.report.is_in([row["id"] for row in reports] or [0]) & TeamsPerson.settled_at.is_null()
        )
        if rows:
            await _settle([row["id"] for row in rows], None, now)
            await happened(meeting, by, "Teams attendance file put aside: nothing marked by it", now)


_FORGET = """
UPDATE teams_person SET name = '', address = '', settled_at = {}
FROM teams_report JOIN meeting ON meeting.id = teams_report.meeting
WHERE teams_report.id = teams_person.report AND teams_person.settled_at IS NULL
  AND (teams_report.read_at < {} OR meeting.state = 'called off'
       OR EXISTS (SELECT 1 FROM register WHERE register.meeting = meeting.id))
RETURNING meeting.reference
"""


async def forget(now: datetime) -> int:
    """Names nobody decided about are gone once their register is closed or `KEPT` has passed; returns how many."""
    async with TeamsPerson._meta.db.transaction():
        rows = await TeamsPerson.raw(_FORGET, now, now - KEPT)
        for reference in sorted({row["reference"] for row in rows}):
            await trail.record("Teams files", "names forgotten undecided", f"meeting:{reference}", now=now)
    return len(rows)


async def _open(meeting: UUID, now: datetime) -> Meeting:
    locked = await begun(meeting, now)
    if await closing_of(locked.id) is not None:
        raise errors.RegisterClosed(locked.reference)
    return locked


def _row(report: int, one: teams.Seen) -> TeamsPerson:
    return TeamsPerson(
        report=report,
        name=one.name,
        address=one.address,
        unverified=one.unverified,
        joined_at=one.joined_at,
        left_at=one.left_at,
    )


async def _rows(reports: list[int]) -> list[TeamsPerson]:
    if not reports:
        return []
    return await TeamsPerson.objects().where(TeamsPerson.report.is_in(reports)).order_by(TeamsPerson.id)


def _line(row: TeamsPerson) -> Line:
    return Line(row.id, teams.Seen(row.name, row.address, row.joined_at, row.left_at, row.unverified), row.seat)


async def _settle(rows: Collection[int], seat: UUID | None, now: datetime) -> None:
    await TeamsPerson.update(
        {TeamsPerson.name: "", TeamsPerson.address: "", TeamsPerson.seat: seat, TeamsPerson.settled_at: now}
    ).where(TeamsPerson.id.is_in(list(rows)))


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"
