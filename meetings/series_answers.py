"""Which dates of a series an answer speaks for; each is then judged like the answer to a single meeting."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from meetings.recurrence import occurrence_named
from meetings.tables import Invitation, InviteState, Meeting, MeetingState
from notifications.itip import Answer, Method, Partstat


async def invitations_answered(series_invitation: UUID, answer: Answer, *, now: datetime) -> list[UUID]:
    """The invitations that an answer to this series' invitation speaks for, in the order of their dates.

    An answer with a RECURRENCE-ID speaks for that date; [] means that the series has no such date. One without
    speaks for every date that stands and is not over; where it asks for a decision (another time, a deputy) or for
    a letter, for the next of them, so that one mail makes one case. Where none is left, it speaks for the last date,
    and is judged as what it is: too late, or to a series that is called off.
    """
    rows = (
        await Invitation.objects(Invitation.meeting)
        .where((Invitation.of_series == series_invitation) & Invitation.meeting.recurrence_id.is_not_null())
        .order_by(Invitation.meeting.recurrence_id)
        .order_by(Invitation.invited_at)
    )
    if answer.recurrence:
        by_date = {row.meeting.recurrence_id: row for row in rows}  # the latest stands
        named = occurrence_named(by_date, answer.recurrence_id, answer.recurrence_day)
        return [by_date[named].id] if named else []
    open_ones = [row.id for row in rows if _is_open(row, now)] or [row.id for row in rows[-1:]]
    return open_ones[:1] if _makes_a_case(answer) else open_ones


def _makes_a_case(answer: Answer) -> bool:
    asks = answer.method in (Method.COUNTER, Method.REFRESH)
    return asks or bool(answer.delegated_to) or answer.partstat == Partstat.DELEGATED


def _is_open(invitation: Invitation, now: datetime) -> bool:
    meeting: Meeting = invitation.meeting
    stands = meeting.state == MeetingState.SCHEDULED and meeting.ends_at >= now
    return stands and invitation.state == InviteState.ACTIVE
