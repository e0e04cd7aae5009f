"""What a judged message causes beside its response: mail sent again, and what a person is asked to decide."""

from __future__ import annotations

from datetime import datetime

from attendance.judging import Judged, Part
from attendance.rules import Effect
from attendance.tables import Asked, Deputy, Proposal
from meetings.invitations import send_again
from meetings.letters import Letterhead
from meetings.scheduling import happened
from meetings.tables import Meeting

ACTOR = "mail door"


async def cause(judged: Judged, *, letterhead: Letterhead, now: datetime) -> None:
    """All that the message causes is done, in the caller's transaction; most messages cause nothing."""
    for part in judged.parts:
        for effect in part.decision.effects:
            await _effect(effect, judged, part, letterhead, now)
    reading, about = judged.arrived.reading, judged.about
    if about is not None and not judged.parts and reading.event and reading.waits:
        meeting = await Meeting.objects().get(Meeting.id == about.meeting)
        assert meeting is not None
        await happened(meeting, ACTOR, f"the letter to {about.cn} {reading.event}", now)


async def _effect(effect: Effect, judged: Judged, part: Part, letterhead: Letterhead, now: datetime) -> None:
    if effect is Effect.PROPOSAL:
        await _propose(judged, part, now)
    elif effect is Effect.DEPUTY:
        await _name_deputy(judged, part, now)
    else:
        await send_again(part.held.invitation, letterhead=letterhead, now=now)


async def _propose(judged: Judged, part: Part, now: datetime) -> None:
    """The proposal is open, and an older one of the same invitation superseded."""
    decision = part.decision
    assert decision.proposed is not None, "rows propose only times"
    await _supersede(Proposal, part, now)
    await Proposal.insert(
        Proposal(
            invitation=part.held.invitation,
            mail=judged.arrived.id,
            sequence=decision.sequence,
            starts_at=decision.proposed[0],
            ends_at=decision.proposed[1],
            proposed_by=decision.answered_by,
            comment=decision.comment,
            received_at=judged.arrived.received_at,
        )
    )


async def _name_deputy(judged: Judged, part: Part, now: datetime) -> None:
    """The first person named waits for approval; one named before by the same invitee does not any more."""
    decision = part.decision
    await _supersede(Deputy, part, now)
    await Deputy.insert(
        Deputy(
            invitation=part.held.invitation,
            mail=judged.arrived.id,
            address=decision.delegated_to[0],
            named_by=decision.answered_by,
            comment=decision.comment,
            received_at=judged.arrived.received_at,
        )
    )


async def _supersede(kind: type[Proposal] | type[Deputy], part: Part, now: datetime) -> None:
    await kind.update({kind.state: Asked.SUPERSEDED, kind.decided_at: now, kind.decided_by: ACTOR}).where(
        (kind.invitation == part.held.invitation) & (kind.state == Asked.OPEN)
    )
