"""The list of a briefing or a panel: which children it speaks about, and what is decided about each.

A line is no meeting about the child and enters no figure of strategy meetings. Where a strategy meeting is
called for, a trigger of rule ASKED waits for a coordinator as any other does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from audit import trail
from meetings import errors, scheduling, seeing
from meetings.asking import call_for_meeting
from meetings.episode_tables import Child
from meetings.line_tables import Discussed, Line
from meetings.tables import Meeting, MeetingState, MeetingType
from web.viewer import Viewer

LISTED = (MeetingType.BRIEFING, MeetingType.PANEL)
LAST_BEFORE = 200  # children on one list: more is a mistake, not a briefing


async def put_on_list(reference: str, children: Sequence[UUID], *, by: str, now: datetime) -> int:
    """These children are on the meeting's list; returns how many were not yet. One taken off is there again.

    :raises MeetingError: NoSuchMeeting, NoList, AlreadyCalledOff, ListFull.
    """
    async with Line._meta.db.transaction():
        meeting = await _locked(reference)
        listed = await Line.objects().where(Line.meeting == meeting.id)
        standing = {row.child for row in listed if row.taken_off_at is None}
        off = {row.child: row.id for row in listed if row.taken_off_at is not None}
        news = [child for child in dict.fromkeys(children) if child not in standing]
        if len(standing) + len(news) > LAST_BEFORE:
            raise errors.ListFull(LAST_BEFORE)
        again = [off[child] for child in news if child in off]
        if again:
            await Line.update({Line.taken_off_at: None, Line.added_at: now, Line.added_by: by}).where(
                Line.id.is_in(again)
            )
        first = [
            Line(id=uuid4(), meeting=meeting.id, child=child, added_at=now, added_by=by)
            for child in news
            if child not in off
        ]
        if first:
            await Line.insert(*first)
        if news:
            await scheduling.happened(meeting, by, f"put on the list: {_children(len(news))}", now)
    return len(news)


async def take_off(reference: str, line: UUID, *, by: str, now: datetime) -> None:
    """The child is not on this meeting's list any more; what was decided stays on record. Twice is harmless.

    :raises MeetingError: NoSuchMeeting, NoList, AlreadyCalledOff, NoSuchLine: also for a line of another list.
    """
    async with Line._meta.db.transaction():
        meeting = await _locked(reference)
        row = await Line.objects().where((Line.id == line) & (Line.meeting == meeting.id)).first()
        if row is None:
            raise errors.NoSuchLine
        if row.taken_off_at is None:
            await Line.update({Line.taken_off_at: now}).where(Line.id == line)
            await scheduling.happened(meeting, by, "taken off the list: 1 child", now)


async def decide(reference: str, decisions: Mapping[UUID, Discussed], *, by: str, now: datetime) -> int:
    """Each of these lines has its decision, and a strategy meeting called for waits; returns how many changed.

    A meeting once called for is not called back by another choice: its trigger waits until somebody sets it up, or
    records why not.

    :raises MeetingError: NoSuchMeeting, NoList, AlreadyCalledOff, NotYetBegun, NoSuchLine.
    """
    async with Line._meta.db.transaction():
        meeting = await _locked(reference)
        if now < meeting.starts_at:
            raise errors.NotYetBegun(reference)
        rows = {row.id: row for row in await Line.objects().where(Line.meeting == meeting.id)}
        changed = [line for line in decisions if _row(rows, line).decided != decisions[line]]
        for line in sorted(changed):
            await _decide(rows[line], decisions[line], by=by, now=now)
        if changed:
            await scheduling.happened(meeting, by, f"decided about {_children(len(changed))} on the list", now)
    return len(changed)


async def _decide(row: Line, decision: Discussed, *, by: str, now: datetime) -> None:
    await Line.update({Line.decided: decision, Line.decided_at: now, Line.decided_by: by}).where(Line.id == row.id)
    await trail.record(by, f"decided: {decision.value or 'open again'}"[:80], f"line:{row.id}", now=now)
    if decision is Discussed.MEETING:
        await call_for_meeting(row.child, cause=row.id, by=by, now=now)


def _row(rows: Mapping[UUID, Line], line: UUID) -> Line:
    if line not in rows or rows[line].taken_off_at is not None:
        raise errors.NoSuchLine
    return rows[line]


async def _locked(reference: str) -> Meeting:
    """The briefing or panel, locked: two coordinators write its list one after the other."""
    meeting = await Meeting.objects().where(Meeting.reference == reference).lock_rows().first()
    if meeting is None:
        raise errors.NoSuchMeeting(reference)
    if meeting.type not in LISTED:
        raise errors.NoList(reference)
    if meeting.state == MeetingState.CALLED_OFF:
        raise errors.AlreadyCalledOff(reference)
    return meeting


async def known_children(reference: str, viewer: Viewer) -> list[Child]:
    """The children of the viewer's known by this reference, whoever's numbering it is."""
    seen = seeing.where(seeing.waiting(viewer))
    return await Child.objects().where((Child.reference == reference.strip()) & seen).order_by(Child.issuer)


def _children(count: int) -> str:
    return "1 child" if count == 1 else f"{count} children"
