"""The counts of one report, read from the rows by the named queries of figures.sql. Counting afresh each time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from meetings import checklists
from meetings.checklists import Tally
from meetings.tables import Meeting
from reports import queries

Counts = TypeVar("Counts")

QUERIES = queries.load(Path(__file__).with_name("figures.sql"))


@dataclass(frozen=True)
class Asked:
    """What is counted: meetings of one type that start from `since` up to, not including, `until` (instants, UTC).

    `now` says whose time has come.
    """

    since: datetime
    until: datetime
    type: str
    now: datetime


@dataclass(frozen=True)
class SeatCounts:
    """Seats of police units; the measures are those of docs/committee.md. `seat_minutes` are minutes."""

    expected: int = 0
    attended: int = 0
    deputy: int = 0
    apologies: int = 0
    no_show: int = 0
    report_only: int = 0
    not_recorded: int = 0
    not_reached: int = 0
    short_notice: int = 0
    invited: int = 0
    answered: int = 0
    accepted: int = 0
    no_show_after_accepting: int = 0
    late_withdrawal: int = 0
    invitations: int = 0
    seat_minutes: int = 0

    def __add__(self, other: SeatCounts) -> SeatCounts:
        return SeatCounts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


@dataclass(frozen=True)
class MeetingCounts:
    """Meetings whose time has come."""

    due: int = 0
    held: int = 0
    called_off: int = 0
    registers_open: int = 0
    quorate: int = 0
    without_police: int = 0
    joint_recorded: int = 0
    joint_attended: int = 0


@dataclass(frozen=True)
class TriggerCounts:
    """Triggers by what came of them once their deadline passed; `median_hours` from trigger to meeting, if any."""

    due: int = 0
    in_time: int = 0
    late: int = 0
    decided_against: int = 0
    unmet: int = 0
    not_yet_due: int = 0
    median_hours: float | None = None


@dataclass(frozen=True)
class SeatFigures:
    """The same seats counted by unit, by the capacities they were asked in, and all together."""

    by_unit: dict[UUID, SeatCounts]
    by_capacities: dict[frozenset[str], SeatCounts]
    total: SeatCounts


@dataclass(frozen=True)
class MeetingFigures:
    by_home_unit: dict[UUID | None, MeetingCounts]
    total: MeetingCounts


@dataclass(frozen=True)
class TriggerFigures:
    by_home_unit: dict[UUID | None, TriggerCounts]
    total: TriggerCounts


@dataclass(frozen=True)
class CalledOff:
    """Meetings not held: by whom, why, how many with less than 24 h of notice, and the median notice in hours."""

    called_off_by: str
    called_off_reason: str
    meetings: int
    within_a_day: int
    median_hours: float


@dataclass(frozen=True)
class NotConvened:
    """Recorded decisions to hold no meeting; the home unit is None where nobody knew it."""

    unit: UUID | None
    reason: str
    decisions: int


@dataclass(frozen=True)
class LeadDisputes:
    """Disputes about the lead that a police unit was party to, whoever raised them or was right."""

    unit: UUID
    disputes: int
    in_time: int
    late: int
    unsettled: int


@dataclass(frozen=True)
class Returns:
    """Meetings whose child had returned before they started, by what that meant (meetings/return_rules.py)."""

    policy: str
    meetings: int
    held: int
    called_off: int


@dataclass(frozen=True)
class ListedUnit:
    """A police unit; `always` when the report lists it even with zeros."""

    id: UUID
    code: str
    name: str
    always: bool


@dataclass(frozen=True)
class Counted:
    """Everything that one report is made of, counted over one snapshot of the rows."""

    units: list[ListedUnit]
    seats: SeatFigures
    meetings: MeetingFigures
    triggers: TriggerFigures
    reviews: TriggerFigures
    called_off: list[CalledOff]
    not_convened: list[NotConvened]
    returns: list[Returns]
    lead_disputes: list[LeadDisputes]
    checklist: list[Tally]


async def count(asked: Asked) -> Counted:
    """All counts of one report, which no change made meanwhile can set against one another."""
    database = Meeting._meta.db
    joined = database.transaction_exists()
    async with database.transaction():
        if not joined:  # the level of a transaction can be set only as its first act
            await Meeting.raw("set transaction isolation level repeatable read, read only")
            await Meeting.raw("set local jit = off")  # compiling these queries takes longer than running them
        return Counted(
            units=await police_units(asked),
            seats=await count_seats(asked),
            meetings=await count_meetings(asked),
            triggers=await count_triggers(asked),
            reviews=await count_triggers(asked, reviews=True),
            called_off=await count_called_off(asked),
            not_convened=await count_not_convened(asked),
            returns=await count_returns(asked),
            lead_disputes=await count_lead_disputes(asked),
            checklist=await checklists.tally(asked.type, asked.since, min(asked.until, asked.now)),
        )


async def count_seats(asked: Asked) -> SeatFigures:
    """The police seats of the meetings asked for; unit, capacity and total come from one reading of the rows."""
    by_unit: dict[UUID, SeatCounts] = {}
    by_capacities: dict[frozenset[str], SeatCounts] = {}
    total = SeatCounts()
    for row in await _rows("police_seats_counted", asked):
        counts = _as(SeatCounts, row)
        if row["of_unit"]:
            by_unit[row["unit"]] = counts
        elif row["of_capacities"]:
            capacities = frozenset(row["capacities"])
            by_capacities[capacities] = by_capacities.get(capacities, SeatCounts()) + counts
        else:
            total = counts
    return SeatFigures(by_unit, by_capacities, total)


async def count_meetings(asked: Asked) -> MeetingFigures:
    """The meetings asked for, by home unit and all together."""
    rows = await _rows("meetings_counted", asked)
    by_unit = {row["unit"]: _as(MeetingCounts, row) for row in rows if row["of_unit"]}
    total = next((_as(MeetingCounts, row) for row in rows if not row["of_unit"]), MeetingCounts())
    return MeetingFigures(by_unit, total)


async def count_triggers(asked: Asked, *, reviews: bool = False) -> TriggerFigures:
    """The first triggers, or the reviews, whose deadline lies in the period, by home unit and all together."""
    rows = [row for row in await _rows("triggers_counted", asked) if row["review"] is reviews]
    by_unit = {row["unit"]: _as(TriggerCounts, row) for row in rows if row["of_unit"]}
    total = next((_as(TriggerCounts, row) for row in rows if not row["of_unit"]), TriggerCounts())
    return TriggerFigures(by_unit, total)


async def count_called_off(asked: Asked) -> list[CalledOff]:
    """The meetings not held, by whom and why, the most frequent first."""
    return [_as(CalledOff, row) for row in await _rows("meetings_called_off", asked)]


async def count_not_convened(asked: Asked) -> list[NotConvened]:
    """The decisions to hold no meeting, by reason and home unit."""
    return [_as(NotConvened, row) for row in await _rows("not_convened_counted", asked)]


async def count_lead_disputes(asked: Asked) -> list[LeadDisputes]:
    """The disputes about the lead, by police unit; each counts to every police unit of its meeting."""
    return [_as(LeadDisputes, row) for row in await _rows("lead_disputes_counted", asked)]


async def count_returns(asked: Asked) -> list[Returns]:
    """The meetings whose child had returned before they started, by what that meant for them."""
    return [_as(Returns, row) for row in await _rows("returns_counted", asked)]


async def police_units(asked: Asked) -> list[ListedUnit]:
    """Every police unit, BCUs first."""
    return [_as(ListedUnit, row) for row in await _rows("units", asked)]


async def _rows(name: str, asked: Asked) -> list[dict[str, Any]]:
    query = QUERIES[name]
    given = {"since": asked.since, "until": asked.until, "type": asked.type, "now": asked.now}
    rows: list[dict[str, Any]] = await Meeting.raw(query.text, *query.values(given))
    return rows


def _as(kind: type[Counts], row: Mapping[str, Any]) -> Counts:
    return msgspec.convert({name: row[name] for name in kind.__annotations__}, kind)
