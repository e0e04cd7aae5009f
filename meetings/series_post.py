"""A series' mail: one REQUEST for every date to each unit, written in the transaction of the change that causes it.

Calendars drop what they know of single dates when a series' time changes (Outlook always does). So after each REQUEST
for the series follow, in the same thread, the REQUESTs for the dates that are held otherwise; dates that were called
off are its EXDATEs, and to one unit those that it has handed on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from meetings import series_letters
from meetings.letters import Invited, Letterhead
from meetings.occurrences import dates_of, is_coming, rule_of
from meetings.proposal import is_required
from meetings.recurrence import Told, as_told
from meetings.series_letters import Change
from meetings.tables import Invitation, InviteState, Meeting, MeetingState, Series, SeriesInvitation
from notifications import outbox
from notifications.imip import Letter
from notifications.outbox import Outgoing
from notifications.tables import OutboundMail
from web.moments import london_date


async def send_invitations(
    series: Series,
    asked: Sequence[SeriesInvitation],
    *,
    reply_by: datetime,
    what: Change | None = None,
    letterhead: Letterhead,
    now: datetime,
) -> None:
    """Each of these units gets one REQUEST for every date, at the series' SEQUENCE; `what` changed since the last."""
    as_each_is_told = await _told(series, asked, now)
    outgoing = []
    for one in asked:
        told = as_each_is_told[one.id]
        if told is None:
            continue
        letter = _request(series, one, told, reply_by, what, letterhead, now)
        outgoing.append(_outgoing(letter, "request", series, one))
    await outbox.enqueue_many(outgoing, now=now)
    await _sent(series, asked)


async def send_cancellations(
    series: Series, asked: Sequence[SeriesInvitation], *, whole: bool, letterhead: Letterhead, now: datetime
) -> None:
    """Each of these units gets one CANCEL for every date at the series' SEQUENCE, and is invited no more."""
    outgoing = []
    for one in asked:
        letter = _cancel(series, one, whole, letterhead, now)
        if letter is not None:
            outgoing.append(_outgoing(letter, "cancel", series, one))
    await outbox.enqueue_many(outgoing, now=now)
    await _sent(series, asked)
    state = InviteState.CANCELLED if whole else InviteState.REMOVED
    if asked:
        await SeriesInvitation.update({SeriesInvitation.state: state, SeriesInvitation.ended_at: now}).where(
            SeriesInvitation.id.is_in([one.id for one in asked])
        )


async def send_series_again(series_invitation: UUID, *, letterhead: Letterhead, now: datetime) -> None:
    """What the unit was last sent about the series goes to it once more: the same bytes, once for each SEQUENCE."""
    found = await asked_to_series(series_invitation, now)
    if found is None:
        return
    one, series, told = found
    kind = "request" if one.state == InviteState.ACTIVE else "cancel"
    calendar = await last_sent(one, kind)
    if calendar is None:
        return
    if kind == "request":
        letter = _request(series, one, told, await reply_by_of(series), Change.NOTHING, letterhead, now)
    else:
        letter = _cancelled(series, one, told, one.state == InviteState.CANCELLED, letterhead, now)
    await outbox.enqueue(
        replace(letter, calendar=calendar),
        key=f"again:{series_key(kind, one.id, one.sent_sequence)}",
        kind=kind,
        uid=series.uid,
        sequence=one.sent_sequence,
        now=now,
    )


async def asked_to_series(series_invitation: UUID, now: datetime) -> tuple[SeriesInvitation, Series, Told] | None:
    """A unit's invitation to a series, with the series as its calendar is told of it; None where no date is left."""
    one = (
        await SeriesInvitation.objects(SeriesInvitation.series)
        .where(SeriesInvitation.id == series_invitation)
        .first()
    )
    if one is None:
        return None
    if one.state == InviteState.ACTIVE:
        told = (await _told(one.series, [one], now))[one.id]
    else:
        told = as_told(rule_of(one.series), since=one.invited_at)
    return (one, one.series, told) if told else None


async def last_sent(one: SeriesInvitation, kind: str) -> bytes | None:
    """The iCalendar bytes of the latest REQUEST or CANCEL for the series to this unit, never made anew."""
    key = series_key(kind, one.id, one.sent_sequence)
    row = await OutboundMail.select(OutboundMail.calendar).where(OutboundMail.key == key).first()
    return bytes(row["calendar"]) if row and row["calendar"] else None


def series_key(kind: str, series_invitation: UUID, sequence: int) -> str:
    """The outbox key of a REQUEST or CANCEL for every date of a series, at this SEQUENCE."""
    return f"series-{kind}:{series_invitation}:{sequence}"


async def reply_by_of(series: Series) -> datetime:
    """By when an answer to the series is wanted: as of its latest change of time or dates."""
    row = (
        await Meeting.select(Meeting.reply_by)
        .where((Meeting.series == series.id) & (Meeting.state == MeetingState.SCHEDULED))
        .order_by(Meeting.last_major_sequence, ascending=False)
        .order_by(Meeting.recurrence_id)
        .first()
    )
    return row["reply_by"] if row else series.set_up_at


async def _told(series: Series, asked: Sequence[SeriesInvitation], now: datetime) -> dict[UUID, Told | None]:
    """The series as the calendar of each of these units is told of it.

    A date that the unit has handed on is left out for it, and for no other: its REQUEST would ask it there again.
    """
    rows = [row for row in await dates_of(series.id) if row.recurrence_id is not None]
    off, standing = _off(rows, now), {m.id: london_date(m.recurrence_id) for m in rows if is_coming(m, now)}
    theirs: defaultdict[UUID, set[date]] = defaultdict(set)
    wanted = [one.id for one in asked]
    invitations: list[dict[str, Any]] = []
    if wanted:
        invitations = await Invitation.select(Invitation.meeting, Invitation.of_series).where(
            Invitation.of_series.is_in(wanted) & (Invitation.state == InviteState.ACTIVE)
        )
    for row in invitations:
        if row["meeting"] in standing:
            theirs[row["of_series"]].add(standing[row["meeting"]])
    rule, days = rule_of(series), set(standing.values())
    return {one.id: as_told(rule, since=one.invited_at, off=off, handed_on=days - theirs[one.id]) for one in asked}


def _off(rows: Sequence[Meeting], now: datetime) -> set[date]:
    """The days that calendars leave out: called off, or held already on an earlier day than the series has them."""
    called_off = {london_date(m.recurrence_id) for m in rows if m.state == MeetingState.CALLED_OFF}
    held_early = {london_date(m.recurrence_id) for m in rows if m.starts_at <= now < m.recurrence_id}
    return (called_off | held_early) - _standing(rows, now)


def _standing(rows: Sequence[Meeting], now: datetime) -> set[date]:
    return {london_date(m.recurrence_id) for m in rows if m.state == MeetingState.SCHEDULED and m.starts_at > now}


def invited_to(series: Series, one: SeriesInvitation, told: Told, reply_by: datetime) -> Invited:
    """What a letter about every date says to this unit."""
    return Invited(
        invitation=one.id,
        address=one.address,
        cn=one.cn,
        capacities=one.capacities,
        required=is_required(one.capacities, series.quorum),
        reference=series.reference,
        type=series.type,
        uid=series.uid,
        sequence=series.sequence,
        starts_at=told.starts_at,
        ends_at=told.ends_at,
        place=series.place,
        link=series.link,
        reply_by=reply_by,
        first_message_id=one.first_message_id,
        group=one.group,
        of_series=True,
        series=f"{series.title} {series.reference}",
        rule=told.rule,
        excluded=told.excluded,
        handed_on=told.handed_on,
    )


def _request(
    series: Series,
    one: SeriesInvitation,
    told: Told,
    reply_by: datetime,
    what: Change | None,
    letterhead: Letterhead,
    now: datetime,
) -> Letter:
    to, held = invited_to(series, one, told, reply_by), rule_of(series)
    if what is None:
        return series_letters.invitation(to, held, letterhead, message_id=one.first_message_id, now=now)
    return series_letters.change(to, held, letterhead, what=what, message_id=_message_id(letterhead), now=now)


def _cancel(
    series: Series, one: SeriesInvitation, whole: bool, letterhead: Letterhead, now: datetime
) -> Letter | None:
    """The CANCEL; None for a unit that was never told of a date."""
    told = as_told(rule_of(series), since=one.invited_at)
    return _cancelled(series, one, told, whole, letterhead, now) if told else None


def _cancelled(
    series: Series, one: SeriesInvitation, told: Told, whole: bool, letterhead: Letterhead, now: datetime
) -> Letter:
    to, held = invited_to(series, one, told, now), rule_of(series)
    return series_letters.cancellation(to, held, letterhead, whole=whole, message_id=_message_id(letterhead), now=now)


def _message_id(letterhead: Letterhead) -> str:
    return f"<{uuid4().hex}@{letterhead.domain}>"


def _outgoing(letter: Letter, kind: str, series: Series, one: SeriesInvitation) -> Outgoing:
    return Outgoing(letter, series_key(kind, one.id, series.sequence), kind, uid=series.uid, sequence=series.sequence)


async def _sent(series: Series, asked: Sequence[SeriesInvitation]) -> None:
    if asked:
        await SeriesInvitation.update({SeriesInvitation.sent_sequence: series.sequence}).where(
            SeriesInvitation.id.is_in([one.id for one in asked])
        )
