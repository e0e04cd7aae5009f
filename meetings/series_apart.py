"""What is written about single dates of a series when the whole of it changes.

Units are told of the dates that are held otherwise, because calendars forget those when the series changes. A deputy
was asked to one date only, by an invitation with a token of its own, and is told of that date.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from meetings import invitations, letters, series_letters
from meetings.invitations import invited, letter_key, new_message_id
from meetings.letterhead import Letterhead
from meetings.occurrences import held_otherwise
from meetings.tables import Invitation, InviteState, Meeting, Seat, Series, SeriesInvitation
from notifications import outbox
from notifications.outbox import Outgoing


async def send_dates_apart(
    series: Series,
    coming: Sequence[Meeting],
    asked: Sequence[SeriesInvitation],
    *,
    letterhead: Letterhead,
    now: datetime,
) -> None:
    """Each of these units gets one REQUEST for each coming date that is held otherwise than the series says."""
    whole = {one.id: one for one in asked}
    outgoing = []
    for meeting in held_otherwise(coming, series):
        rows = await Invitation.objects().where(
            (Invitation.meeting == meeting.id) & (Invitation.state == InviteState.ACTIVE)
        )
        for row in (row for row in rows if row.of_series in whole):
            to = invited(meeting, row, whole[row.of_series].capacities, series)
            letter = series_letters.apart(to, letterhead, message_id=new_message_id(letterhead), now=now)
            key = letter_key("request", row.id, meeting.sequence)
            outgoing.append(Outgoing(letter, key, "request", uid=series.uid, sequence=meeting.sequence))
    await outbox.enqueue_many(outgoing, now=now)


async def tell_deputies(series: Series, coming: Sequence[Meeting], *, letterhead: Letterhead, now: datetime) -> None:
    """Each deputy asked to one of these dates gets one REQUEST for it as it is now."""
    by_id = {meeting.id: meeting for meeting in coming}
    outgoing = []
    for row in await _deputies(list(by_id)):
        meeting = by_id[row.meeting]
        seat = await Seat.select(Seat.capacities).where(Seat.id == row.seat).first()
        to = invited(meeting, row, seat["capacities"] if seat else (), series)
        major = meeting.last_major_sequence == meeting.sequence
        letter = letters.change(to, letterhead, major=major, message_id=new_message_id(letterhead), now=now)
        key = letter_key("request", row.id, meeting.sequence)
        outgoing.append(Outgoing(letter, key, "request", uid=series.uid, sequence=meeting.sequence))
    await outbox.enqueue_many(outgoing, now=now)


async def cancel_deputies(
    meetings: Sequence[Meeting], sequence: int, *, unit: UUID | None, letterhead: Letterhead, now: datetime
) -> None:
    """Each deputy asked to one of these dates, or of them this unit's, gets one CANCEL and is invited no more."""
    by_id = {meeting.id: meeting for meeting in meetings}
    for row in await _deputies(list(by_id), unit):
        meeting = by_id[row.meeting]
        meeting.sequence = sequence
        await invitations.send_cancel(meeting, [row], whole=unit is None, letterhead=letterhead, now=now)


async def _deputies(meetings: Sequence[UUID], unit: UUID | None = None) -> list[Invitation]:
    if not meetings:
        return []
    found = Invitation.objects().where(
        Invitation.meeting.is_in(list(meetings))
        & (Invitation.state == InviteState.ACTIVE)
        & Invitation.of_series.is_null()
    )
    return await (found if unit is None else found.where(Invitation.seat.unit == unit))
