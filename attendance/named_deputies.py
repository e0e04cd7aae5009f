"""What is known of somebody who was named as a deputy, for the person who decides; nothing is guessed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from attendance.asking import overtaken
from attendance.tables import Asked, Deputy
from directory import failing
from directory.addresses import same_address
from directory.units import unit_names
from meetings.tables import Invitation, InviteState, Meeting, Seat
from web.moments import london_date


@dataclass(frozen=True)
class NamedDeputy:
    """One deputy beside the seat. `contact_of` is the unit whose contact in the directory has that address."""

    deputy: Deputy
    meeting: Meeting
    unit: str
    capacities: tuple[str, ...]
    invited: str
    open: bool
    why_not: str  # why they cannot be invited; "" where they can
    same_domain: bool
    contact_of: str
    phone: str  # of the invited address, from the directory


async def named_deputy(deputy_id: int, *, now: datetime) -> NamedDeputy | None:
    """The deputy with what is known about them; None when there is none of this number."""
    deputy = await Deputy.objects().where(Deputy.id == deputy_id).first()
    if deputy is None:
        return None
    invitation = await Invitation.objects(Invitation.meeting).where(Invitation.id == deputy.invitation).first()
    assert invitation is not None
    meeting: Meeting = invitation.meeting
    seat = await Seat.select(Seat.unit, Seat.capacities).where(Seat.id == invitation.seat).first()
    assert seat is not None
    theirs = [contact.unit for contact in await failing.at(deputy.address) if contact.active_to is None]
    names = await unit_names(theirs) if theirs else {}
    phones = [c.phone for c in await failing.in_use(seat["unit"], london_date(now)) if c.phone]
    return NamedDeputy(
        deputy=deputy,
        meeting=meeting,
        unit=invitation.cn,
        capacities=tuple(seat["capacities"]),
        invited=invitation.address,
        open=deputy.state == Asked.OPEN and not overtaken(meeting, invitation, now),
        why_not=await _why_not(deputy, meeting),
        same_domain=_domain(deputy.address) == _domain(invitation.address),
        contact_of=names.get(theirs[0], "") if theirs else "",
        phone=phones[0] if phones else "",
    )


async def _why_not(deputy: Deputy, meeting: Meeting) -> str:
    """One mailbox never holds two invitations to one meeting: a calendar keeps only one."""
    rows = await Invitation.objects().where(
        (Invitation.meeting == meeting.id) & (Invitation.state == InviteState.ACTIVE)
    )
    held = [row.cn for row in rows if same_address(row.address, deputy.address)]
    if not held:
        return ""
    return f"This address already has the invitation of {held[0]}. A calendar keeps only one for each meeting."


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
