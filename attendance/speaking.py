"""What somebody who speaks for a unit is shown of its own seat: whom it has invited, what is recorded of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.columns.combination import WhereRaw

from attendance.challenge_errors import NotItsSeat
from attendance.register import closing_of, expected
from attendance.subjects import seats
from attendance.tables import Outcome
from meetings.tables import Invitation, InviteState, Meeting, MeetingState, Seat
from web.roles import Act
from web.viewer import Viewer


@dataclass(frozen=True)
class OwnSeat:
    """One seat of the unit. `invitation` is the one that asks somebody now; None where nobody is asked by mail."""

    seat: UUID
    unit: UUID
    name: str
    capacities: tuple[str, ...]
    meeting: Meeting
    invitation: UUID | None


async def own_seats(meeting: UUID, viewer: Viewer) -> frozenset[UUID]:
    """The seats of this meeting for which the viewer may speak."""
    if not viewer.may(Act.SPEAK):
        return frozenset()
    rows = await Seat.select(Seat.id).where((Seat.meeting == meeting) & WhereRaw("{}", seats(viewer)))
    return frozenset(row["id"] for row in rows)


async def seat_of(seat: UUID) -> OwnSeat:
    """:raises NotItsSeat: when there is none of this id."""
    row: dict[str, Any] | None = (
        await Seat.select(Seat.meeting, Seat.unit, Seat.unit._.name.as_alias("name"), Seat.capacities)
        .where(Seat.id == seat)
        .first()
    )
    if row is None:
        raise NotItsSeat
    meeting = await Meeting.objects().where(Meeting.id == row["meeting"]).first()
    assert meeting is not None
    asked = (
        await Invitation.select(Invitation.id)
        .where((Invitation.seat == seat) & (Invitation.state == InviteState.ACTIVE))
        .first()
    )
    return OwnSeat(seat, row["unit"], row["name"], tuple(row["capacities"]), meeting, asked["id"] if asked else None)


async def recorded(own: OwnSeat) -> str:
    """The outcome that stands for the seat.

    :raises NotItsSeat: when it was off the list before the start, so that it has no outcome.
    """
    on_list = next((one for one in await expected(own.meeting) if one.seat == own.seat), None)
    if on_list is None:
        raise NotItsSeat
    return (on_list.mark.outcome if on_list.mark else Outcome.NOT_RECORDED).value


async def why_no_challenge(own: OwnSeat, now: datetime) -> str:
    """Why the outcome cannot be challenged here now, and when it can; "" where it can."""
    if own.meeting.state == MeetingState.CALLED_OFF:
        return "This meeting was called off, so it has no outcome: nobody was absent."
    if now < own.meeting.starts_at:
        return "This meeting has not started. You can challenge its outcome once its register is closed."
    if await closing_of(own.meeting.id) is None:
        return (
            "The register of this meeting is still open, and a coordinator can change it. You can challenge the "
            "outcome here once it is closed. Until then, ring or write to the coordinator; or, if your unit was "
            "written before a report is published, use the link in that letter."
        )
    return ""


def why_no_deputy(own: OwnSeat, now: datetime) -> str:
    """Why nobody can be named to come instead now, and what to do; "" where somebody can."""
    if own.meeting.state == MeetingState.CALLED_OFF:
        return "This meeting was called off, so nobody needs to come."
    if now >= own.meeting.starts_at:
        return (
            "This meeting has begun, so nobody can be invited instead. Who came is put into its register: "
            "tell the coordinator."
        )
    if own.invitation is None:
        return "Nobody is invited by mail for this seat, so nobody can be named instead. Ring the coordinator."
    return ""
