"""A unit of a series is reached at another address: its invitation to every coming date passes to another contact."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from audit import trail
from directory.addresses import same_address
from meetings import errors, series_post
from meetings.deputising import usable_address
from meetings.letters import Letterhead, token_hash
from meetings.occurrences import (
    Asked,
    invite_to_dates,
    is_coming,
    lock_dates,
    lock_series,
    next_of_series,
    note,
    reach,
)
from meetings.series_apart import send_dates_apart
from meetings.tables import Invitation, InviteState, Meeting, MeetingState, Seat, Series, SeriesInvitation
from meetings.when import answers_wanted_by

_REPLY_CLOCKS = ((1, "working days"),)


async def replace_contact(
    series_invitation: UUID,
    address: str,
    *,
    group: bool = False,
    tell_former: bool = True,
    by: str,
    now: datetime,
    letterhead: Letterhead,
) -> UUID:
    """The address holds the unit's invitation to every coming date, with a token of its own; returns its id.

    The address invited before gets one CANCEL for the whole series, unless it is not to be told (letters to it come
    back), and the new one a REQUEST. The unit keeps its seats. Dates that have begun, and those that the unit handed
    on, stay as they are.

    :raises MeetingError: NoSuchInvitation, SeriesCalledOff, SeriesOver, InvitationEnded, AlreadyInvited,
        UnusableAddress; nothing was changed.
    """
    to = usable_address(address, letterhead)
    async with Series._meta.db.transaction():
        series, held, coming = await _locked(series_invitation, now)
        await _check_free(series, held, coming, to)
        series.sequence = await next_of_series(series.id)
        await reach(coming, series.sequence)
        await _end(series, held, tell=tell_former, letterhead=letterhead, now=now)
        new = _instead(series, held, to, group, letterhead, now)
        await SeriesInvitation.insert(new)
        await _pass_dates(held, new, coming, now)
        reply_by = answers_wanted_by(_REPLY_CLOCKS, coming[0].starts_at, now)
        await series_post.send_invitations(series, [new], reply_by=reply_by, letterhead=letterhead, now=now)
        await send_dates_apart(series, coming, [new], letterhead=letterhead, now=now)
        await note(
            coming, by, f"the next contact is invited in place of the address first invited for {held.cn}", now
        )
        await trail.record(
            by, "contact of series replaced", f"series:{series.reference}", now=now, detail={"unit": held.unit}
        )
    return UUID(str(new.id))


async def _locked(series_invitation: UUID, now: datetime) -> tuple[Series, SeriesInvitation, list[Meeting]]:
    """The series, the unit's invitation to it and its coming dates, locked, the dates in their order."""
    known = (
        await SeriesInvitation.objects(SeriesInvitation.series)
        .where(SeriesInvitation.id == series_invitation)
        .first()
    )
    if known is None:
        raise errors.NoSuchInvitation
    series = await lock_series(known.series.reference)
    if series.state == MeetingState.CALLED_OFF:
        raise errors.SeriesCalledOff(series.reference)
    coming = [one for one in await lock_dates(series.id) if is_coming(one, now)]
    if not coming:
        raise errors.SeriesOver(series.reference)
    held = await SeriesInvitation.objects().where(SeriesInvitation.id == series_invitation).lock_rows().first()
    assert held is not None
    if held.state != InviteState.ACTIVE:
        raise errors.InvitationEnded(held.cn, series.reference)
    return series, held, coming


async def _end(series: Series, held: SeriesInvitation, *, tell: bool, letterhead: Letterhead, now: datetime) -> None:
    """The unit is invited to the series at this address no more."""
    if tell:
        await series_post.send_cancellations(series, [held], whole=False, letterhead=letterhead, now=now)
        return
    await SeriesInvitation.update(
        {SeriesInvitation.state: InviteState.REMOVED, SeriesInvitation.ended_at: now}
    ).where(SeriesInvitation.id == held.id)


async def _pass_dates(
    held: SeriesInvitation, new: SeriesInvitation, coming: Sequence[Meeting], now: datetime
) -> None:
    """The seats of the coming dates that the unit has not handed on are asked by the new invitation."""
    dates = {meeting.id: meeting for meeting in coming}
    active = await Invitation.objects().where(
        (Invitation.of_series == held.id) & (Invitation.state == InviteState.ACTIVE)
    )
    theirs = [row for row in active if row.meeting in dates]
    await Invitation.update({Invitation.state: InviteState.REMOVED, Invitation.ended_at: now}).where(
        Invitation.id.is_in([row.id for row in theirs])
    )
    asked = Asked(held.unit, held.cn, tuple(held.capacities), new)
    seats = await Seat.objects().where(Seat.id.is_in([row.seat for row in theirs]))
    await invite_to_dates(dates, {held.unit: asked}, seats, now)


async def _check_free(series: Series, held: SeriesInvitation, coming: Sequence[Meeting], to: str) -> None:
    """:raises AlreadyInvited: when another seat's invitation is at this address: a calendar keeps only one."""
    whole = await SeriesInvitation.objects().where(
        (SeriesInvitation.series == series.id) & (SeriesInvitation.state == InviteState.ACTIVE)
    )
    single = await Invitation.objects().where(
        Invitation.meeting.is_in([meeting.id for meeting in coming])
        & (Invitation.state == InviteState.ACTIVE)
        & (Invitation.seat.unit != held.unit)
    )
    addresses = [one.address for one in whole] + [one.address for one in single]
    if any(same_address(address, to) for address in addresses):
        raise errors.AlreadyInvited(to, series.reference)


def _instead(
    series: Series, held: SeriesInvitation, to: str, group: bool, letterhead: Letterhead, now: datetime
) -> SeriesInvitation:
    number = uuid4()
    return SeriesInvitation(
        id=number,
        series=series.id,
        unit=held.unit,
        capacities=held.capacities,
        address=to,
        cn=held.cn,
        group=group,
        token_sha256=token_hash(letterhead.token(number)),
        invited_at=now,
        sent_sequence=series.sequence,
        first_message_id=f"<{uuid4().hex}@{letterhead.domain}>",
    )
