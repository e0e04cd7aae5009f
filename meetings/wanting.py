"""A meeting that waits, or one that stands, as one that wants a time; and the times that are proposed for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from directory.availability import Period
from meetings import errors
from meetings.diaries import diaries
from meetings.proposal import Proposal, ProposedSeat, described, propose
from meetings.seats import place_of
from meetings.slots import TRAVEL, Proposals, SeatAsked, Slot, Wanted, weigh, window
from meetings.slots import propose as best_times
from meetings.tables import Meeting, Seat, Trigger
from meetings.waiting import triggers_waiting
from web.moments import london_date
from web.roles import Act
from web.viewer import Viewer

USUAL_MINUTES: Final = 60
_URGENT_RULE: Final = "HIGH"
_NEAR: Final = timedelta(hours=24)


async def wanted(
    child: UUID, now: datetime, viewer: Viewer, *, minutes: int = USUAL_MINUTES, place: str = ""
) -> Wanted:
    """The meeting that the viewer may set up for the child, with the units that serve its places today.

    :param place: where it would be; "" for a link, to which nobody travels.
    :raises NothingWaiting: where no trigger of the viewer's waits.
    :raises NoUnit: where the directory has no police unit for the home place.
    """
    triggers = await triggers_waiting(child, viewer, Act.RUN)
    if not triggers:
        raise errors.NothingWaiting
    proposal = await propose(triggers, london_date(now))
    return as_wanted(child, triggers, proposal, now, minutes=minutes, place=place)


def as_wanted(
    child: UUID,
    triggers: Sequence[Trigger],
    proposal: Proposal,
    now: datetime,
    *,
    units: Collection[UUID] | None = None,
    minutes: int = USUAL_MINUTES,
    place: str = "",
) -> Wanted:
    """As `wanted`, of triggers and a proposal that are known already; of its seats only `units`, where given."""
    kept = [seat for seat in proposal.seats if units is None or seat.unit in units]
    return Wanted(
        key=child,
        seats=_asked(kept),
        quorum=proposal.quorum,
        due_at=proposal.due_at,
        minutes=minutes,
        urgent=_is_urgent((t.rule_code for t in triggers), proposal.due_at, now),
        place=place,
    )


async def wanted_again(meeting: Meeting, now: datetime) -> Wanted:
    """The meeting that stands, as one that wants another time: its seats, length, place and deadline."""
    seats = await Seat.objects().where((Seat.meeting == meeting.id) & Seat.removed_at.is_null())
    seats.sort(key=lambda seat: (place_of(seat.capacities), seat.id))
    named = await described([(s.unit, s.capacities) for s in seats], meeting.quorum, london_date(now))
    codes = await Trigger.select(Trigger.rule_code).where(Trigger.meeting == meeting.id)
    return Wanted(
        key=meeting.id,
        seats=_asked(named),
        quorum=tuple(meeting.quorum),
        due_at=meeting.due_at,
        minutes=(meeting.ends_at - meeting.starts_at) // timedelta(minutes=1),
        urgent=_is_urgent((row["rule_code"] for row in codes), meeting.due_at, now),
        place=meeting.place,
    )


async def times_for(asked: Wanted, now: datetime, *, leaving_out: UUID | None = None) -> Proposals:
    """The best times for it, by what the diaries of its units say.

    :param leaving_out: the meeting that is being moved, which keeps nobody from its own new time.
    """
    units = [seat.unit for seat in asked.seats]
    return best_times(asked, await diaries(units, window(asked, now), leaving_out=leaving_out), now)


async def weighed_at(asked: Wanted, starts_at: datetime, now: datetime, *, leaving_out: UUID | None = None) -> Slot:
    """What the diaries say of this one time, whoever chose it."""
    within = Period(starts_at - TRAVEL, starts_at + timedelta(minutes=asked.minutes) + TRAVEL)
    known = await diaries([seat.unit for seat in asked.seats], within, leaving_out=leaving_out)
    return weigh(asked, known, starts_at, now)


def _asked(seats: Iterable[ProposedSeat]) -> tuple[SeatAsked, ...]:
    return tuple(SeatAsked(s.unit, s.name, s.capacities, s.required) for s in seats)


def _is_urgent(codes: Iterable[str], due_at: datetime, now: datetime) -> bool:
    """Graded high, or due within a day."""
    return _URGENT_RULE in codes or due_at - now <= _NEAR
