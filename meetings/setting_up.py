"""All that waits for a child becomes one meeting, and its seats are invited: one transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from meetings import errors, invitations, scheduling
from meetings.episode_tables import Child
from meetings.letters import Letterhead, in_words
from meetings.occurrences import new_reference
from meetings.proposal import Proposal, ProposedSeat, propose
from meetings.return_rules import BEFORE
from meetings.tables import Meeting, Trigger
from meetings.waiting import triggers_waiting
from meetings.when import When, answers_wanted_by
from web.moments import london_date
from web.roles import Act
from web.viewer import Viewer


async def set_up(
    child: UUID,
    when: When,
    units: Sequence[UUID],
    *,
    lead: UUID | None = None,
    by: str,
    now: datetime,
    letterhead: Letterhead,
    viewer: Viewer,
) -> str:
    """All of the viewer's that waits for the child is one meeting, its seats are invited; returns its reference.

    `units` are those of the proposal that the coordinator kept. Home, destination and incident units are
    resolved on the meeting's date and stored. Two coordinators racing: the second finds nothing waiting.

    :param lead: the police unit that leads; the proposed one where the caller names none.
    :raises MeetingError: NothingWaiting, UnsuitableTime, UnsuitablePlace, UnsuitableSeats, UnsuitableLead; nothing
        was changed.
    """
    when.check(now)
    async with Meeting._meta.db.transaction():
        await Child.select(Child.id).where(Child.id == child).lock_rows()
        triggers = await triggers_waiting(child, viewer, Act.RUN)
        if not triggers:
            raise errors.NothingWaiting
        proposal = await propose(triggers, london_date(when.starts_at))
        kept = chosen(proposal, units)
        meeting = new_meeting(when, proposal, by=by, now=now, letterhead=letterhead)
        meeting.child = child
        meeting.lead_unit = leading(proposal, lead)
        meeting.on_return = BEFORE if proposal.returned else ""
        await convene(meeting, kept, proposal, by=by, now=now, letterhead=letterhead)
        await Trigger.update({Trigger.meeting: meeting.id}).where(Trigger.id.is_in([t.id for t in triggers]))
    return meeting.reference


async def convene(
    meeting: Meeting,
    kept: Sequence[ProposedSeat],
    proposal: Proposal,
    *,
    by: str,
    now: datetime,
    letterhead: Letterhead,
) -> None:
    """The meeting is there, its seats are invited, and its timeline says so; in the caller's transaction."""
    await Meeting.insert(meeting)
    seats = {uuid4(): seat for seat in kept}
    await scheduling.insert_seats(meeting, seats, now)
    await invitations.invite(meeting, seats, letterhead=letterhead, now=now)
    asked, left_out = sum(bool(seat.address) for seat in kept), len(proposal.seats) - len(kept)
    without = f", {len(kept) - asked} without an address" if asked < len(kept) else ""
    less = f", {left_out} of the proposed seats left out" if left_out else ""
    what = f"set up for {in_words(meeting.starts_at)}: {asked} invited{without}{less}"
    await scheduling.happened(meeting, by, what, now)


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


def leading(proposal: Proposal, chosen_lead: UUID | None) -> UUID:
    """The police unit that leads: the one chosen, or else the proposed one (docs/decisions/0014).

    :raises UnsuitableLead: where it is no police unit of this meeting on that date.
    """
    if chosen_lead is None:
        return proposal.lead_unit
    if chosen_lead not in {seat.unit for seat in proposal.police}:
        raise errors.UnsuitableLead(
            "On that date other police units serve the child's places. Nothing was sent. Choose which unit leads."
        )
    return chosen_lead


def new_meeting(when: When, proposal: Proposal, *, by: str, now: datetime, letterhead: Letterhead) -> Meeting:
    """A meeting of this kind at this time, which nobody knows of yet; the caller says what it is about."""
    reference = new_reference("SM")
    return Meeting(
        id=uuid4(),
        reference=reference,
        uid=f"{uuid4()}@{letterhead.domain}",
        type=proposal.type,
        starts_at=when.starts_at,
        ends_at=when.ends_at,
        place=when.place,
        link=when.link_of(reference),
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
