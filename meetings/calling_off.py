"""A meeting is called off, or none is convened: whose wish it was, and why, is kept. One transaction each."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from audit import trail
from meetings import errors, invitations, occurrences, scheduling
from meetings.episode_tables import Child
from meetings.letters import Letterhead
from meetings.proposal import propose
from meetings.reasons import (
    BY_POLICY,
    CALLED_OFF_BY,
    CALLED_OFF_REASONS,
    NOT_CONVENED_REASONS,
    RETURNED,
    SETTLED_REASONS,
)
from meetings.tables import Invitation, InviteState, Meeting, MeetingState, NotConvened, Trigger
from meetings.waiting import triggers_waiting
from web.moments import london_date
from web.roles import Act
from web.viewer import Viewer


async def call_off(
    reference: str, *, asked_by: str, reason: str, by: str, now: datetime, letterhead: Letterhead
) -> None:
    """The meeting is off, by whose wish and why is kept, and each invitee gets one CANCEL. Twice is harmless.

    Unless the reason settles the matter, what called for the meeting waits again: it is still unanswered. After
    its end nobody needs a CANCEL: the meeting is then recorded as one that did not take place.
    """
    by_policy = (asked_by, reason) == (BY_POLICY, RETURNED)
    if asked_by not in CALLED_OFF_BY and not by_policy:
        raise errors.UnsuitableAsker("Choose who asked for the meeting to be called off.")
    if reason not in CALLED_OFF_REASONS and not by_policy:
        raise errors.UnsuitableReason("Choose why the meeting is called off.")
    async with Meeting._meta.db.transaction():
        meeting = await scheduling.found(reference)
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
        await scheduling.happened(meeting, by, f"called off by {asked_by}: {reason}", now)
        if reason not in (*SETTLED_REASONS, RETURNED):
            await Trigger.update({Trigger.meeting: None}).where(Trigger.meeting == meeting.id)


async def not_convened(child: UUID, *, reason: str, by: str, now: datetime, viewer: Viewer) -> UUID:
    """It is on record that the viewer's triggers of the child were met and no meeting is convened, and why."""
    if reason not in NOT_CONVENED_REASONS:
        raise errors.UnsuitableReason("Choose why no meeting is convened.")
    async with NotConvened._meta.db.transaction():
        await Child.select(Child.id).where(Child.id == child).lock_rows()
        triggers = await triggers_waiting(child, viewer, Act.RUN)
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
