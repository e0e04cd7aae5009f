"""The answer that an invitee gives on the page behind the link in their letter, judged as a reply by mail is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from attendance import errors, responses
from attendance.answers import Given, standing
from attendance.rules import ANSWERS, Decision, Fate, Reply, State, decide
from attendance.state import given_to, locked, state_of
from attendance.tables import Response
from audit import trail
from meetings.tables import Invitation, InviteState, Meeting, MeetingState, Seat
from notifications.itip import Method

ACTOR = "answer link"
OPEN_AFTER_THE_END = timedelta(hours=24)


@dataclass(frozen=True)
class Asked:
    """What an invitee is asked: about which meeting, for which unit, in which capacities; and their answer so far."""

    meeting: Meeting
    unit: str
    capacities: Sequence[str]
    answer: Given | None
    shown: int  # the SEQUENCE that the page shows
    over: bool


async def asked(invitation_id: UUID, *, now: datetime) -> Asked:
    """The invitation behind a link; nothing is changed, because mail scanners open links as well.

    :raises LinkGone: when it cannot be answered any more.
    """
    invitation = await Invitation.objects(Invitation.meeting).where(Invitation.id == invitation_id).first()
    if invitation is None:
        raise errors.LinkGone
    meeting: Meeting = invitation.meeting
    _check_open(meeting, invitation, now)
    seat: dict[str, Any] | None = await Seat.select(Seat.capacities).where(Seat.id == invitation.seat).first()
    assert seat is not None
    given = (await given_to([invitation.id]))[invitation.id]
    return Asked(
        meeting=meeting,
        unit=invitation.cn,
        capacities=seat["capacities"],
        answer=standing(given, meeting.last_major_sequence),
        shown=invitation.sent_sequence,
        over=now > meeting.ends_at,
    )


async def answer(invitation_id: UUID, partstat: str, *, shown: int, now: datetime) -> Decision:
    """The answer is kept, and counts where a reply by mail would (row 23, decided as 5, 6, 7 or 9).

    `shown` is the SEQUENCE of the page that was answered: one left open while the meeting moved answers the earlier
    time. Nothing is sent because of it; the page itself shows how the meeting stands.

    :raises AttendanceError: LinkGone, UnknownAnswer; nothing was changed.
    """
    if partstat not in ANSWERS:
        raise errors.UnknownAnswer
    async with Response._meta.db.transaction():
        try:
            meeting, invitation = await locked(invitation_id)
        except errors.NoSuchInvitation as unknown:
            raise errors.LinkGone from unknown
        _check_open(meeting, invitation, now)
        state = await state_of(invitation, meeting)
        decision = decide(_reply(partstat, state, shown, now), state, now=now)
        if decision.fate is not Fate.DUPLICATE:
            await responses.append(decision, invitation, via="web", received_at=now)
        detail = {"row": decision.row, "partstat": decision.partstat}
        subject = f"meeting:{meeting.reference}"
        await trail.record(ACTOR, f"answer by link {decision.fate}", subject, now=now, detail=detail)
    return decision


def _reply(partstat: str, state: State, shown: int, now: datetime) -> Reply:
    """As from the invited address: the link proves as much as the code in the reply address does."""
    sequence = min(shown, state.sent_sequence)  # a page cannot show what was never sent
    return Reply(Method.REPLY, partstat, sequence, now, state.address, (state.address,))


def _check_open(meeting: Meeting, invitation: Invitation, now: datetime) -> None:
    """:raises LinkGone: when it was taken back, the meeting is called off, or was over a day ago."""
    if invitation.state != InviteState.ACTIVE or meeting.state != MeetingState.SCHEDULED:
        raise errors.LinkGone
    if now > meeting.ends_at + OPEN_AFTER_THE_END:
        raise errors.LinkGone
