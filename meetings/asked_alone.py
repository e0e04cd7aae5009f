"""Which units are asked to one date of a series alone, by an invitation with a token of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from meetings.errors import SeatsOfSeries
from meetings.tables import Invitation, InviteState, Meeting, Seat, Series, SeriesInvitation


async def check_asked_alone(meeting: Meeting, seat: Seat) -> None:
    """:raises SeatsOfSeries: for one date of a series, where the seat's unit is asked to every date."""
    if meeting.series and seat.unit not in await asked_alone([meeting]):
        row = await Series.select(Series.reference).where(Series.id == meeting.series).first()
        raise SeatsOfSeries(row["reference"] if row else "")


async def asked_alone(meetings: Sequence[Meeting]) -> set[UUID]:
    """The units that are asked to one of these dates of one series, and to the series not."""
    if not meetings:
        return set()
    rows: list[dict[str, Any]] = await Invitation.select(Invitation.seat._.unit.as_alias("unit")).where(
        Invitation.meeting.is_in([meeting.id for meeting in meetings])
        & Invitation.of_series.is_null()
        & (Invitation.state != InviteState.REMOVED)
        & Invitation.seat.removed_at.is_null()
    )
    whole: list[dict[str, Any]] = await SeriesInvitation.select(SeriesInvitation.unit).where(
        (SeriesInvitation.series == meetings[0].series) & (SeriesInvitation.state != InviteState.REMOVED)
    )
    return {row["unit"] for row in rows} - {row["unit"] for row in whole}
