"""Who came to a meeting: marks are appended, never overwritten; the latest of a seat stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from attendance import errors
from attendance.tables import Attendance, Outcome, Register
from meetings.calling_off import call_off
from meetings.letters import Letterhead
from meetings.scheduling import happened
from meetings.seats import place_of, unfilled
from meetings.tables import Meeting, MeetingState, Seat

PRESENT = (Outcome.ATTENDED, Outcome.DEPUTY)
LONGEST_REASON = 200


@dataclass(frozen=True)
class Mark:
    """What became of one seat. Joined late and left early belong to somebody who came."""

    seat: UUID
    outcome: Outcome
    joined_late: bool = False
    left_early: bool = False


@dataclass(frozen=True)
class Expected:
    """A seat that was on the list when the meeting started, with the mark that stands."""

    seat: UUID
    unit: str
    capacities: tuple[str, ...]
    mark: Mark | None


async def mark(meeting_id: UUID, marks: Sequence[Mark], *, by: str, now: datetime) -> None:
    """These seats are marked, and the register stays open; a mark that already stands is not written again.

    :raises AttendanceError: NotYetStarted, WasCalledOff, RegisterClosed, NotASeat, FlagWithoutPresence.
    """
    async with Meeting._meta.db.transaction():
        meeting = await _begun(meeting_id, now)
        if await closing_of(meeting.id) is not None:
            raise errors.RegisterClosed(meeting.reference)
        before = await expected(meeting)
        _as_marked(meeting, before, marks)
        written = await _append(meeting, before, marks, by=by, now=now)
        if written:
            await happened(meeting, by, f"register: {_seats(written)} marked", now)


async def close(
    meeting_id: UUID, *, marks: Sequence[Mark] = (), inquorate_reason: str = "", by: str, now: datetime
) -> None:
    """The meeting counts as held, with these last marks, and it is on record whether it was quorate.

    Two coordinators closing at once: the second is told that it is closed, and her marks are not taken.

    :raises AttendanceError: as `mark`; SeatsUnmarked, QuorumReasonWanted, ReasonTooLong.
    """
    reason = _reason(inquorate_reason, "inquorate_reason")
    async with Meeting._meta.db.transaction():
        meeting = await _begun(meeting_id, now)
        if await closing_of(meeting.id) is not None:
            raise errors.RegisterClosed(meeting.reference)
        before = await expected(meeting)
        seats = _as_marked(meeting, before, marks)
        unmarked = {seat.seat: seat.unit for seat in seats if seat.mark is None}
        if unmarked:
            raise errors.SeatsUnmarked(unmarked)
        missing = missing_for_quorum(meeting.quorum, seats)
        if missing and not reason:
            raise errors.QuorumReasonWanted(missing)
        await _append(meeting, before, marks, by=by, now=now)
        await _write_closing(meeting, missing, reason, by=by, now=now)
        await happened(meeting, by, f"register closed: {'not quorate' if missing else 'quorate'}", now)


async def correct(meeting_id: UUID, marks: Sequence[Mark], *, reason: str, by: str, now: datetime) -> None:
    """The closed register shows these marks, each with the reason; the earlier ones stay on record.

    Whether the meeting was quorate follows the marks. Marks that already stand change nothing.

    :raises AttendanceError: as `mark`; RegisterOpen, CorrectionReasonWanted, ReasonTooLong.
    """
    reason = _reason(reason, "reason")
    async with Meeting._meta.db.transaction():
        meeting = await _begun(meeting_id, now)
        register = await closing_of(meeting.id)
        if register is None:
            raise errors.RegisterOpen(meeting.reference)
        if not reason:
            raise errors.CorrectionReasonWanted
        before = await expected(meeting)
        missing = missing_for_quorum(meeting.quorum, _as_marked(meeting, before, marks))
        written = await _append(meeting, before, marks, by=by, now=now, reason=reason)
        if not written:
            return
        await _write_closing(meeting, missing, register.inquorate_reason or reason, by=by, now=now)
        now_is = "" if register.quorate == (not missing) else f", now {'not quorate' if missing else 'quorate'}"
        await happened(meeting, by, f"register corrected: {_seats(written)}{now_is}", now)


async def _write_closing(meeting: Meeting, missing: Sequence[str], reason: str, *, by: str, now: datetime) -> None:
    why = reason if missing else ""
    await Register.insert(
        Register(meeting=meeting.id, closed_at=now, closed_by=by, quorate=not missing, inquorate_reason=why)
    )


async def not_held(
    meeting_id: UUID, *, asked_by: str, reason: str, by: str, now: datetime, letterhead: Letterhead
) -> None:
    """The meeting's time came and it did not take place: it counts as called off, and nobody as absent.

    :raises AttendanceError: NotYetStarted, WasCalledOff, RegisterClosed (it is on record that it was held).
    :raises MeetingError: UnsuitableAsker, UnsuitableReason.
    """
    async with Meeting._meta.db.transaction():
        meeting = await _begun(meeting_id, now)
        if await closing_of(meeting.id) is not None:
            raise errors.RegisterClosed(meeting.reference)
        await call_off(meeting.reference, asked_by=asked_by, reason=reason, by=by, now=now, letterhead=letterhead)


async def expected(meeting: Meeting) -> list[Expected]:
    """The seats on the list when the meeting started, in the order of their capacities, each with its mark."""
    rows: list[dict[str, Any]] = (
        await Seat.select(Seat.id, Seat.capacities, Seat.unit._.name.as_alias("unit"))
        .where((Seat.meeting == meeting.id) & (Seat.removed_at.is_null() | (Seat.removed_at >= meeting.starts_at)))
        .order_by(Seat.unit._.name)
    )
    marks = await standing_marks(meeting.id)
    rows.sort(key=lambda row: place_of(row["capacities"]))
    return [Expected(row["id"], row["unit"], tuple(row["capacities"]), marks.get(row["id"])) for row in rows]


async def standing_marks(meeting_id: UUID) -> dict[UUID, Mark]:
    """The latest mark of each seat."""
    rows = await Attendance.objects().where(Attendance.meeting == meeting_id).order_by(Attendance.id)
    return {row.seat: Mark(row.seat, Outcome(row.outcome), row.joined_late, row.left_early) for row in rows}


def missing_for_quorum(quorum: Iterable[str], seats: Iterable[Expected]) -> list[str]:
    """The capacities of the quorum that nobody filled, in the quorum's order."""
    came = [seat for seat in seats if seat.mark and seat.mark.outcome in PRESENT]
    return unfilled(quorum, [capacity for seat in came for capacity in seat.capacities])


async def _begun(meeting_id: UUID, now: datetime) -> Meeting:
    """The meeting's row, locked, if it can have a register."""
    meeting = await Meeting.objects().where(Meeting.id == meeting_id).lock_rows().first()
    if meeting is None:
        raise errors.NoSuchMeeting
    if meeting.state == MeetingState.CALLED_OFF:
        raise errors.WasCalledOff(meeting.reference)
    if now < meeting.starts_at:
        raise errors.NotYetStarted(meeting.reference)
    return meeting


async def closing_of(meeting: UUID) -> Register | None:
    """The closing of the meeting's register that stands; None while it is open."""
    return await Register.objects().where(Register.meeting == meeting).order_by(Register.id, ascending=False).first()


def _as_marked(meeting: Meeting, seats: Sequence[Expected], marks: Sequence[Mark]) -> list[Expected]:
    """The seats as they will stand with these marks, each of which fits its seat.

    :raises AttendanceError: NotASeat, FlagWithoutPresence.
    """
    known = {seat.seat: seat for seat in seats}
    for one in marks:
        _check(meeting, known, one)
    new = {one.seat: one for one in marks}
    return [replace(seat, mark=new.get(seat.seat, seat.mark)) for seat in seats]


async def _append(
    meeting: Meeting,
    seats: Sequence[Expected],
    marks: Sequence[Mark],
    *,
    by: str,
    now: datetime,
    reason: str = "",
) -> int:
    """The marks that change something are written down; returns how many."""
    standing = {seat.seat: seat.mark for seat in seats}
    news = [one for one in marks if standing[one.seat] != one]
    if news:
        await Attendance.insert(
            *(
                Attendance(
                    meeting=meeting.id,
                    seat=one.seat,
                    outcome=one.outcome,
                    joined_late=one.joined_late,
                    left_early=one.left_early,
                    marked_at=now,
                    marked_by=by,
                    reason=reason,
                )
                for one in news
            )
        )
    return len(news)


def _check(meeting: Meeting, known: Mapping[UUID, Expected], one: Mark) -> None:
    if one.seat not in known:
        raise errors.NotASeat(meeting.reference)
    if (one.joined_late or one.left_early) and one.outcome not in PRESENT:
        raise errors.FlagWithoutPresence(one.seat, known[one.seat].unit)


def _reason(text: str, field: str) -> str:
    text = " ".join(text.split())
    if len(text) > LONGEST_REASON:
        raise errors.ReasonTooLong(field)
    return text


def _seats(count: int) -> str:
    return f"{count} seat{'' if count == 1 else 's'}"
