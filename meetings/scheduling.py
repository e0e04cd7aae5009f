"""The verbs of a meeting: set up, move, add and remove a seat, call off, not convened. One transaction each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from audit import trail
from directory.units import unit_names
from meetings import errors, invitations, occurrences
from meetings.asked_alone import check_asked_alone
from meetings.letters import Letterhead, in_words
from meetings.occurrences import new_reference
from meetings.proposal import Proposal, ProposedSeat, described, propose, reply_clocks_of
from meetings.reasons import CALLED_OFF_BY, CALLED_OFF_REASONS, NOT_CONVENED_REASONS, SETTLED_REASONS
from meetings.tables import (
    Child,
    Invitation,
    InviteState,
    Meeting,
    MeetingEvent,
    MeetingState,
    NotConvened,
    Seat,
    Trigger,
)
from meetings.waiting import triggers_waiting
from meetings.when import When, answers_wanted_by
from web.moments import london_date


async def set_up(
    child: UUID, when: When, units: Sequence[UUID], *, by: str, now: datetime, letterhead: Letterhead
) -> str:
    """All that waits for the child is answered by one meeting, its seats are invited, and its reference returned.

    `units` are those of the proposal that the coordinator kept. Home, destination and incident units are
    resolved on the meeting's date and stored. Two coordinators racing: the second finds nothing waiting.

    :raises MeetingError: NothingWaiting, UnsuitableTime, UnsuitablePlace, UnsuitableSeats; nothing was changed.
    """
    when.check(now)
    async with Meeting._meta.db.transaction():
        await Child.select(Child.id).where(Child.id == child).lock_rows()
        triggers = await triggers_waiting(child)
        if not triggers:
            raise errors.NothingWaiting
        proposal = await propose(triggers, london_date(when.starts_at))
        kept = chosen(proposal, units)
        meeting = _meeting(child, when, proposal, by=by, now=now, letterhead=letterhead)
        await Meeting.insert(meeting)
        seats = {uuid4(): s for s in kept}
        await _insert_seats(meeting, seats, now)
        await invitations.invite(meeting, seats, letterhead=letterhead, now=now)
        await Trigger.update({Trigger.meeting: meeting.id}).where(Trigger.id.is_in([t.id for t in triggers]))
        left_out = len(proposal.seats) - len(kept)
        asked = sum(bool(s.address) for s in kept)
        without = f", {len(kept) - asked} without an address" if asked < len(kept) else ""
        less = f", {left_out} of the proposed seats left out" if left_out else ""
        await happened(meeting, by, f"set up for {in_words(when.starts_at)}: {asked} invited{without}{less}", now)
    return meeting.reference


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


def chosen(proposal: Proposal, units: Collection[UUID]) -> list[ProposedSeat]:
    """The proposed seats that the coordinator kept.

    :raises UnsuitableSeats: where a unit is not proposed for that date, or no required seat is left.
    """
    kept = [seat for seat in proposal.seats if seat.unit in units]
    if len(kept) < len(set(units)):
        raise errors.UnsuitableSeats(
            "On that date other units serve the child's places than those you saw. Nothing was sent. "
            "Check who is asked, then send."
        )
    if not any(seat.required for seat in kept):
        raise errors.UnsuitableSeats("Keep at least one police or other required seat.")
    return kept


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
        (proposed,) = await described([(unit, capacities)], meeting.quorum, london_date(meeting.starts_at))
        if meeting.series and not proposed.address:
            raise errors.NoAddressForOneDate
        await _raise_sequence(meeting)
        if existing is None:
            seat = uuid4()
            await _insert_seats(meeting, {seat: proposed}, now)
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
        await _raise_sequence(meeting)
        await Seat.update({Seat.removed_at: now}).where(Seat.id == seat)
        asked = [i for i in await invitations.active_invitations(meeting.id) if i.seat == seat]
        await invitations.send_cancel(meeting, asked, whole=False, letterhead=letterhead, now=now)
        names = await unit_names([row.unit])
        await happened(meeting, by, f"seat removed: {names[row.unit]}", now)


async def call_off(
    reference: str, *, asked_by: str, reason: str, by: str, now: datetime, letterhead: Letterhead
) -> None:
    """The meeting is off, by whose wish and why is kept, and each invitee gets one CANCEL. Twice is harmless.

    Unless the reason settles the matter, what called for the meeting waits again: it is still unanswered. After
    its end nobody needs a CANCEL: the meeting is then recorded as one that did not take place.
    """
    if asked_by not in CALLED_OFF_BY:
        raise errors.UnsuitableAsker("Choose who asked for the meeting to be called off.")
    if reason not in CALLED_OFF_REASONS:
        raise errors.UnsuitableReason("Choose why the meeting is called off.")
    async with Meeting._meta.db.transaction():
        meeting = await _found(reference)
        if meeting.state == MeetingState.CALLED_OFF:
            return
        meeting.sequence = await occurrences.next_sequence(meeting)
        await Meeting.update(
            {
                Meeting.state: MeetingState.CALLED_OFF,
                Meeting.sequence: meeting.sequence,
                Meeting.called_off_at: now,
                Meeting.called_off_by: asked_by,
                Meeting.called_off_reason: reason,
            }
        ).where(Meeting.id == meeting.id)
        active = await invitations.active_invitations(meeting.id)
        if now < meeting.ends_at:
            await invitations.send_cancel(meeting, active, whole=True, letterhead=letterhead, now=now)
        elif active:
            await Invitation.update({Invitation.state: InviteState.CANCELLED, Invitation.ended_at: now}).where(
                Invitation.id.is_in([i.id for i in active])
            )
        await happened(meeting, by, f"called off by {asked_by}: {reason}", now)
        if reason not in SETTLED_REASONS:
            await Trigger.update({Trigger.meeting: None}).where(Trigger.meeting == meeting.id)


async def not_convened(child: UUID, *, reason: str, by: str, now: datetime) -> UUID:
    """It is on record that the child's triggers were met and no meeting is convened, and why."""
    if reason not in NOT_CONVENED_REASONS:
        raise errors.UnsuitableReason("Choose why no meeting is convened.")
    async with NotConvened._meta.db.transaction():
        await Child.select(Child.id).where(Child.id == child).lock_rows()
        triggers = await triggers_waiting(child)
        if not triggers:
            raise errors.NothingWaiting
        proposal = await propose(triggers, london_date(now))
        decision = NotConvened(
            id=uuid4(),
            child=child,
            reason=reason,
            due_at=proposal.due_at,
            home_unit=proposal.home_unit,
            destination_unit=proposal.destination_unit,
            decided_at=now,
            decided_by=by,
        )
        await NotConvened.insert(decision)
        await Trigger.update({Trigger.not_convened: decision.id}).where(Trigger.id.is_in([t.id for t in triggers]))
        await trail.record(
            by, "recorded as not convened", f"decision:{decision.id}", now=now, detail={"reason": reason}
        )
    return decision.id


async def happened(meeting: Meeting, by: str, what: str, now: datetime) -> None:
    """The meeting's timeline and the audit trail both say so, in the caller's transaction.

    The trail also keeps at which SEQUENCE, and which was the last major one: so it tells of each whether it was.
    """
    detail = {"sequence": meeting.sequence, "major": meeting.last_major_sequence}
    await MeetingEvent.insert(MeetingEvent(meeting=meeting.id, at=now, actor=by, what=what[:200]))
    await trail.record(by, what[:80], f"meeting:{meeting.reference}", now=now, detail=detail)


def _meeting(
    child: UUID, when: When, proposal: Proposal, *, by: str, now: datetime, letterhead: Letterhead
) -> Meeting:
    return Meeting(
        id=uuid4(),
        reference=new_reference("SM"),
        uid=f"{uuid4()}@{letterhead.domain}",
        child=child,
        type=proposal.type,
        starts_at=when.starts_at,
        ends_at=when.ends_at,
        place=when.place,
        link=when.link,
        fixed=when.fixed,
        due_at=proposal.due_at,
        reply_by=answers_wanted_by(proposal.reply_clocks, when.starts_at, now),
        quorum=list(proposal.quorum),
        home_unit=proposal.home_unit,
        destination_unit=proposal.destination_unit,
        incident_unit=proposal.incident_unit,
        set_up_at=now,
        set_up_by=by,
    )


async def _insert_seats(meeting: Meeting, seats: dict[UUID, ProposedSeat], now: datetime) -> None:
    rows = [
        Seat(id=seat, meeting=meeting.id, unit=s.unit, capacities=list(s.capacities), added_at=now)
        for seat, s in seats.items()
    ]
    await Seat.insert(*rows)


async def _raise_sequence(meeting: Meeting) -> None:
    meeting.sequence = await occurrences.next_sequence(meeting)
    await Meeting.update({Meeting.sequence: meeting.sequence}).where(Meeting.id == meeting.id)


async def _found(reference: str) -> Meeting:
    await occurrences.lock_series_of(reference)
    meeting = await Meeting.objects().where(Meeting.reference == reference).lock_rows().first()
    if meeting is None:
        raise errors.NoSuchMeeting(reference)
    return meeting


async def _locked(reference: str, now: datetime) -> Meeting:
    """The meeting's row, locked, if its invitations can still change."""
    meeting = await _found(reference)
    if meeting.state == MeetingState.CALLED_OFF:
        raise errors.AlreadyCalledOff(reference)
    if now >= meeting.starts_at:
        raise errors.AlreadyBegun(reference)
    return meeting
