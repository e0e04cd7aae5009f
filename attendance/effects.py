"""What a judged message causes beside its response: mail sent again, and what a person is asked to decide."""

from __future__ import annotations

import hashlib
from datetime import datetime

from attendance import asking, letters
from attendance.judging import Judged, Part
from attendance.rules import Effect
from attendance.tables import Absence
from directory import contradictions
from directory.contradiction_tables import Against
from meetings.invitations import invited, new_message_id, send_again, send_fresh, series_of
from meetings.letters import Letterhead
from meetings.scheduling import happened
from meetings.tables import Invitation, Meeting, Seat
from notifications import outbox
from notifications.kinds import InboundKind
from notifications.loops import may_be_answered
from web.moments import london_date

ACTOR = "mail door"
_ASKS = {Effect.PROPOSAL, Effect.DEPUTY, Effect.NO_DEPUTY}


async def cause(judged: Judged, *, letterhead: Letterhead, now: datetime) -> None:
    """All that the message causes is done, in the caller's transaction; most messages cause nothing."""
    for part in judged.parts:
        for effect in part.decision.effects:
            await _send(effect, judged, part, letterhead, now)
        if _ASKS & set(part.decision.effects):
            await _ask(judged, part, now)
    if not judged.parts and judged.about:
        await _note(judged, now)
    if not judged.parts:
        await _warn(judged, now)


async def _note(judged: Judged, now: datetime) -> None:
    """Rows 18 and 20: a letter that came back stands on the timeline, an absence beside its invitation."""
    reading, about = judged.arrived.reading, judged.about[0]
    if reading.kind is InboundKind.ABSENCE:
        await _absent(judged)
    if reading.event and reading.waits:
        meeting = await Meeting.objects().get(Meeting.id == about.meeting)
        assert meeting is not None
        await happened(meeting, ACTOR, f"the letter to {about.cn} {reading.event}", now)


async def _warn(judged: Judged, now: datetime) -> None:
    """A letter that came back, or a reply that says somebody left, speaks against the address in the directory.

    It changes nothing there: anybody who was invited could have written it.
    """
    mail, reading = judged.arrived, judged.arrived.reading
    kind = Against.LEFT if reading.away and reading.away.left else Against.BOUNCE
    if kind is Against.BOUNCE and not (reading.kind is InboundKind.BOUNCE and reading.event):
        return
    evidence = f"received message {mail.id}"
    for address in sorted({one.state.address for one in judged.about}):
        await contradictions.note_address(address, kind, evidence=evidence, by=ACTOR, now=now)
    if not judged.about and reading.delivery:
        ids = reading.delivery.original_message_ids
        await contradictions.letter_came_back(ids, evidence=evidence, by=ACTOR, now=now)


async def _absent(judged: Judged) -> None:
    mail, away = judged.arrived, judged.arrived.reading.away
    rows = [
        Absence(
            invitation=held.invitation,
            mail=mail.id,
            received_at=mail.received_at,
            first_day=away.first_day if away else None,
            last_day=away.last_day if away else None,
            said=away.said if away else "",
        )
        for held in judged.about
    ]
    await Absence.insert(*rows)


async def _send(effect: Effect, judged: Judged, part: Part, letterhead: Letterhead, now: datetime) -> None:
    invitation = part.held.invitation
    match effect:
        case Effect.REFRESH:
            if _may_be_answered(judged, letterhead):
                await send_fresh(invitation, letterhead=letterhead, now=now)
        case Effect.OUTDATED:
            await send_again(invitation, letterhead=letterhead, now=now)
            if _may_be_answered(judged, letterhead):
                await _tell_outdated(part, letterhead, now)
        case Effect.RESEND_REQUEST | Effect.RESEND_CANCEL:
            await send_again(invitation, letterhead=letterhead, now=now)


def _may_be_answered(judged: Judged, letterhead: Letterhead) -> bool:
    mail, opened = judged.arrived, judged.arrived.reading.opened
    return opened is not None and may_be_answered(
        opened, envelope_from=mail.envelope_from, our_domain=letterhead.domain
    )


async def _tell_outdated(part: Part, letterhead: Letterhead, now: datetime) -> None:
    """The invitee reads in words that their proposal came too late: at most once for each meeting and day."""
    row = await Invitation.objects(Invitation.meeting).get(Invitation.id == part.held.invitation)
    assert row is not None
    seat = await Seat.select(Seat.capacities).where(Seat.id == row.seat).first()
    assert seat is not None
    letter = letters.outdated_proposal(
        invited(row.meeting, row, seat["capacities"], await series_of(row.meeting)),
        letterhead,
        message_id=new_message_id(letterhead),
        now=now,
    )
    who = hashlib.sha256(part.held.state.address.encode()).hexdigest()[:24]
    await outbox.enqueue(
        letter,
        key=f"told:{part.held.meeting}:{who}:{london_date(now)}",
        kind="told",
        uid=part.held.uid,
        sequence=part.held.state.sequence,
        useful_until=part.held.state.starts_at,
        now=now,
    )


async def _ask(judged: Judged, part: Part, now: datetime) -> None:
    """Another time or who comes instead waits for a person; an earlier one of the same invitation does not."""
    mail = judged.arrived
    await asking.opened(
        part.decision,
        part.held.invitation,
        via="email",
        received_at=mail.received_at,
        mail=mail.id,
        by=ACTOR,
        now=now,
    )
