"""The answer that a unit gives on the page behind the link to a series: for every date to come, or for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from attendance import answer_link, errors
from attendance.answers import standing
from attendance.rules import ANSWERS, Decision
from attendance.state import given_to, held
from attendance.tables import Response
from meetings.occurrences import lock_series_of, rule_of
from meetings.recurrence import Recurring
from meetings.tables import Invitation, InviteState, Meeting, MeetingState, Series, SeriesInvitation


@dataclass(frozen=True)
class AskedDate:
    """One date to come, and what the unit answered for it ("" where nothing counts)."""

    invitation: UUID
    meeting: Meeting
    answer: str


@dataclass(frozen=True)
class Asked:
    """What a unit is asked: about which series, in which capacities, and which dates are to come."""

    series: Series
    rule: Recurring
    unit: str
    capacities: Sequence[str]
    dates: Sequence[AskedDate]
    shown: int  # the SEQUENCE that the page shows


async def asked(series_invitation: UUID, *, now: datetime) -> Asked:
    """The invitation to a series behind a link; nothing is changed, because mail scanners open links as well.

    :raises LinkGone: when it was taken back, the series is called off, or no date is left.
    """
    one = (
        await SeriesInvitation.objects(SeriesInvitation.series)
        .where(SeriesInvitation.id == series_invitation)
        .first()
    )
    if one is None or one.state != InviteState.ACTIVE:
        raise errors.LinkGone
    rows = await _coming(series_invitation, now)
    if not rows:
        raise errors.LinkGone
    given = await given_to([row.id for row in rows])
    dates = []
    for row in rows:
        counts = standing(given[row.id], row.meeting.last_major_sequence)
        dates.append(AskedDate(row.id, row.meeting, counts.partstat if counts else ""))
    series: Series = one.series
    return Asked(series, rule_of(series), one.cn, one.capacities, dates, series.sequence)


async def answer(
    series_invitation: UUID, partstat: str, *, date: UUID | None, shown: int, now: datetime
) -> list[Decision]:
    """The answer is kept for this date, or for every date to come, each decided as an answer by link (row 23).

    :param date: the invitation to one date; None for all.
    :param shown: the SEQUENCE of the page that was answered: what was moved since is answered at its earlier time.
    :raises AttendanceError: LinkGone, UnknownAnswer; nothing was changed.
    """
    if partstat not in ANSWERS:
        raise errors.UnknownAnswer
    async with Response._meta.db.transaction():
        rows = await _coming(series_invitation, now)
        meant = [row for row in rows if date in (None, row.id)]
        if not meant:
            raise errors.LinkGone
        await lock_series_of(meant[0].meeting.id)
        await held([row.id for row in meant])
        return [await answer_link.answer(row.id, partstat, shown=shown, now=now) for row in meant]


async def name_deputy(
    series_invitation: UUID, deputy: str, *, date: UUID, shown: int, now: datetime, note: str = ""
) -> Decision:
    """Who comes to this one date instead waits for a coordinator's approval, as on the page of one meeting.

    :param date: the invitation to the date.
    :raises AttendanceError: LinkGone, UnsuitableDeputy; nothing was changed.
    """
    async with Response._meta.db.transaction():
        rows = await _coming(series_invitation, now)
        meant = next((row for row in rows if row.id == date), None)
        if meant is None:
            raise errors.LinkGone
        await lock_series_of(meant.meeting.id)
        return await answer_link.name_deputy(date, deputy, shown=shown, now=now, note=note)


async def _coming(series_invitation: UUID, now: datetime) -> list[Invitation]:
    """The unit's invitations to the dates that stand and are not over, the next first."""
    return await (
        Invitation.objects(Invitation.meeting)
        .where((Invitation.of_series == series_invitation) & (Invitation.state == InviteState.ACTIVE))
        .where((Invitation.meeting.state == MeetingState.SCHEDULED) & (Invitation.meeting.ends_at >= now))
        .order_by(Invitation.meeting.starts_at)
    )
