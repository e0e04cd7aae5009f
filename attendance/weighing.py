"""What is known about a proposed time, for the person who decides: who could come, who proposed it too.

Nothing is guessed: duty hours, published calendars and Convene's own meetings are all there is. Of a unit that has
told none of them it knows nothing, and says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from attendance.answers import Given, standing
from attendance.asking import overtaken
from attendance.proposals import is_open, new_time
from attendance.state import given_to
from attendance.tables import Asked, Proposal
from directory.availability import Free
from meetings.clocks import outside_hours
from meetings.errors import MeetingError
from meetings.seats import place_of, unfilled
from meetings.tables import Invitation, InviteState, Meeting, MeetingState, Seat
from meetings.wanting import wanted_again, weighed_at
from notifications.itip import Partstat


@dataclass(frozen=True)
class SeatThen:
    """One seat, and what is known of it at the proposed time. `elsewhere` are meetings here that overlap with it."""

    unit: str
    capacities: tuple[str, ...]
    proposes: bool
    answer: Given | None  # to the present time
    elsewhere: tuple[str, ...]
    agrees: bool
    free: Free  # by its duty hours, its calendar and its other meetings here

    @property
    def could_come(self) -> bool:
        """Whether nothing known keeps it away; who asks for the time can come, unless a meeting here says no."""
        if self.elsewhere:
            return False
        return self.proposes or self.agrees or self.free in (Free.FREE, Free.UNKNOWN)


@dataclass(frozen=True)
class Weighed:
    """One proposal beside the meeting as it is. `why_not` is why it cannot be accepted, "" where it can."""

    proposal: Proposal
    meeting: Meeting
    unit: str
    open: bool
    why_not: str
    late_by: timedelta  # after the meeting's deadline; zero or less is in time
    unusual: tuple[str, ...]
    seats: tuple[SeatThen, ...]
    missing_now: tuple[str, ...]  # of the quorum, by the answers to the present time
    missing_then: tuple[str, ...]  # of the quorum, if those who cannot come do not


async def weigh(proposal_id: int, *, now: datetime) -> Weighed | None:
    """The proposal with all that is known about its time; None when there is none of this number."""
    proposal = await Proposal.objects().where(Proposal.id == proposal_id).first()
    if proposal is None:
        return None
    invitation = await Invitation.objects(Invitation.meeting).where(Invitation.id == proposal.invitation).first()
    assert invitation is not None
    meeting: Meeting = invitation.meeting
    why_not = _why_not(proposal, meeting, now)
    free = {} if why_not else await _free(proposal, meeting, now)
    seats = await _seats(proposal, meeting, invitation.seat, free)
    coming = [s for s in seats if s.answer and s.answer.partstat == Partstat.ACCEPTED]
    able = [s for s in seats if s.could_come]
    return Weighed(
        proposal=proposal,
        meeting=meeting,
        unit=invitation.cn,
        open=is_open(proposal, meeting) and not overtaken(meeting, invitation, now),
        why_not=why_not,
        late_by=proposal.starts_at - meeting.due_at,
        unusual=outside_hours(proposal.starts_at, proposal.ends_at),
        seats=seats,
        missing_now=_missing(meeting, coming),
        missing_then=_missing(meeting, able),
    )


def _missing(meeting: Meeting, seats: Sequence[SeatThen]) -> tuple[str, ...]:
    return tuple(unfilled(meeting.quorum, [c for seat in seats for c in seat.capacities]))


def _why_not(proposal: Proposal, meeting: Meeting, now: datetime) -> str:
    try:
        new_time(proposal, meeting).check(now)
    except MeetingError as unsuitable:
        return str(unsuitable)
    return ""


async def _free(proposal: Proposal, meeting: Meeting, now: datetime) -> Mapping[UUID, Free]:
    """What the units' diaries say of the proposed time; the meeting itself keeps nobody from it."""
    asked = replace(await wanted_again(meeting, now), minutes=new_time(proposal, meeting).minutes)
    return (await weighed_at(asked, proposal.starts_at, now, leaving_out=meeting.id)).seats


async def _seats(
    proposal: Proposal, meeting: Meeting, of_proposer: UUID, free: Mapping[UUID, Free]
) -> tuple[SeatThen, ...]:
    rows: list[dict[str, Any]] = (
        await Seat.select(Seat.id, Seat.unit, Seat.capacities, Seat.unit._.name.as_alias("name"))
        .where((Seat.meeting == meeting.id) & Seat.removed_at.is_null())
        .order_by(Seat.unit._.name)
    )
    rows.sort(key=lambda row: place_of(row["capacities"]))
    answers = await _answers(meeting)
    elsewhere = await _elsewhere([row["unit"] for row in rows], proposal, meeting)
    agreeing = await _agreeing(proposal, meeting)
    return tuple(
        SeatThen(
            unit=row["name"],
            capacities=tuple(row["capacities"]),
            proposes=row["id"] == of_proposer,
            answer=answers.get(row["id"]),
            elsewhere=elsewhere.get(row["unit"], ()),
            agrees=row["id"] in agreeing and row["id"] != of_proposer,
            free=free.get(row["unit"], Free.UNKNOWN),
        )
        for row in rows
    )


async def _answers(meeting: Meeting) -> dict[UUID, Given | None]:
    """The standing answers to the present time, by seat."""
    asked = await Invitation.objects().where(
        (Invitation.meeting == meeting.id) & (Invitation.state == InviteState.ACTIVE)
    )
    given = await given_to([invitation.id for invitation in asked])
    return {one.seat: standing(given[one.id], meeting.last_major_sequence) for one in asked}


async def _elsewhere(units: Sequence[UUID], proposal: Proposal, meeting: Meeting) -> Mapping[UUID, tuple[str, ...]]:
    """The references of the units' other meetings that overlap with the proposed time."""
    rows: list[dict[str, Any]] = (
        await Seat.select(Seat.unit, Seat.meeting._.reference.as_alias("reference"))
        .where(Seat.unit.is_in(list(units) or [meeting.id]) & Seat.removed_at.is_null())
        .where(Seat.meeting != meeting.id, Seat.meeting._.state == MeetingState.SCHEDULED)
        .where(Seat.meeting._.starts_at < proposal.ends_at, Seat.meeting._.ends_at > proposal.starts_at)
        .order_by(Seat.meeting._.starts_at)
    )
    found: defaultdict[UUID, list[str]] = defaultdict(list)
    for row in rows:
        found[row["unit"]].append(row["reference"])
    return {unit: tuple(references) for unit, references in found.items()}


async def _agreeing(proposal: Proposal, meeting: Meeting) -> set[UUID]:
    """The seats that proposed a time which covers this one, for the meeting as it is now."""
    rows: list[dict[str, Any]] = await Proposal.select(Proposal.invitation._.seat.as_alias("seat")).where(
        (Proposal.invitation._.meeting == meeting.id)
        & (Proposal.state == Asked.OPEN)
        & (Proposal.sequence >= meeting.last_major_sequence)
        & (Proposal.starts_at <= proposal.starts_at)
        & (Proposal.ends_at >= proposal.ends_at)
    )
    return {row["seat"] for row in rows}
