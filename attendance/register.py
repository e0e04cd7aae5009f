"""Who came to a meeting: marks are appended, never overwritten; the latest of a seat stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from attendance import errors
from attendance.marks import PRESENT as PRESENT
from attendance.marks import Expected as Expected
from attendance.marks import Mark as Mark
from attendance.marks import check, in_words, missing_for_quorum
from attendance.tables import Attendance, Outcome, Register
from meetings.calling_off import call_off
from meetings.letters import Letterhead
from meetings.scheduling import happened
from meetings.seats import place_of
from meetings.tables import Meeting, MeetingState, Seat
from web.moments import london_date

LONGEST_REASON = 200
Choose = Callable[[Sequence[Expected]], Sequence[Mark]]


async def mark(meeting_id: UUID, marks: Sequence[Mark], *, by: str, now: datetime) -> None:
    """These seats are marked, and the register stays open; a mark that already stands is not written again.

    :raises AttendanceError: NotYetStarted, WasCalledOff, RegisterClosed, NotASeat, and what `marks.check` refuses.
    """
    await _mark(meeting_id, lambda _: marks, by=by, now=now)


async def tap(meeting_id: UUID, seat: UUID, outcome: Outcome, *, by: str, now: datetime) -> None:
    """The seat has this outcome; if it had it already, nothing changes, and what is noted beside it stays.

    So a tap that was sent twice, because the connection dropped, is one mark. Of two people, the later one stands.

    :raises AttendanceError: as `mark`.
    """

    def chosen(seats: Sequence[Expected]) -> Sequence[Mark]:
        standing = next((one.mark for one in seats if one.seat == seat), None)
        return [standing if standing and standing.outcome == outcome else Mark(seat, outcome)]

    await _mark(meeting_id, chosen, by=by, now=now)


async def note(meeting_id: UUID, noted: Mark, *, by: str, now: datetime) -> None:
    """What is noted beside a seat's mark stands: times, who came as deputy, the day of a report.

    :raises AttendanceError: as `mark`; DecidedOtherwise when the seat was given another outcome meanwhile.
    """

    def chosen(seats: Sequence[Expected]) -> Sequence[Mark]:
        one = next((one for one in seats if one.seat == noted.seat), None)
        if one and one.mark and one.mark.outcome != noted.outcome:
            raise errors.DecidedOtherwise(f"{one.unit} was marked otherwise while you wrote.")
        return [noted]

    await _mark(meeting_id, chosen, by=by, now=now)


async def everyone_came(meeting_id: UUID, *, by: str, now: datetime) -> None:
    """Every seat that nobody has marked yet attended; those that are marked stay as they are.

    :raises AttendanceError: as `mark`.
    """
    await _mark(
        meeting_id, lambda seats: [Mark(one.seat, Outcome.ATTENDED) for one in seats if not one.mark], by=by, now=now
    )


async def _mark(meeting_id: UUID, choose: Choose, *, by: str, now: datetime) -> None:
    """What `choose` makes of the seats, as they stand while the meeting is locked, is written."""
    async with Meeting._meta.db.transaction():
        meeting = await begun(meeting_id, now)
        if await closing_of(meeting.id) is not None:
            raise errors.RegisterClosed(meeting.reference)
        before = await expected(meeting)
        marks = choose(before)
        _as_marked(meeting, before, marks, now)
        written = await _append(meeting, before, marks, by=by, now=now)
        if written:
            await happened(meeting, by, f"register: {_told(before, written)}", now)


async def close(
    meeting_id: UUID, *, marks: Sequence[Mark] = (), inquorate_reason: str = "", by: str, now: datetime
) -> None:
    """The meeting counts as held, with these last marks, and it is on record whether it was quorate.

    Two coordinators closing at once: the second is told that it is closed, and her marks are not taken.

    :raises AttendanceError: as `mark`; SeatsUnmarked, QuorumReasonWanted, ReasonTooLong.
    """
    reason = _reason(inquorate_reason, "inquorate_reason")
    async with Meeting._meta.db.transaction():
        meeting = await begun(meeting_id, now)
        if await closing_of(meeting.id) is not None:
            raise errors.RegisterClosed(meeting.reference)
        before = await expected(meeting)
        seats = _as_marked(meeting, before, marks, now)
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
        meeting = await begun(meeting_id, now)
        register = await closing_of(meeting.id)
        if register is None:
            raise errors.RegisterOpen(meeting.reference)
        if not reason:
            raise errors.CorrectionReasonWanted
        before = await expected(meeting)
        missing = missing_for_quorum(meeting.quorum, _as_marked(meeting, before, marks, now))
        written = await _append(meeting, before, marks, by=by, now=now, reason=reason)
        if not written:
            return
        await _write_closing(meeting, missing, register.inquorate_reason or reason, by=by, now=now)
        now_is = "" if register.quorate == (not missing) else f", now {'not quorate' if missing else 'quorate'}"
        await happened(meeting, by, f"register corrected: {_told(before, written)}{now_is}", now)


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
        meeting = await begun(meeting_id, now)
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
    return {
        row.seat: Mark(
            row.seat,
            Outcome(row.outcome),
            row.joined_late,
            row.left_early,
            row.deputy_name,
            row.report_on,
            row.evidence,
        )
        for row in rows
    }


async def begun(meeting_id: UUID, now: datetime) -> Meeting:
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


def _as_marked(meeting: Meeting, seats: Sequence[Expected], marks: Sequence[Mark], now: datetime) -> list[Expected]:
    """The seats as they will stand with these marks, each of which fits its seat.

    :raises AttendanceError: NotASeat, and what `marks.check` refuses.
    """
    units = {seat.seat: seat.unit for seat in seats}
    for one in marks:
        if one.seat not in units:
            raise errors.NotASeat(meeting.reference)
        check(one, units[one.seat], today=london_date(now))
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
) -> list[Mark]:
    """The marks that change something are written down; returns them."""
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
                    deputy_name=one.deputy_name,
                    report_on=one.report_on,
                    evidence=one.evidence,
                    marked_at=now,
                    marked_by=by,
                    reason=reason,
                )
                for one in news
            )
        )
    return news


def _reason(text: str, field: str) -> str:
    text = " ".join(text.split())
    if len(text) > LONGEST_REASON:
        raise errors.ReasonTooLong(field)
    return text


def _told(seats: Sequence[Expected], written: Sequence[Mark]) -> str:
    """What was marked, for the timeline: one seat by its unit, several by how many."""
    by_file = " by the Teams file" if all(one.evidence for one in written) else ""
    if len(written) > 1:
        return f"{len(written)} seats marked{by_file}"
    unit = next(seat.unit for seat in seats if seat.seat == written[0].seat)
    return f"{unit}, {in_words(written[0])}{by_file}"
