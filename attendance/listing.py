"""Which meetings are coming, which wait for their register, and which are past, page by page: few queries each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.columns.combination import WhereRaw
from piccolo.custom_types import Combinable

from attendance.answers import standing
from attendance.registers_waiting import asked_of
from attendance.state import given_to
from attendance.tables import Register
from directory.units import unit_names
from meetings import seeing
from meetings.lead_listing import disputed_among
from meetings.occurrences import series_references
from meetings.reasons import LEFT_SERIES
from meetings.tables import Invitation, InviteState, Meeting, MeetingState
from web.viewer import Viewer

Row = dict[str, Any]
_SHOWN = (
    Meeting.id,
    Meeting.reference,
    Meeting.type,
    Meeting.series,
    Meeting.starts_at,
    Meeting.due_at,
    Meeting.home_unit,
    Meeting.destination_unit,
    Meeting.state,
    Meeting.called_off_reason,
    Meeting.last_major_sequence,
)


def _next_of_its_series(now: datetime) -> WhereRaw:
    return WhereRaw(
        "NOT EXISTS (SELECT 1 FROM meeting AS sooner WHERE sooner.series = meeting.series"
        " AND sooner.state = 'scheduled' AND sooner.starts_at > {} AND sooner.starts_at < meeting.starts_at)",
        now,
    )


@dataclass(frozen=True)
class Listed:
    """One line of a list. `answers` counts the standing answers by PARTSTAT, "" for none."""

    reference: str
    type: str
    series: str  # the reference of the series that it is one date of, or ""
    starts_at: datetime
    due_at: datetime
    home: str
    destination: str
    answers: Counter[str]
    called_off: bool
    called_off_reason: str
    quorate: bool | None  # None until the register is closed
    lead_disputed: bool = False
    seats: int = 0  # of an open register: on the list when the meeting started
    marked: int = 0
    asked: tuple[datetime, ...] = ()  # when somebody was asked about the open register

    @property
    def invited(self) -> int:
        return self.answers.total()


@dataclass(frozen=True)
class Part:
    """One page of a list."""

    rows: list[Listed]
    more: bool  # whether the list goes on after it


async def coming(now: datetime, viewer: Viewer, *, page: int = 1, size: int) -> Part:
    """The meetings that have not started, the soonest first; of a series its next date only."""
    to_come = (Meeting.state == MeetingState.SCHEDULED) & (Meeting.starts_at > now) & _next_of_its_series(now)
    rows, more = await _rows(to_come, viewer, page=page, size=size)
    return Part(await _listed(rows, with_answers=True), more)


async def awaiting_register(now: datetime, viewer: Viewer, *, page: int = 1, size: int) -> Part:
    """The meetings whose time has come and whose register is open, the oldest first, with how far it is marked."""
    begun = (Meeting.state == MeetingState.SCHEDULED) & (Meeting.starts_at <= now)
    rows, more = await _rows(begun & Meeting.register_closed_at.is_null(), viewer, page=page, size=size)
    listed = await _listed(rows, with_answers=True)
    wanted = [row["id"] for row in rows]
    counts: list[Row] = await Meeting.raw(_MARKED, wanted) if rows else []
    marked = {row["meeting"]: (row["seats"], row["marked"]) for row in counts}
    asked = await asked_of(wanted)
    told = [
        replace(one, seats=marked[meeting][0], marked=marked[meeting][1], asked=tuple(asked.get(meeting, ())))
        for one, meeting in zip(listed, wanted, strict=True)
    ]
    return Part(told, more)


_MARKED = """
SELECT meeting.id AS meeting, count(DISTINCT seat.id) AS seats, count(DISTINCT attendance.seat) AS marked
FROM meeting
LEFT JOIN seat ON seat.meeting = meeting.id AND (seat.removed_at IS NULL OR seat.removed_at >= meeting.starts_at)
LEFT JOIN attendance ON attendance.seat = seat.id AND attendance.meeting = meeting.id
WHERE meeting.id = ANY({}::uuid[]) GROUP BY meeting.id
"""


async def past(viewer: Viewer, *, page: int = 1, size: int) -> Part:
    """The meetings that were held or called off, the newest first."""
    over = (Meeting.state == MeetingState.CALLED_OFF) | Meeting.register_closed_at.is_not_null()
    still_theirs = Meeting.called_off_reason != LEFT_SERIES
    rows, more = await _rows(over & still_theirs, viewer, page=page, size=size, newest_first=True)
    return Part(await _listed(rows, with_answers=False), more)


async def _rows(
    which: Combinable, viewer: Viewer, *, page: int, size: int, newest_first: bool = False
) -> tuple[list[Row], bool]:
    """One page of these meetings, of those that the viewer may see; and whether there are more after it."""
    rows: list[Row] = (
        await Meeting.select(*_SHOWN)
        .where(which)
        .where(seeing.where(seeing.meetings(viewer)))
        .order_by(Meeting.starts_at, ascending=not newest_first)
        .order_by(Meeting.id)
        .offset((page - 1) * size)
        .limit(size + 1)
    )
    return rows[:size], len(rows) > size


async def _listed(meetings: Sequence[Row], *, with_answers: bool) -> list[Listed]:
    if not meetings:
        return []
    names = await unit_names(unit for m in meetings for unit in (m["home_unit"], m["destination_unit"]))
    answers = await _answers(meetings) if with_answers else {}
    series = await series_references(m["series"] for m in meetings)
    closings: list[Row] = (
        await Register.select(Register.meeting, Register.quorate)
        .where(Register.meeting.is_in([meeting["id"] for meeting in meetings]))
        .order_by(Register.id)
    )
    disputed = await disputed_among(meeting["id"] for meeting in meetings)
    registers = {row["meeting"]: row["quorate"] for row in closings}  # the latest of a meeting stands
    return [
        Listed(
            reference=meeting["reference"],
            type=meeting["type"],
            series=series.get(meeting["series"], ""),
            starts_at=meeting["starts_at"],
            due_at=meeting["due_at"],
            home=names.get(meeting["home_unit"], ""),
            destination=names.get(meeting["destination_unit"], ""),
            answers=answers.get(meeting["id"], Counter()),
            called_off=meeting["state"] == MeetingState.CALLED_OFF,
            called_off_reason=meeting["called_off_reason"],
            quorate=registers.get(meeting["id"]),
            lead_disputed=meeting["id"] in disputed,
        )
        for meeting in meetings
    ]


async def _answers(meetings: Sequence[Row]) -> dict[UUID, Counter[str]]:
    """The standing answers of each meeting's active invitations."""
    majors = {meeting["id"]: meeting["last_major_sequence"] for meeting in meetings}
    rows: list[Row] = await Invitation.select(Invitation.id, Invitation.meeting).where(
        Invitation.meeting.is_in(list(majors)) & (Invitation.state == InviteState.ACTIVE)
    )
    given = await given_to([row["id"] for row in rows])
    counted: dict[UUID, Counter[str]] = {meeting: Counter() for meeting in majors}
    for row in rows:
        answer = standing(given[row["id"]], majors[row["meeting"]])
        counted[row["meeting"]][answer.partstat if answer else ""] += 1
    return counted
