"""A kept plan as its page shows it: the week day by day, what could not be done, and what became of what was sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from directory.availability import Period
from meetings import errors, seeing
from meetings.episode_tables import Child
from meetings.kept_plans import as_seen, offers, wanted_of
from meetings.plan_tables import KeptPlan, KeptTime, TimeState
from meetings.slot_words import Choice, choice
from meetings.slots import Wanted
from meetings.tables import Meeting
from meetings.waiting import list_waiting
from web.moments import london_date
from web.viewer import Viewer


@dataclass(frozen=True)
class Line:
    """One child's meeting in the plan. `choices` are the times to choose from, the proposed one first."""

    id: UUID
    child: UUID
    reference: str
    due_at: datetime
    chosen_at: datetime | None
    chosen: Choice | None
    choices: tuple[tuple[str, str], ...]
    remark: str
    problem: str
    meeting: str  # the reference of the meeting that was sent, "" while it is not
    waits: bool  # whether anything still waits for the child
    asked: Wanted | None

    @property
    def open(self) -> bool:
        return self.waits and not self.meeting

    @property
    def field(self) -> str:
        return f"time-{self.id}"

    @property
    def units(self) -> str:
        """Everybody who is asked, by name."""
        return ", ".join(seat.name for seat in self.asked.seats) if self.asked else ""

    @property
    def hours(self) -> str:
        """`10am to 11am`."""
        return self.chosen.when.rpartition(", ")[2] if self.chosen else ""


@dataclass(frozen=True)
class WeekPlan:
    """A plan: its days in order with what is held on each, what is left out, and what found no time."""

    id: UUID
    made_at: datetime
    link: str
    beyond: int
    lines: tuple[Line, ...]

    @property
    def days(self) -> list[tuple[date, list[Line]]]:
        """What has a time, day by day in London; what somebody set up elsewhere meanwhile is not among it."""
        held = [line for line in self.lines if line.chosen_at and (line.waits or line.meeting)]
        held.sort(key=lambda line: (line.chosen_at or line.due_at, line.reference))
        return [(day, list(of_day)) for day, of_day in groupby(held, key=_day)]

    @property
    def to_send(self) -> int:
        return sum(line.open and line.chosen_at is not None for line in self.lines)

    @property
    def sent(self) -> int:
        return sum(bool(line.meeting) for line in self.lines)

    @property
    def failed(self) -> list[Line]:
        return [line for line in self.lines if line.open and line.problem]

    @property
    def left_out(self) -> list[Line]:
        return [line for line in self.lines if line.open and line.choices and line.chosen_at is None]

    @property
    def timeless(self) -> list[Line]:
        return [line for line in self.lines if line.open and not line.choices]

    @property
    def gone(self) -> list[Line]:
        return [line for line in self.lines if not line.waits and not line.meeting]


async def week_plan(plan: UUID, viewer: Viewer) -> WeekPlan:
    """The plan as it stands now, of the children whom the viewer may see now.

    :raises NoSuchPlan: where there is none, or it was forgotten.
    """
    kept = await KeptPlan.objects().where(KeptPlan.id == plan).first()
    if kept is None:
        raise errors.NoSuchPlan
    seen = seeing.where(seeing.waiting(viewer, of="kept_time.child"))
    rows = (
        await KeptTime.objects().where((KeptTime.plan == plan) & seen).order_by(KeptTime.due_at).order_by(KeptTime.id)
    )
    references = await _children([row.child for row in rows])
    sent = await _meetings([row.meeting for row in rows if row.meeting is not None])
    waiting = {one.child for one in await list_waiting(viewer)}
    lines = tuple(_line(row, kept.made_at, references, waiting, sent) for row in rows)
    return WeekPlan(kept.id, kept.made_at, kept.link, kept.beyond, lines)


async def plan_to_finish(now: datetime, viewer: Viewer) -> tuple[UUID, datetime] | None:
    """The newest plan of which something can still be sent, and when it was made."""
    waiting = [one.child for one in await list_waiting(viewer)]
    if not waiting:
        return None
    row = (
        await KeptTime.select(KeptTime.plan, KeptTime.plan.made_at.as_alias("made_at"))
        .where((KeptTime.state == TimeState.OPEN) & (KeptTime.chosen_at > now) & KeptTime.child.is_in(waiting))
        .where(seeing.where(seeing.plans(viewer, of='"kept_time$plan"')))
        .order_by(KeptTime.plan.made_at, ascending=False)
        .first()
    )
    return (row["plan"], row["made_at"]) if row else None


def clashes(lines: Sequence[Line], times: Mapping[UUID, datetime | None]) -> dict[str, str]:
    """By field, the chosen times at which a unit that must come to one meeting would be asked to another."""
    problems = {}
    held: list[tuple[Line, Wanted, Period]] = []
    for line in lines:
        at = times.get(line.id, line.chosen_at)
        if line.asked is None or at is None or not (line.open or line.meeting):
            continue
        period = Period(at, at + timedelta(minutes=line.asked.minutes))
        for other, theirs, then in held:
            both = _asked_twice(line.asked, theirs)
            if both and period.overlaps(then):
                problems[line.field] = (
                    f"{both} would be asked to the meeting for {other.reference} at the same time. "
                    "Choose another time."
                )
        held.append((line, line.asked, period))
    return problems


def _day(line: Line) -> date:
    return london_date(line.chosen_at or line.due_at)


def _asked_twice(one: Wanted, other: Wanted) -> str:
    needed = {seat.unit for seat in (*one.seats, *other.seats) if seat.required}
    shared = needed & {seat.unit for seat in other.seats}
    return " and ".join(sorted(seat.name for seat in one.seats if seat.unit in shared))


def _line(
    row: KeptTime,
    made_at: datetime,
    references: Mapping[UUID, str],
    waiting: Collection[UUID],
    sent: Mapping[UUID, str],
) -> Line:
    asked = wanted_of(row)
    offered = offers(row)
    shown = {offer.starts_at: choice(as_seen(asked, offer, made_at)) for offer in offered if asked is not None}
    return Line(
        id=row.id,
        child=row.child,
        reference=references[row.child],
        due_at=row.due_at,
        chosen_at=row.chosen_at,
        chosen=shown.get(row.chosen_at) if row.chosen_at else None,
        choices=tuple((at.isoformat(), one.when) for at, one in shown.items()),
        remark=row.remark if not offered or row.chosen_at == offered[0].starts_at else "",
        problem=row.problem,
        meeting=sent.get(row.meeting, "") if row.meeting else "",
        waits=row.child in waiting,
        asked=asked,
    )


async def _children(ids: Collection[UUID]) -> dict[UUID, str]:
    rows = await Child.select(Child.id, Child.reference).where(Child.id.is_in(list(ids))) if ids else []
    return {row["id"]: row["reference"] for row in rows}


async def _meetings(ids: Collection[UUID]) -> dict[UUID, str]:
    rows = await Meeting.select(Meeting.id, Meeting.reference).where(Meeting.id.is_in(list(ids))) if ids else []
    return {row["id"]: row["reference"] for row in rows}
