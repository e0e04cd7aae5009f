"""An invitation's mail: written and frozen in the transaction of the change that causes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from meetings import letters
from meetings.letters import Invited, Letterhead
from meetings.proposal import ProposedSeat, is_required
from meetings.series_post import send_series_again
from meetings.tables import Invitation, InviteState, Meeting, Seat, Series
from notifications import outbox
from notifications.imip import Letter
from notifications.outbox import Outgoing
from notifications.tables import OutboundMail

BETWEEN_FRESH_ONES = timedelta(hours=1)


async def invite(
    meeting: Meeting, seats: Mapping[UUID, ProposedSeat], *, letterhead: Letterhead, now: datetime
) -> None:
    """Each seat with an address has its invitation, token and REQUEST; one without an address has none yet."""
    made = []
    for seat, proposed in seats.items():
        if not proposed.address:
            continue
        invitation_id, message_id = uuid4(), new_message_id(letterhead)
        made.append(
            Invitation(
                id=invitation_id,
                meeting=meeting.id,
                seat=seat,
                address=proposed.address,
                cn=proposed.name,
                group=proposed.group,
                token_sha256=letters.token_hash(letterhead.token(invitation_id)),
                invited_at=now,
                sent_sequence=meeting.sequence,
                first_message_id=message_id,
            )
        )
    if not made:
        return
    await Invitation.insert(*made)
    outgoing, series = [], await series_of(meeting)
    for invitation in made:
        to = invited(meeting, invitation, seats[invitation.seat].capacities, series)
        letter = letters.invitation(to, letterhead, message_id=invitation.first_message_id, now=now)
        outgoing.append(_outgoing(letter, "request", meeting, invitation))
    await outbox.enqueue_many(outgoing, now=now)


async def invite_instead(meeting: Meeting, invitation: Invitation, *, letterhead: Letterhead, now: datetime) -> UUID:
    """This invitation of a seat whose former one has ended is on record with its token, and its REQUEST goes out."""
    invitation.token_sha256 = letters.token_hash(letterhead.token(invitation.id))
    invitation.first_message_id = new_message_id(letterhead)
    invitation.sent_sequence = meeting.sequence
    await Invitation.insert(invitation)
    capacities = (await _capacities([invitation.seat]))[invitation.seat]
    to = invited(meeting, invitation, capacities, await series_of(meeting))
    letter = letters.invitation(to, letterhead, message_id=invitation.first_message_id, now=now)
    await outbox.enqueue_many([_outgoing(letter, "request", meeting, invitation)], now=now)
    return invitation.id


async def send_change(meeting: Meeting, *, major: bool, letterhead: Letterhead, now: datetime) -> None:
    """Every active invitee gets one REQUEST at the meeting's new SEQUENCE."""
    active = await active_invitations(meeting.id)
    capacities, series = await _capacities([i.seat for i in active]), await series_of(meeting)
    outgoing = []
    for invitation in active:
        to = invited(meeting, invitation, capacities[invitation.seat], series)
        letter = letters.change(to, letterhead, major=major, message_id=new_message_id(letterhead), now=now)
        outgoing.append(_outgoing(letter, "request", meeting, invitation))
    await outbox.enqueue_many(outgoing, now=now)
    await _moved_to(meeting.sequence, active)


async def send_cancel(
    meeting: Meeting, cancelled: Sequence[Invitation], *, whole: bool, letterhead: Letterhead, now: datetime
) -> None:
    """Each of these invitees gets one CANCEL at the meeting's SEQUENCE, and is invited no more."""
    capacities, series = await _capacities([i.seat for i in cancelled]), await series_of(meeting)
    outgoing = []
    for invitation in cancelled:
        to = invited(meeting, invitation, capacities[invitation.seat], series)
        letter = letters.cancellation(to, letterhead, whole=whole, message_id=new_message_id(letterhead), now=now)
        outgoing.append(_outgoing(letter, "cancel", meeting, invitation))
    await outbox.enqueue_many(outgoing, now=now)
    await _moved_to(meeting.sequence, cancelled)
    state = InviteState.CANCELLED if whole else InviteState.REMOVED
    if cancelled:
        await Invitation.update({Invitation.state: state, Invitation.ended_at: now}).where(
            Invitation.id.is_in([i.id for i in cancelled])
        )


async def send_again(invitation_id: UUID, *, letterhead: Letterhead, now: datetime) -> None:
    """What the invitee was last sent goes to them once more: the same iCalendar bytes, once for each SEQUENCE.

    Used when an answer shows that they have not seen it (rows 3, 4 and 6 of the state machine). The payload of a
    (UID, SEQUENCE, METHOD) never differs; only the envelope around it is new. For a date of a series that was never
    written apart, it is what the unit was sent about the whole series.
    """
    row = await Invitation.objects(Invitation.meeting).where(Invitation.id == invitation_id).first()
    if row is None:
        return
    meeting: Meeting = row.meeting
    row = await _as_it_holds(row, meeting)
    kind = "request" if row.state == InviteState.ACTIVE else "cancel"
    key = letter_key(kind, row.id, row.sent_sequence)
    before = await OutboundMail.objects().where(OutboundMail.key == key).first()
    if before is None and row.of_series:
        await send_series_again(row.of_series, letterhead=letterhead, now=now)
    if before is None or before.calendar is None:
        return
    to = invited(meeting, row, (await _capacities([row.seat]))[row.seat], await series_of(meeting))
    message_id = new_message_id(letterhead)
    if kind == "request":
        letter = letters.change(to, letterhead, major=False, message_id=message_id, now=now)
    else:
        whole = row.state == InviteState.CANCELLED
        letter = letters.cancellation(to, letterhead, whole=whole, message_id=message_id, now=now)
    await outbox.enqueue(
        replace(letter, calendar=before.calendar),
        key=f"again:{key}",
        kind=kind,
        uid=meeting.uid,
        sequence=row.sent_sequence,
        now=now,
    )


async def send_fresh(invitation_id: UUID, *, letterhead: Letterhead, now: datetime) -> bool:
    """The invitee asked for it (REFRESH, RFC 5546 section 3.2.6) and gets what holds for them, written anew.

    Same SEQUENCE, new DTSTAMP; once in an hour, so that two machines cannot keep each other busy. False when they
    had it within the last hour. A date of a series that was never written apart comes with the whole series.
    """
    row = await Invitation.objects(Invitation.meeting).where(Invitation.id == invitation_id).first()
    if row is None:
        return False
    meeting: Meeting = row.meeting
    row = await _as_it_holds(row, meeting)
    kind = "request" if row.state == InviteState.ACTIVE else "cancel"
    known = OutboundMail.exists().where(OutboundMail.key == letter_key(kind, row.id, row.sent_sequence))
    if row.of_series and not await known:
        await send_series_again(row.of_series, letterhead=letterhead, now=now)
        return True
    recently = (OutboundMail.uid == meeting.uid) & (OutboundMail.created_at > now - BETWEEN_FRESH_ONES)
    if await OutboundMail.exists().where(recently & OutboundMail.key.like(f"fresh:{row.id}:%")):
        return False
    to = invited(meeting, row, (await _capacities([row.seat]))[row.seat], await series_of(meeting))
    to, message_id = replace(to, sequence=row.sent_sequence), new_message_id(letterhead)
    if kind == "request":
        letter = letters.invitation(to, letterhead, message_id=message_id, now=now)
    else:
        whole = row.state == InviteState.CANCELLED
        letter = letters.cancellation(to, letterhead, whole=whole, message_id=message_id, now=now)
    key = f"fresh:{row.id}:{now.timestamp():.0f}"
    await outbox.enqueue(letter, key=key, kind=kind, uid=to.uid, sequence=to.sequence, now=now)
    return True


async def _as_it_holds(invitation: Invitation, meeting: Meeting) -> Invitation:
    """The invitation; where it was taken back and its address asked anew, the new one, which a CANCEL would undo."""
    if invitation.state != InviteState.REMOVED:
        return invitation
    address = invitation.address.lower()
    anew = (one for one in await active_invitations(meeting.id) if one.address.lower() == address)
    return next(anew, invitation)


async def active_invitations(meeting: UUID) -> list[Invitation]:
    """The invitations of a meeting that were neither removed nor cancelled."""
    return await (
        Invitation.objects()
        .where((Invitation.meeting == meeting) & (Invitation.state == InviteState.ACTIVE))
        .order_by(Invitation.invited_at)
    )


async def series_of(meeting: Meeting) -> Series | None:
    """The series that the meeting is one date of, if it is."""
    return await Series.objects().where(Series.id == meeting.series).first() if meeting.series else None


def invited(
    meeting: Meeting, invitation: Invitation, capacities: Sequence[str], series: Series | None = None
) -> Invited:
    """The invitation as its letter needs it, at the meeting's present time and SEQUENCE.

    One date of a series is written with its RECURRENCE-ID, and answered to the token of the series' invitation.
    """
    return Invited(
        invitation=invitation.of_series or invitation.id,
        of_series=invitation.of_series is not None,
        series=f"{series.title} {series.reference}" if series else "",
        recurrence_id=meeting.recurrence_id,
        address=invitation.address,
        cn=invitation.cn,
        capacities=capacities,
        required=is_required(capacities, meeting.quorum),
        reference=meeting.reference,
        type=meeting.type,
        uid=meeting.uid,
        sequence=meeting.sequence,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        place=meeting.place,
        link=meeting.link,
        fixed=meeting.fixed,
        reply_by=meeting.reply_by,
        first_message_id=invitation.first_message_id,
        group=invitation.group,
        delegated_from=invitation.delegated_from,
    )


def new_message_id(letterhead: Letterhead) -> str:
    """A Message-ID of ours that tells nothing, not even the reply token."""
    return f"<{uuid4().hex}@{letterhead.domain}>"


def letter_key(kind: str, invitation: UUID, sequence: int) -> str:
    """The outbox key of an invitation's REQUEST or CANCEL at this SEQUENCE."""
    return f"{kind}:{invitation}:{sequence}"


async def _capacities(seats: Sequence[UUID]) -> dict[UUID, list[str]]:
    if not seats:
        return {}
    rows: list[dict[str, Any]] = await Seat.select(Seat.id, Seat.capacities).where(Seat.id.is_in(list(seats)))
    return {r["id"]: r["capacities"] for r in rows}


async def _moved_to(sequence: int, invitations: Sequence[Invitation]) -> None:
    if invitations:
        await Invitation.update({Invitation.sent_sequence: sequence}).where(
            Invitation.id.is_in([i.id for i in invitations])
        )


def _outgoing(letter: Letter, kind: str, meeting: Meeting, invitation: Invitation) -> Outgoing:
    key = letter_key(kind, invitation.id, meeting.sequence)
    return Outgoing(letter, key, kind, uid=meeting.uid, sequence=meeting.sequence)
