"""Decided answers are on record: those that came by mail or link, and those that a unit gave by telephone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from attendance import asking, errors
from attendance.identity import Standing
from attendance.rules import ANSWERS, BY_HAND, Decision, Fate
from attendance.state import locked
from attendance.tables import Deputy, Response
from audit import trail
from meetings.tables import Invitation, InviteState, Meeting, MeetingState
from notifications.kinds import InboundKind

_APPEND = """
INSERT INTO response (invitation, mail, via, received_at, partstat, sequence, dtstamp, answered_by, "row", applied,
    flagged, agent, comment)
SELECT invitation, mail, via, received_at, partstat, sequence, dtstamp, answered_by, "row", applied, flagged, agent,
    comment
FROM unnest({}::uuid[], {}::bigint[], {}::text[], {}::timestamptz[], {}::text[], {}::integer[], {}::timestamptz[],
    {}::text[], {}::integer[], {}::boolean[], {}::text[], {}::text[], {}::text[]) WITH ORDINALITY
    AS given (invitation, mail, via, received_at, partstat, sequence, dtstamp, answered_by, "row", applied,
    flagged, agent, comment, number)
ORDER BY number
"""


@dataclass(frozen=True)
class Answered:
    """One decided answer to an invitation; `mail` is the message it came in, where it did."""

    invitation: UUID
    mail: int | None
    via: str
    received_at: datetime
    decision: Decision


async def append(decision: Decision, invitation: Invitation, *, via: str, received_at: datetime) -> None:
    """The decided answer is on record beside the earlier ones, in the caller's transaction."""
    await append_all([Answered(invitation.id, None, via, received_at, decision)])


async def append_all(answers: Sequence[Answered]) -> None:
    """The decided answers are on record in this order, in the caller's transaction and one statement."""
    if answers:
        await Response.raw(_APPEND, *map(list, zip(*map(_row, answers), strict=True)))


def _row(one: Answered) -> tuple[object, ...]:
    """The values of one response, in the order of _APPEND."""
    made = one.decision
    return (
        *(one.invitation, one.mail, one.via, one.received_at),
        *(made.partstat, made.sequence, made.dtstamp, made.answered_by, made.row, made.applied),
        *(made.flagged, made.agent, made.comment),
    )


async def record_by_hand(invitation_id: UUID, partstat: str, *, by: str, now: datetime) -> None:
    """The answer that a unit gave by telephone stands, until a later mail changes it (row 24).

    Whoever the unit had named to come instead waits for no approval any more.

    :raises AttendanceError: NoSuchInvitation, UnknownAnswer, NoAnswerWanted; nothing was changed.
    """
    if partstat not in ANSWERS:
        raise errors.UnknownAnswer
    async with Response._meta.db.transaction():
        meeting, invitation = await locked(invitation_id)
        _check_open(meeting, invitation, now)
        await append(_told(partstat, by, meeting.sequence, now), invitation, via="coordinator", received_at=now)
        await asking.waits_no_more(Deputy, invitation.id, by=by, now=now)
        await trail.record(
            by, "answer recorded by hand", f"meeting:{meeting.reference}", now=now, detail={"partstat": partstat}
        )


def _told(partstat: str, by: str, sequence: int, now: datetime) -> Decision:
    """What the coordinator was told counts as the unit's own answer to the meeting as it stands."""
    return Decision(
        row=BY_HAND,
        fate=Fate.APPLIED,
        partstat=partstat,
        sequence=sequence,
        dtstamp=now,
        answered_by=by,
        kind=InboundKind.ANSWER,
        standing=Standing.ITSELF,
    )


def _check_open(meeting: Meeting, invitation: Invitation, now: datetime) -> None:
    if meeting.state == MeetingState.CALLED_OFF:
        raise errors.NoAnswerWanted(f"Meeting {meeting.reference} is called off")
    if now > meeting.ends_at:
        raise errors.NoAnswerWanted(f"Meeting {meeting.reference} is over")
    if invitation.state != InviteState.ACTIVE:
        raise errors.NoAnswerWanted(f"The invitation of {invitation.cn} was taken back")
