"""The person whom an invitee named to come instead: approved and invited, or refused and the invitee asked again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from attendance import decision_letters, errors
from attendance.asking import decided, invitee, locked_request, overtaken
from attendance.rules import BY_HAND
from attendance.tables import Asked, Deputy, Response
from meetings.deputising import hand_over
from meetings.invitations import new_message_id
from meetings.letters import Letterhead
from meetings.scheduling import happened
from meetings.tables import Invitation, Meeting
from notifications import outbox
from notifications.imip import Letter
from notifications.itip import Partstat

REASONS = (
    "the seat needs somebody of your unit",
    "this meeting needs you in person",
    "the address is not one that we may write to about this",
)


async def approve(deputy_id: int, *, by: str, now: datetime, letterhead: Letterhead) -> str:
    """The deputy has an invitation to the seat; the one who named them is told, and gets no more updates.

    Returns the meeting's reference. Approving twice invites once; of two people at once the second finds it decided.

    :raises AttendanceError: NoSuchRequest, DecidedOtherwise; nothing was changed.
    :raises MeetingError: as `hand_over`; nothing was changed.
    """
    async with Deputy._meta.db.transaction():
        deputy, meeting, invitation = await locked_request(Deputy, deputy_id)
        if deputy.state == Asked.ACCEPTED:
            return meeting.reference
        _check(deputy, meeting, invitation, now)
        new = await hand_over(invitation.id, deputy.address, to_deputy=True, by=by, now=now, letterhead=letterhead)
        await Deputy.update({Deputy.invited: new}).where(Deputy.id == deputy.id)
        await decided(Deputy, [deputy], Asked.ACCEPTED, by=by, now=now)
        await decided(Deputy, await _others(deputy), Asked.SUPERSEDED, by=by, now=now)
        to = await invitee(meeting, invitation)
        letter = decision_letters.deputy_approved(
            to, letterhead, deputy=deputy.address, message_id=new_message_id(letterhead), now=now
        )
        await _post(letter, f"deputy-approved:{deputy.id}", meeting, now)
    return meeting.reference


async def refuse(deputy_id: int, *, reason: str, by: str, now: datetime, letterhead: Letterhead) -> str:
    """The invitee holds the seat without an answer again, is told so, and is reminded as if they had not answered.

    Returns the meeting's reference. Refusing twice writes once.

    :param reason: one of `REASONS`, or "" for none: free words could name a child.
    :raises AttendanceError: NoSuchRequest, DecidedOtherwise, UnknownReason; nothing was changed.
    """
    if reason and reason not in REASONS:
        raise errors.UnknownReason
    async with Deputy._meta.db.transaction():
        deputy, meeting, invitation = await locked_request(Deputy, deputy_id)
        if deputy.state == Asked.REFUSED:
            return meeting.reference
        _check(deputy, meeting, invitation, now)
        await decided(Deputy, [deputy], Asked.REFUSED, by=by, now=now)
        await _take_back(meeting, invitation, by, now)
        to = await invitee(meeting, invitation)
        letter = decision_letters.deputy_refused(
            to, letterhead, deputy=deputy.address, reason=reason, message_id=new_message_id(letterhead), now=now
        )
        await _post(letter, f"deputy-refused:{deputy.id}", meeting, now)
        await happened(meeting, by, f"the deputy that {invitation.cn} named was refused", now)
    return meeting.reference


async def name_by_hand(invitation_id: UUID, address: str, *, mail: int | None, by: str, now: datetime) -> int:
    """A person says that this address comes for the invitee; returns the request, which `approve` decides.

    Call it in the transaction of what led to it.
    """
    deputy = Deputy(
        invitation=invitation_id, mail=mail, via="coordinator", address=address, named_by=by, received_at=now
    )
    await Deputy.insert(deputy)
    return int(deputy.id)


async def _take_back(meeting: Meeting, invitation: Invitation, by: str, now: datetime) -> None:
    """What the invitee answered by naming a deputy counts no more (row 11): NEEDS-ACTION stands from now on."""
    await Response.insert(
        Response(
            invitation=invitation.id,
            via="coordinator",
            received_at=now,
            partstat=Partstat.NEEDS_ACTION.value,
            sequence=meeting.sequence,
            dtstamp=now,
            answered_by=by,
            row=BY_HAND,
            applied=True,
            flagged="The deputy that they named was refused.",
        )
    )


def _check(deputy: Deputy, meeting: Meeting, invitation: Invitation, now: datetime) -> None:
    """:raises DecidedOtherwise: when nothing is left to decide."""
    if deputy.state == Asked.ACCEPTED:
        raise errors.DecidedOtherwise(f"Somebody has approved {deputy.address}, who is invited.")
    if deputy.state == Asked.REFUSED:
        raise errors.DecidedOtherwise(f"Somebody has refused {deputy.address}, and the unit was told.")
    if deputy.state != Asked.OPEN:
        raise errors.DecidedOtherwise("This is overtaken: the unit answered otherwise or named somebody else since.")
    why = overtaken(meeting, invitation, now)
    if why:
        raise errors.DecidedOtherwise(why)


async def _others(deputy: Deputy) -> list[Deputy]:
    return await Deputy.objects().where(
        (Deputy.invitation == deputy.invitation) & (Deputy.state == Asked.OPEN) & (Deputy.id != deputy.id)
    )


async def _post(letter: Letter, key: str, meeting: Meeting, now: datetime) -> None:
    await outbox.enqueue(
        letter,
        key=key,
        kind="decision",
        uid=meeting.uid,
        sequence=meeting.sequence,
        useful_until=meeting.starts_at,
        now=now,
    )
