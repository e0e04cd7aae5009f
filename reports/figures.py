"""The counts of one report, read from the rows by the named queries of figures.sql. Counting afresh each time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from meetings import checklists
from meetings.tables import Meeting
from reports import queries
from reports.counts import Asked as Asked
from reports.counts import CalledOff as CalledOff
from reports.counts import Counted as Counted
from reports.counts import Cut as Cut
from reports.counts import LeadDisputes as LeadDisputes
from reports.counts import ListedUnit as ListedUnit
from reports.counts import MeetingCounts as MeetingCounts
from reports.counts import MeetingFigures as MeetingFigures
from reports.counts import MonthOfUnit as MonthOfUnit
from reports.counts import NotConvened as NotConvened
from reports.counts import Quality as Quality
from reports.counts import Returns as Returns
from reports.counts import SeatCounts as SeatCounts
from reports.counts import SeatFigures as SeatFigures
from reports.counts import TriggerCounts as TriggerCounts
from reports.counts import TriggerFigures as TriggerFigures

Counts = TypeVar("Counts")

QUERIES = queries.load(Path(__file__).with_name("figures.sql"))


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
