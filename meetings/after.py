"""What comes after a meeting, and came before it: for its page, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from directory.areas import serving
from directory.tables import UnitKind
from meetings.action_rules import ActionState, is_overdue
from meetings.action_tables import Action
from meetings.actions import Previous, of_meeting, previous_to
from meetings.checklist import ITEMS
from meetings.checklists import answers_of
from meetings.interviews import InterviewView, interviews_of
from meetings.meeting_records import Recorded, record_of
from meetings.proposal import circumstances, described
from meetings.return_rules import NO_RETURN, SAYS, Policy
from meetings.reviews import Reviewed, reviewed
from meetings.seats import PARTNERS, Capacity, place_of
from meetings.tables import Meeting, MeetingEvent, MeetingState, Seat, Trigger
from web.moments import london_date

_AFTER_A_RETURN = (Capacity.INTERVIEW, Capacity.VOLUNTARY)


@dataclass(frozen=True)
class Suggested:
    """A unit that a post-return meeting asks as well, for a coordinator to invite."""

    code: str
    name: str
    capacity: str


@dataclass(frozen=True)
class After:
    """All of it. `returned` is what the child's return meant, in words, or ""."""

    reviewed: Reviewed
    actions: tuple[Action, ...]
    overdue: int
    previous: Previous
    answered: int
    items: int
    interviews: tuple[InterviewView, ...]
    record: Recorded
    returned: str
    suggested: tuple[Suggested, ...]

    @property
    def open(self) -> int:
        return sum(action.state == ActionState.OPEN for action in self.actions)


async def after(meeting: Meeting, now: datetime) -> After | None:
    """What comes after a meeting about a child; None for one about none."""
    if meeting.child is None:
        return None
    actions = await of_meeting(meeting.id)
    return After(
        reviewed=await reviewed(meeting),
        actions=tuple(actions),
        overdue=sum(one.state == ActionState.OPEN and is_overdue(one.due_on, now) for one in actions),
        previous=await previous_to(meeting, now),
        answered=len(await answers_of(meeting.id)),
        items=len(ITEMS),
        interviews=tuple(await interviews_of(meeting, now)),
        record=await record_of(meeting.id),
        returned=await _returned(meeting),
        suggested=tuple(await suggested(meeting, now)),
    )


async def suggested(meeting: Meeting, now: datetime) -> Sequence[Suggested]:
    """The interview provider and the voluntary sector of a post-return meeting to come, where they have no seat."""
    coming = meeting.state == MeetingState.SCHEDULED and meeting.starts_at > now
    if meeting.on_return != Policy.CONVERT or not coming:
        return []
    seats = await Seat.select(Seat.unit, Seat.capacities).where(
        (Seat.meeting == meeting.id) & Seat.removed_at.is_null()
    )
    filled = {capacity for row in seats for capacity in row["capacities"]}
    triggers = await Trigger.select(Trigger.cause).where(Trigger.meeting == meeting.id)
    child = await circumstances(meeting.child, [row["cause"] for row in triggers])
    on = london_date(meeting.starts_at)
    served = await serving({child.home}, on)
    wanted = [
        (unit, (capacity,))
        for capacity in _AFTER_A_RETURN
        if capacity not in filled and (unit := served.partner(child.home, UnitKind(PARTNERS[capacity].kind)))
    ]
    taken = {row["unit"] for row in seats}
    units = await described([(unit, capacities) for unit, capacities in wanted if unit not in taken], (), on)
    return [Suggested(u.code, u.name, u.capacities[0]) for u in sorted(units, key=lambda u: place_of(u.capacities))]


async def _returned(meeting: Meeting) -> str:
    if meeting.on_return not in list(Policy):
        return ""
    said = [*SAYS.values(), NO_RETURN.partition("{")[0]]
    rows = (
        await MeetingEvent.select(MeetingEvent.what)
        .where(MeetingEvent.meeting == meeting.id)
        .order_by(MeetingEvent.id, ascending=False)
    )
    return next((row["what"] for row in rows if row["what"].startswith(tuple(said))), "")
