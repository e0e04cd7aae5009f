"""What is written about single dates of a series when the whole of it changes.

Units are told of the dates that are held otherwise, because calendars forget those when the series changes. A deputy,
or a unit that is asked to one date only, has an invitation with a token of its own, and is told of that date alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
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


def as_written(meeting: Meeting) -> tuple[Any, ...]:
    """What somebody who was asked to this date alone was told of it: which date it is, when and where."""
    return (meeting.recurrence_id, meeting.starts_at, meeting.ends_at, meeting.place, meeting.link)


async def tell_asked_to_one(
    series: Series,
    coming: Sequence[Meeting],
    before: Mapping[UUID, tuple[Any, ...]],
    *,
    letterhead: Letterhead,
    now: datetime,
) -> None:
    """Who is asked to one of these dates alone gets one REQUEST for it, where it is not as it was `before`.

    Where the rule puts the date elsewhere, its RECURRENCE-ID is another one, and their calendar knows no series that
    it could belong to. So a CANCEL takes the earlier entry out of it first.
    """
    changed = {one.id: one for one in coming if one.id in before and before[one.id] != as_written(one)}
    outgoing, told = [], []
    for row in await _asked_to_one(list(changed)):
        meeting = changed[row.meeting]
        seat = await Seat.select(Seat.capacities).where(Seat.id == row.seat).first()
        to = invited(meeting, row, seat["capacities"] if seat else (), series)
        recurrence_id, starts_at, ends_at, *_ = before[meeting.id]
        if recurrence_id != meeting.recurrence_id:
            was = replace(to, recurrence_id=recurrence_id, starts_at=starts_at, ends_at=ends_at)
            gone = series_letters.earlier_entry(was, letterhead, message_id=new_message_id(letterhead), now=now)
            key = letter_key("cancel", row.id, meeting.sequence)
            outgoing.append(Outgoing(gone, key, "cancel", uid=series.uid, sequence=meeting.sequence))
        major = meeting.last_major_sequence == meeting.sequence
        letter = letters.change(to, letterhead, major=major, message_id=new_message_id(letterhead), now=now)
        key = letter_key("request", row.id, meeting.sequence)
        outgoing.append(Outgoing(letter, key, "request", uid=series.uid, sequence=meeting.sequence))
        told.append(row.id)
    await outbox.enqueue_many(outgoing, now=now)
    if told:
        await Invitation.update({Invitation.sent_sequence: series.sequence}).where(Invitation.id.is_in(told))


async def cancel_asked_to_one(
    meetings: Sequence[Meeting], sequence: int, *, unit: UUID | None, letterhead: Letterhead, now: datetime
) -> None:
    """Who is asked to one of these dates alone, or of them this unit's, gets one CANCEL and is invited no more."""
    by_id = {meeting.id: meeting for meeting in meetings}
    for row in await _asked_to_one(list(by_id), unit):
        meeting = by_id[row.meeting]
        meeting.sequence = sequence
        await invitations.send_cancel(meeting, [row], whole=unit is None, letterhead=letterhead, now=now)


async def _asked_to_one(meetings: Sequence[UUID], unit: UUID | None = None) -> list[Invitation]:
    if not meetings:
        return []
    found = Invitation.objects().where(
        Invitation.meeting.is_in(list(meetings))
        & (Invitation.state == InviteState.ACTIVE)
        & Invitation.of_series.is_null()
    )
    return await (found if unit is None else found.where(Invitation.seat.unit == unit))
