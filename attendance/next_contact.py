"""The unit's other contacts, and inviting one of them in place of an address that is not reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from attendance import errors
from attendance.asking import overtaken
from directory import failing
from directory.tables import Contact, Unit
from meetings.deputising import hand_over
from meetings.letters import Letterhead
from meetings.series_units import replace_contact
from meetings.tables import Invitation, Meeting, Seat
from web.moments import london_date


@dataclass(frozen=True)
class Next:
    """One invitation, and who else speaks for its unit on the meeting's day, the one to try first in front.

    `overtaken` is why nobody can be invited instead any more, "" while they can.
    """

    invitation: Invitation
    meeting: Meeting
    unit: Unit
    contact: Contact | None  # the directory's entry for the invited address
    others: Sequence[Contact]
    overtaken: str

    @property
    def phones(self) -> tuple[tuple[str, str], ...]:
        """Whom to telephone, and the number: the invited contact first."""
        here = [self.contact] if self.contact else []
        return tuple((contact.role, contact.phone) for contact in [*here, *self.others] if contact.phone)


async def next_of(invitation_id: UUID, *, now: datetime) -> Next | None:
    """The invitation with its unit's contacts; None when there is none."""
    invitation = await Invitation.objects(Invitation.meeting).where(Invitation.id == invitation_id).first()
    if invitation is None:
        return None
    meeting: Meeting = invitation.meeting
    seat = await Seat.objects(Seat.unit).where(Seat.id == invitation.seat).first()
    assert seat is not None
    unit: Unit = seat.unit
    on = london_date(meeting.starts_at)
    return Next(
        invitation=invitation,
        meeting=meeting,
        unit=unit,
        contact=await failing.reached_by(unit.id, invitation.address, on),
        others=await failing.others(unit.id, invitation.address, on),
        overtaken=overtaken(meeting, invitation, now),
    )


async def invite_next(
    invitation_id: UUID,
    contact: UUID,
    *,
    every_date: bool = False,
    by: str,
    now: datetime,
    letterhead: Letterhead,
) -> UUID:
    """This contact of the unit holds the seat's invitation, and the address invited before gets a CANCEL.

    Returns the new invitation's id. Of a series it is that to the one date, or that to every coming date.

    :raises AttendanceError: NoSuchInvitation, DecidedOtherwise, NotAContact; nothing was changed.
    :raises MeetingError: as `hand_over`; nothing was changed.
    """
    async with Invitation._meta.db.transaction():
        found = await next_of(invitation_id, now=now)
        if found is None:
            raise errors.NoSuchInvitation
        if found.overtaken:
            raise errors.DecidedOtherwise(found.overtaken)
        chosen = next((other for other in found.others if other.id == contact), None)
        if chosen is None:
            raise errors.NotAContact
        told: dict[str, Any] = {"group": chosen.group, "by": by, "now": now, "letterhead": letterhead}
        if every_date and found.invitation.of_series:
            return await replace_contact(found.invitation.of_series, chosen.email, **told)
        return await hand_over(invitation_id, chosen.email, to_deputy=False, **told)
