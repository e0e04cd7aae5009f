"""What an invitee says on the page behind the link in their letter, judged as a reply by mail is: an answer with a
note, another time, or who comes instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from attendance import asking, errors, responses
from attendance.answers import Given, standing
from attendance.rules import ANSWERS, Decision, Fate, Reply, State, decide
from attendance.state import given_to, locked, state_of
from attendance.tables import Deputy, Proposal, Response
from audit import trail
from directory.addresses import BadAddress, address, same_address
from meetings.errors import MeetingError
from meetings.tables import Invitation, InviteState, Meeting, MeetingState, Seat
from meetings.when import When
from notifications.itip import Method, Partstat

ACTOR = "answer link"
OPEN_AFTER_THE_END = timedelta(hours=24)


@dataclass(frozen=True)
class Asked:
    """What an invitee is asked: about which meeting, for which unit, in which capacities; and what they said so far.

    `proposal` and `deputy` wait for a coordinator.
    """

    meeting: Meeting
    unit: str
    capacities: Sequence[str]
    answer: Given | None
    proposal: Proposal | None
    deputy: Deputy | None
    shown: int  # the SEQUENCE that the page shows
    over: bool
    begun: bool


async def asked(invitation_id: UUID, *, now: datetime) -> Asked:
    """The invitation behind a link; nothing is changed, because mail scanners open links as well.

    :raises LinkGone: when it cannot be answered any more.
    """
    invitation = await Invitation.objects(Invitation.meeting).where(Invitation.id == invitation_id).first()
    if invitation is None:
        raise errors.LinkGone
    meeting: Meeting = invitation.meeting
    check_open(meeting, invitation, now)
    seat: dict[str, Any] | None = await Seat.select(Seat.capacities).where(Seat.id == invitation.seat).first()
    assert seat is not None
    given = (await given_to([invitation.id]))[invitation.id]
    proposal = await asking.open_request(Proposal, invitation.id)
    return Asked(
        meeting=meeting,
        unit=invitation.cn,
        capacities=seat["capacities"],
        answer=standing(given, meeting.last_major_sequence),
        proposal=proposal if proposal and proposal.sequence >= meeting.last_major_sequence else None,
        deputy=await asking.open_request(Deputy, invitation.id),
        shown=invitation.sent_sequence,
        over=now > meeting.ends_at,
        begun=now >= meeting.starts_at,
    )


async def answer(invitation_id: UUID, partstat: str, *, shown: int, now: datetime, note: str = "") -> Decision:
    """The answer is kept, and counts where a reply by mail would (row 23, decided as 5, 6, 7 or 9).

    `shown` is the SEQUENCE of the page that was answered: one left open while the meeting moved answers the earlier
    time. Nothing is sent because of it; the page itself shows how the meeting stands.

    :raises AttendanceError: LinkGone, UnknownAnswer; nothing was changed.
    """
    if partstat not in ANSWERS:
        raise errors.UnknownAnswer
    return await _say(invitation_id, lambda state, _: _reply(state, partstat, shown, now, note), now)


async def propose(
    invitation_id: UUID,
    starts_at: datetime,
    *,
    shown: int,
    now: datetime,
    partstat: str = Partstat.TENTATIVE.value,
    note: str = "",
) -> Decision:
    """Another time for the meeting waits for a coordinator, and `partstat` counts until then (row 23, as 13).

    The meeting would be as long as it is. A proposal about a time that the meeting no longer has opens nothing.

    :raises AttendanceError: LinkGone, UnknownAnswer, UnsuitableProposal; nothing was changed.
    """
    if partstat not in ANSWERS:
        raise errors.UnknownAnswer

    def proposal(state: State, meeting: Meeting) -> Reply:
        _check_time(starts_at, meeting, now)
        reply = _reply(state, partstat, shown, now, note)
        times = (starts_at, starts_at + (meeting.ends_at - meeting.starts_at))
        return replace(reply, method=Method.COUNTER, proposed=times)

    return await _say(invitation_id, proposal, now)


async def name_deputy(
    invitation_id: UUID, deputy: str, *, shown: int, now: datetime, note: str = "", by: str = ACTOR
) -> Decision:
    """Who comes instead waits for a coordinator's approval; the unit's answer is that somebody else comes (as 11).

    :param by: the person who says so where they are signed in, else the link.
    :raises AttendanceError: LinkGone, UnsuitableDeputy; nothing was changed.
    """
    try:
        named = address(deputy.strip())
    except BadAddress as bad:
        raise errors.UnsuitableDeputy(str(bad)) from bad

    def delegation(state: State, meeting: Meeting) -> Reply:
        if same_address(named, state.address):
            raise errors.UnsuitableDeputy("This is the address that was invited. Name another.")
        if now >= meeting.starts_at:
            raise errors.UnsuitableDeputy("The meeting has begun, so that nobody can be invited instead.")
        reply = _reply(state, Partstat.DELEGATED.value, shown, now, note)
        return replace(reply, delegated_to=(named,))

    return await _say(invitation_id, delegation, now, by=by)


async def _say(
    invitation_id: UUID, reply: Callable[[State, Meeting], Reply], now: datetime, *, by: str = ACTOR
) -> Decision:
    """The reply is decided and kept with what it asks for, or nothing is."""
    async with Response._meta.db.transaction():
        try:
            meeting, invitation = await locked(invitation_id)
        except errors.NoSuchInvitation as unknown:
            raise errors.LinkGone from unknown
        check_open(meeting, invitation, now)
        state = await state_of(invitation, meeting)
        decision = decide(reply(state, meeting), state, now=now)
        if by != ACTOR:
            decision = replace(decision, answered_by=by)
        if decision.fate is not Fate.DUPLICATE:
            await responses.append(decision, invitation, via="web", received_at=now)
        await asking.opened(decision, invitation.id, via="web", received_at=now, mail=None, by=by, now=now)
        detail = {"row": decision.row, "partstat": decision.partstat}
        subject = f"meeting:{meeting.reference}"
        way = "link" if by == ACTOR else "page"
        await trail.record(by, f"answer by {way} {decision.fate}", subject, now=now, detail=detail)
    return decision


def _reply(state: State, partstat: str, shown: int, now: datetime, note: str) -> Reply:
    """As from the invited address: the link proves as much as the code in the reply address does."""
    sequence = min(shown, state.sent_sequence)  # a page cannot show what was never sent
    return Reply(Method.REPLY, partstat, sequence, now, state.address, (state.address,), comment=note)


def _check_time(starts_at: datetime, meeting: Meeting, now: datetime) -> None:
    """:raises UnsuitableProposal: when the meeting could not be moved there, or is there."""
    if meeting.fixed:
        raise errors.UnsuitableProposal("The time of this meeting is fixed, so that no other can be proposed.")
    if now >= meeting.starts_at:
        raise errors.UnsuitableProposal("The meeting has begun, so that no other time can be proposed.")
    if starts_at == meeting.starts_at:
        raise errors.UnsuitableProposal("This is the time that the meeting has. Enter another.")
    minutes = int((meeting.ends_at - meeting.starts_at) / timedelta(minutes=1))
    try:
        When(starts_at, minutes, meeting.place, meeting.link).check(now)
    except MeetingError as unsuitable:
        raise errors.UnsuitableProposal(str(unsuitable)) from unsuitable


def check_open(meeting: Meeting, invitation: Invitation, now: datetime) -> None:
    """:raises LinkGone: when it was taken back, the meeting is called off, or was over a day ago."""
    if invitation.state != InviteState.ACTIVE or meeting.state != MeetingState.SCHEDULED:
        raise errors.LinkGone
    if now > meeting.ends_at + OPEN_AFTER_THE_END:
        raise errors.LinkGone
