"""What an invitee asked for by mail or link, and a person decides: found and locked in one order, decided once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from attendance import errors
from attendance.rules import Decision, Effect
from attendance.state import locked
from attendance.tables import Asked, Deputy, Proposal
from meetings.invitations import invited, series_of
from meetings.letters import Invited
from meetings.tables import Invitation, InviteState, Meeting, MeetingState, Seat
from notifications import inbox

Request = TypeVar("Request", Proposal, Deputy)


async def opened(
    decision: Decision, invitation: UUID, *, via: str, received_at: datetime, mail: int | None, by: str, now: datetime
) -> None:
    """What the decision asks for waits for a person; what the same invitee asked for before waits no more.

    Call it in the transaction that keeps the decision, with its invitation locked.
    """
    asked: dict[str, Any] = {"invitation": invitation, "mail": mail, "via": via, "received_at": received_at}
    asked["comment"] = decision.comment
    if Effect.PROPOSAL in decision.effects and decision.proposed is not None:
        starts_at, ends_at = decision.proposed
        times: dict[str, Any] = {"sequence": decision.sequence, "starts_at": starts_at, "ends_at": ends_at}
        await waits_no_more(Proposal, invitation, by=by, now=now)
        await Proposal.insert(Proposal(**asked, **times, proposed_by=decision.answered_by))
    if {Effect.DEPUTY, Effect.NO_DEPUTY} & set(decision.effects):
        await waits_no_more(Deputy, invitation, by=by, now=now)
    if Effect.DEPUTY in decision.effects:
        await Deputy.insert(Deputy(**asked, address=decision.delegated_to[0], named_by=decision.answered_by))


async def open_request(kind: type[Request], invitation: UUID) -> Request | None:
    """What waits for a person about this invitation; None where nothing does."""
    return await kind.objects().where((kind.invitation == invitation) & (kind.state == Asked.OPEN)).first()


async def waits_no_more(kind: type[Request], invitation: UUID, *, by: str, now: datetime) -> None:
    """What was asked for about this invitation is superseded by what its invitee said since."""
    before = await kind.objects().where((kind.invitation == invitation) & (kind.state == Asked.OPEN))
    await decided(kind, before, Asked.SUPERSEDED, by=by, now=now)


async def locked_request(kind: type[Request], number: int) -> tuple[Request, Meeting, Invitation]:
    """What was asked for, its meeting and its invitation; meeting, invitation and request locked in this order.

    :raises NoSuchRequest: when there is none of this number.
    """
    known = await kind.objects().where(kind.id == number).first()
    if known is None:
        raise errors.NoSuchRequest
    meeting, invitation = await locked(known.invitation)
    request = await kind.objects().where(kind.id == number).lock_rows().first()
    assert request is not None
    return request, meeting, invitation


async def decided(kind: type[Request], requests: Sequence[Request], state: Asked, *, by: str, now: datetime) -> None:
    """These open requests have ended so, and the messages that they came in wait for nobody any more."""
    if requests:
        await kind.update({kind.state: state, kind.decided_at: now, kind.decided_by: by}).where(
            kind.id.is_in([request.id for request in requests]) & (kind.state == Asked.OPEN)
        )
    for request in requests:
        if request.mail is not None:
            await inbox.review(request.mail, by=by, now=now)


async def invitee(meeting: Meeting, invitation: Invitation) -> Invited:
    """The invitation as a letter about it needs it."""
    seat = await Seat.select(Seat.capacities).where(Seat.id == invitation.seat).first()
    assert seat is not None
    return invited(meeting, invitation, seat["capacities"], await series_of(meeting))


def overtaken(meeting: Meeting, invitation: Invitation, now: datetime) -> str:
    """Why nothing can be decided about this invitation any more, as a sentence; "" while it can."""
    if meeting.state == MeetingState.CALLED_OFF:
        return f"Meeting {meeting.reference} is called off, so there is nothing to decide any more."
    if now >= meeting.starts_at:
        return f"Meeting {meeting.reference} has begun or is over, so there is nothing to decide any more."
    if invitation.state != InviteState.ACTIVE:
        return (
            f"The invitation of {invitation.cn} was taken back or handed on, so there is nothing to decide any more."
        )
    return ""
