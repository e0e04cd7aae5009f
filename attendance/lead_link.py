"""What a police unit says about the lead on the page behind its answer link: that it does not lead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from attendance import disputes, errors
from attendance.answer_link import ACTOR, check_open
from meetings import leads
from meetings.errors import MeetingError
from meetings.lead_listing import lead_of
from meetings.tables import Invitation, Meeting, Seat


@dataclass(frozen=True)
class LeadAsked:
    """Who leads, as a police unit of the meeting sees it. `said`: it has denied it in the open dispute."""

    unit: UUID
    name: str
    lead: str
    disputed: bool
    interim: str
    said: bool

    @property
    def words(self) -> str:
        if self.interim:
            return f"{self.interim} for now, as the chair decided. It is disputed."
        return f"{self.lead}, on record. It is disputed." if self.disputed else self.lead


async def asked(invitation_id: UUID) -> LeadAsked | None:
    """Who leads the meeting of this invitation; None where its unit is not one of the meeting's police."""
    found = await _police_seat(invitation_id)
    if found is None:
        return None
    meeting, _, unit = found
    lead = await lead_of(meeting)
    name = (await leads.police_of(meeting))[unit]
    dispute = lead.dispute
    said = dispute is not None and name in {one.unit for one in dispute.refused}
    return LeadAsked(unit, name, lead.unit, dispute is not None, dispute.interim if dispute else "", said)


async def say_not_lead(invitation_id: UUID, *, now: datetime) -> None:
    """The invitation's unit says that it is not the lead; twice says it once.

    :raises LinkGone: when the link cannot be used any more, or its unit is not police; nothing was changed.
    """
    found = await _police_seat(invitation_id)
    if found is None:
        raise errors.LinkGone
    meeting, invitation, unit = found
    check_open(meeting, invitation, now)
    try:
        await disputes.say_not_lead(meeting.reference, unit, via="answer link", by=ACTOR, now=now)
    except MeetingError as gone:  # called off, or the seat taken back, since the page was opened
        raise errors.LinkGone from gone


async def _police_seat(invitation_id: UUID) -> tuple[Meeting, Invitation, UUID] | None:
    invitation = await Invitation.objects(Invitation.meeting).where(Invitation.id == invitation_id).first()
    if invitation is None or invitation.meeting.lead_unit is None:
        return None
    seat = await Seat.select(Seat.unit).where(Seat.id == invitation.seat).first()
    assert seat is not None
    police = await leads.police_of(invitation.meeting)
    return (invitation.meeting, invitation, seat["unit"]) if seat["unit"] in police else None
