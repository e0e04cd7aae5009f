"""A seat's invitation passes to another address: to the deputy whom its invitee named, or to the next contact."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from directory.addresses import BadAddress, same_address
from directory.addresses import address as plain_address
from meetings import errors, invitations, occurrences
from meetings.letters import Letterhead
from meetings.scheduling import happened, raise_sequence
from meetings.tables import Invitation, InviteState, Meeting, MeetingState


async def hand_over(
    invitation_id: UUID,
    address: str,
    *,
    to_deputy: bool,
    group: bool = False,
    tell_former: bool = True,
    by: str,
    now: datetime,
    letterhead: Letterhead,
) -> UUID:
    """The address holds the seat's invitation, with a token of its own; returns the new invitation's id.

    SEQUENCE rises, and nobody else is written to. A deputy's REQUEST says for whom (DELEGATED-FROM, RFC 5545
    section 3.2.4), and the one who named the deputy gets no more updates. Where it is no deputy, the old address
    gets one CANCEL, unless it is not to be told because letters to it come back. Of two people at once the second
    is told that the invitation has ended.

    :raises MeetingError: NoSuchInvitation, AlreadyCalledOff, AlreadyBegun, InvitationEnded, AlreadyInvited,
        UnusableAddress; nothing was changed.
    """
    to = usable_address(address, letterhead)
    async with Meeting._meta.db.transaction():
        meeting, held = await _locked(invitation_id, now)
        active = await invitations.active_invitations(meeting.id)
        if any(same_address(one.address, to) for one in active):
            raise errors.AlreadyInvited(to, meeting.reference)
        await raise_sequence(meeting)
        tell = tell_former and not to_deputy
        ended = InviteState.DELEGATED if to_deputy else InviteState.REMOVED
        await _end(meeting, held, ended, tell=tell, letterhead=letterhead, now=now)
        made = _instead(held, to, group, to_deputy, now)
        new = await invitations.invite_instead(meeting, made, letterhead=letterhead, now=now)
        what = "a deputy is invited in place of" if to_deputy else "the next contact is invited in place of"
        await happened(meeting, by, f"{what} the address first invited for {held.cn}", now)
    return new


def _instead(held: Invitation, to: str, group: bool, to_deputy: bool, now: datetime) -> Invitation:
    """The invitation of the same seat at the other address."""
    return Invitation(
        id=uuid4(),
        meeting=held.meeting,
        seat=held.seat,
        address=to,
        cn=held.cn,
        group=group,
        delegated_from=held.address if to_deputy else "",
        invited_at=now,
    )


def usable_address(address: str, letterhead: Letterhead) -> str:
    """The address as it is kept.

    :raises UnusableAddress: when it is none, or Convene's own.
    """
    try:
        to = plain_address(address)
    except BadAddress as bad:
        raise errors.UnusableAddress(str(bad)) from bad
    if to.rpartition("@")[2] == letterhead.domain.lower():
        raise errors.UnusableAddress(f"{to} is an address of Convene itself, which would write to itself.")
    return to


async def _end(
    meeting: Meeting, held: Invitation, ended: InviteState, *, tell: bool, letterhead: Letterhead, now: datetime
) -> None:
    """Who held the invitation holds it no more; who named a deputy is sent nothing, because their calendar knows."""
    if tell:
        await invitations.send_cancel(meeting, [held], whole=False, letterhead=letterhead, now=now)
        return
    await Invitation.update({Invitation.state: ended, Invitation.ended_at: now}).where(Invitation.id == held.id)


async def _locked(invitation_id: UUID, now: datetime) -> tuple[Meeting, Invitation]:
    """The meeting and the invitation, locked in this order, if the seat can still pass to somebody else."""
    known = await Invitation.objects().where(Invitation.id == invitation_id).first()
    if known is None:
        raise errors.NoSuchInvitation
    await occurrences.lock_series_of(known.meeting)
    meeting = await Meeting.objects().where(Meeting.id == known.meeting).lock_rows().first()
    held = await Invitation.objects().where(Invitation.id == invitation_id).lock_rows().first()
    assert meeting is not None
    assert held is not None
    if meeting.state == MeetingState.CALLED_OFF:
        raise errors.AlreadyCalledOff(meeting.reference)
    if now >= meeting.starts_at:
        raise errors.AlreadyBegun(meeting.reference)
    if held.state != InviteState.ACTIVE:
        raise errors.InvitationEnded(held.cn, meeting.reference)
    return meeting, held
