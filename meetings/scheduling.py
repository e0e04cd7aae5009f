"""The verbs of a meeting that stands: move it, add and remove a seat. One transaction each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from audit import trail
from directory.units import unit_names
from meetings import errors, invitations, occurrences
from meetings.asked_alone import check_asked_alone
from meetings.letters import Letterhead, in_words
from meetings.proposal import ProposedSeat, described, reply_clocks_of
from meetings.tables import Meeting, MeetingEvent, MeetingState, Seat
from meetings.when import When, answers_wanted_by
from web.moments import london_date


async def move(reference: str, when: When, *, by: str, now: datetime, letterhead: Letterhead) -> None:
    """The meeting has this time and place, and every invitee one update; the same again changes nothing.

    A new time is a major change (RFC 5546 2.1.4): answers to the old one count no more. A new place or link is minor.
    """
    async with Meeting._meta.db.transaction():
        meeting = await _locked(reference, now)
        minutes = (meeting.ends_at - meeting.starts_at) // timedelta(minutes=1)
        major = (meeting.starts_at, minutes) != (when.starts_at, when.minutes)
        if not major and (meeting.place, meeting.link, meeting.fixed) == (when.place, when.link, when.fixed):
            return
        when.check(now)
        await occurrences.check_between(meeting, when.starts_at)
        meeting.sequence = await occurrences.next_sequence(meeting)
        meeting.last_major_sequence = meeting.sequence if major else meeting.last_major_sequence
        meeting.starts_at, meeting.ends_at = when.starts_at, when.ends_at
        meeting.place, meeting.link, meeting.fixed = when.place, when.link, when.fixed
        if major:
            meeting.due_at = when.starts_at if meeting.series else meeting.due_at
            meeting.reply_by = answers_wanted_by(await reply_clocks_of(meeting.id), when.starts_at, now)
        await Meeting.update(
            {
                Meeting.sequence: meeting.sequence,
                Meeting.last_major_sequence: meeting.last_major_sequence,
                Meeting.starts_at: meeting.starts_at,
                Meeting.ends_at: meeting.ends_at,
                Meeting.place: meeting.place,
                Meeting.link: meeting.link,
                Meeting.fixed: meeting.fixed,
                Meeting.reply_by: meeting.reply_by,
                Meeting.due_at: meeting.due_at,
            }
        ).where(Meeting.id == meeting.id)
        await invitations.send_change(meeting, major=major, letterhead=letterhead, now=now)
        await happened(meeting, by, f"moved to {in_words(when.starts_at)}" if major else "place or link changed", now)


async def add_seat(
    reference: str, unit: UUID, capacities: Sequence[str], *, by: str, now: datetime, letterhead: Letterhead
) -> None:
    """The unit has a seat and, where the directory has its address, a REQUEST; a seat once removed is taken anew.

    Its token is new each time, so that no answer to an earlier invitation counts. At one date of a series the unit is
    asked to that date alone.
    """
    async with Meeting._meta.db.transaction():
        meeting = await _locked(reference, now)
        existing = await Seat.objects().where((Seat.meeting == meeting.id) & (Seat.unit == unit)).first()
        if existing is not None and existing.removed_at is None:
            raise errors.UnsuitableSeats("This unit already has a seat at the meeting.")
        if not capacities:
            raise errors.UnsuitableSeats("Choose in which capacity the unit is asked.")
        taken = [one.address for one in await invitations.active_invitations(meeting.id)]
        on = london_date(meeting.starts_at)
        (proposed,) = await described([(unit, capacities)], meeting.quorum, on, taken=taken)
        if meeting.series and not proposed.address:
            raise errors.NoAddressForOneDate
        await raise_sequence(meeting)
        if existing is None:
            seat = uuid4()
            await insert_seats(meeting, {seat: proposed}, now)
        else:
            seat = existing.id
            await Seat.update(
                {Seat.removed_at: None, Seat.added_at: now, Seat.capacities: list(proposed.capacities)}
            ).where(Seat.id == seat)
        await invitations.invite(meeting, {seat: proposed}, letterhead=letterhead, now=now)
        await happened(meeting, by, f"seat added: {proposed.name}", now)


async def remove_seat(reference: str, seat: UUID, *, by: str, now: datetime, letterhead: Letterhead) -> None:
    """The seat is no longer part of the meeting, and its invitee gets one CANCEL. Twice is harmless."""
    async with Meeting._meta.db.transaction():
        meeting = await _locked(reference, now)
        row = await Seat.objects().where((Seat.id == seat) & (Seat.meeting == meeting.id)).first()
        if row is None or row.removed_at is not None:
            return
        await check_asked_alone(meeting, row)
        others = await Seat.count().where(
            (Seat.meeting == meeting.id) & Seat.removed_at.is_null() & (Seat.id != seat)
        )
        if not others:
            raise errors.UnsuitableSeats("This is the last seat. Call the meeting off instead.")
        await raise_sequence(meeting)
        await Seat.update({Seat.removed_at: now}).where(Seat.id == seat)
        asked = [i for i in await invitations.active_invitations(meeting.id) if i.seat == seat]
        await invitations.send_cancel(meeting, asked, whole=False, letterhead=letterhead, now=now)
        names = await unit_names([row.unit])
        await happened(meeting, by, f"seat removed: {names[row.unit]}", now)


async def happened(meeting: Meeting, by: str, what: str, now: datetime) -> None:
    """The meeting's timeline and the audit trail both say so, in the caller's transaction.

    The trail also keeps at which SEQUENCE, and which was the last major one: so it tells of each whether it was.
    """
    detail = {"sequence": meeting.sequence, "major": meeting.last_major_sequence}
    await MeetingEvent.insert(MeetingEvent(meeting=meeting.id, at=now, actor=by, what=what[:200]))
    await trail.record(by, what[:80], f"meeting:{meeting.reference}", now=now, detail=detail)


async def insert_seats(meeting: Meeting, seats: dict[UUID, ProposedSeat], now: datetime) -> None:
    rows = [
        Seat(id=seat, meeting=meeting.id, unit=s.unit, capacities=list(s.capacities), added_at=now)
        for seat, s in seats.items()
    ]
    await Seat.insert(*rows)


async def raise_sequence(meeting: Meeting) -> None:
    """The meeting, which the caller holds locked, has the next SEQUENCE; nobody is written to."""
    meeting.sequence = await occurrences.next_sequence(meeting)
    await Meeting.update({Meeting.sequence: meeting.sequence}).where(Meeting.id == meeting.id)


async def found(reference: str) -> Meeting:
    await occurrences.lock_series_of(reference)
    meeting = await Meeting.objects().where(Meeting.reference == reference).lock_rows().first()
    if meeting is None:
        raise errors.NoSuchMeeting(reference)
    return meeting


async def _locked(reference: str, now: datetime) -> Meeting:
    """The meeting's row, locked, if its invitations can still change."""
    meeting = await found(reference)
    if meeting.state == MeetingState.CALLED_OFF:
        raise errors.AlreadyCalledOff(reference)
    if now >= meeting.starts_at:
        raise errors.AlreadyBegun(reference)
    return meeting
