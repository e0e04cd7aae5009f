"""Another time that an invitee proposed: accepted, and the meeting moves for all; or declined, and they are told why.

A proposal is open while nobody decided it and the meeting still has the time that it answers. That is derived: a
meeting that was moved otherwise has overtaken it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from attendance import decision_letters, errors
from attendance.asking import decided, invitee, locked_request, overtaken
from attendance.tables import Asked, Proposal
from meetings.invitations import new_message_id
from meetings.letters import Letterhead
from meetings.scheduling import happened, move
from meetings.tables import Invitation, Meeting
from meetings.when import When
from notifications import outbox

REASONS = (
    "others cannot come at that time",
    "it would be too late for the child",
    "the chair is not free at that time",
    "the meeting has to come before other decisions",
)


def is_open(proposal: Proposal, meeting: Meeting) -> bool:
    """Whether somebody still has to decide: nobody did, and the meeting's time is the one it answers."""
    return proposal.state == Asked.OPEN and proposal.sequence >= meeting.last_major_sequence


def new_time(proposal: Proposal, meeting: Meeting) -> When:
    """When and where the meeting would be: the proposed time, at the present place."""
    minutes = int((proposal.ends_at - proposal.starts_at) / timedelta(minutes=1))
    return When(proposal.starts_at, minutes, meeting.place, meeting.link, meeting.fixed)


async def accept(proposal_id: int, *, by: str, now: datetime, letterhead: Letterhead) -> str:
    """The meeting has the proposed time, every invitee one update, and other proposals are overtaken.

    Returns the meeting's reference. Accepting twice moves it once. Of two people at once, the second finds it
    decided. Everybody answers again, the proposer too: nobody is counted as coming to a time unasked.

    :raises AttendanceError: NoSuchRequest, DecidedOtherwise; nothing was changed.
    :raises MeetingError: UnsuitableTime, where the proposed time has passed or is too long.
    """
    async with Proposal._meta.db.transaction():
        proposal, meeting, invitation = await locked_request(Proposal, proposal_id)
        if proposal.state == Asked.ACCEPTED:
            return meeting.reference
        _check(proposal, meeting, invitation, now)
        when = new_time(proposal, meeting)
        await move(meeting.reference, when, by=by, now=now, letterhead=letterhead)
        await decided(Proposal, [proposal], Asked.ACCEPTED, by=by, now=now)
        await decided(Proposal, await _others(proposal, meeting.id), Asked.SUPERSEDED, by=by, now=now)
        await happened(meeting, by, f"the time that {invitation.cn} proposed was accepted", now)
    return meeting.reference


async def decline(proposal_id: int, *, reason: str, by: str, now: datetime, letterhead: Letterhead) -> str:
    """The meeting keeps its time, and the proposer is told so: DECLINECOUNTER, and the same in plain words.

    Returns the meeting's reference. Outlook ignores the method (docs/decisions/0010), so the words must do. The
    answer that came with the proposal stands. Declining twice writes once.

    :param reason: one of `REASONS`, or "" for none: free words could name a child.
    :raises AttendanceError: NoSuchRequest, DecidedOtherwise, UnknownReason; nothing was changed.
    """
    if reason and reason not in REASONS:
        raise errors.UnknownReason
    async with Proposal._meta.db.transaction():
        proposal, meeting, invitation = await locked_request(Proposal, proposal_id)
        if proposal.state == Asked.REFUSED:
            return meeting.reference
        _check(proposal, meeting, invitation, now)
        await decided(Proposal, [proposal], Asked.REFUSED, by=by, now=now)
        await _write(proposal, meeting, invitation, reason, letterhead, now)
        await happened(meeting, by, f"the time that {invitation.cn} proposed was declined", now)
    return meeting.reference


def _check(proposal: Proposal, meeting: Meeting, invitation: Invitation, now: datetime) -> None:
    """:raises DecidedOtherwise: when nothing is left to decide."""
    if proposal.state == Asked.ACCEPTED:
        raise errors.DecidedOtherwise("Somebody has accepted this proposal, and the meeting was moved.")
    if proposal.state == Asked.REFUSED:
        raise errors.DecidedOtherwise("Somebody has declined this proposal, and the unit was told.")
    if not is_open(proposal, meeting):
        raise errors.DecidedOtherwise(
            "This proposal is overtaken: the meeting was moved, or the unit proposed again."
        )
    why = overtaken(meeting, invitation, now)
    if why:
        raise errors.DecidedOtherwise(why)


async def _others(proposal: Proposal, meeting: UUID) -> list[Proposal]:
    return await Proposal.objects().where(
        (Proposal.invitation._.meeting == meeting) & (Proposal.state == Asked.OPEN) & (Proposal.id != proposal.id)
    )


async def _write(
    proposal: Proposal, meeting: Meeting, invitation: Invitation, reason: str, letterhead: Letterhead, now: datetime
) -> None:
    letter = decision_letters.time_declined(
        await invitee(meeting, invitation),
        letterhead,
        proposed_by=proposal.proposed_by,
        proposed=proposal.starts_at,
        reason=reason,
        message_id=new_message_id(letterhead),
        now=now,
    )
    await outbox.enqueue(
        letter,
        key=f"declined:{proposal.id}",
        kind="declined",
        uid=meeting.uid,
        sequence=meeting.sequence,
        useful_until=meeting.starts_at,
        now=now,
    )
