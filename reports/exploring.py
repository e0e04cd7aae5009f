"""Figures cut as somebody asks, from the ledger; and the seats behind each number, from the facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from directory.tables import Unit, UnitKind
from meetings.tables import Meeting
from reports import assembling
from reports.counts import SeatCounts
from reports.figures import QUERIES, days_of
from reports.periods import Period
from reports.rates import LedgerDiffers

AT_ONCE: Final = 50  # seats on one page of a list


class By(StrEnum):
    """What the rows of the table are; the values are those of the ledger's cuts."""

    UNIT = "unit"
    MONTH = "month"
    CAPACITIES = "capacities"
    BOROUGH = "borough"
    RULE = "rule"
    NOTICE = "notice"
    RETURN = "returned"


OF_UNITS: Final = (By.UNIT, By.MONTH, By.CAPACITIES)  # of these the ledger has lines for each unit and capacity


@dataclass(frozen=True)
class Question:
    """Police seats of one type of meeting in a period, perhaps of one unit or in one capacity, cut by something."""

    period: Period
    type: str
    by: By
    unit: UUID | None = None
    capacity: str = ""

    def values(self) -> dict[str, object]:
        """What the named queries ask for; the days are those of the ledger's whole months and of the edges."""
        last = self.period.last + timedelta(days=1)
        return {
            "type": self.type,
            "unit": self.unit,
            "capacity": self.capacity,
            "cut": self.by.value,
            **days_of(self.period.first, last, by_month=self.by == By.MONTH),
        }


@dataclass(frozen=True)
class SeatBehind:
    """One seat behind a number: at which meeting, of which unit, and what became of it. `day` is London's."""

    reference: str
    day: date
    unit: str
    capacities: str
    outcome: str


async def explore(question: Question) -> dict[str, SeatCounts]:
    """The seats by the value of the cut: a unit's id, a month as "2026-11", a place's code, …

    From the ledger; only one unit or capacity by borough, rule, notice or return is added up from the facts.

    :raises LedgerDiffers: where the ledger was found to differ from a recount in a month of the period.
    """
    for row in await _rows("differences_open", question.values()):
        raise LedgerDiffers(f"{row['what']}: the ledger has {row['posted']}, a recount {row['recounted']}.")
    of_ledger = question.by in OF_UNITS or not (question.unit or question.capacity)
    rows = await _rows("explored_from_ledger" if of_ledger else "explored_from_facts", question.values())
    return {row["value"]: assembling.converted(SeatCounts, row) for row in rows}


async def seats_behind(question: Question, count: str, value: str | None, page: int) -> tuple[list[SeatBehind], int]:
    """One page of the seats that a number counts, newest first, and how many they are in all.

    :param count: a count of SeatCounts that takes a seat once, or "came" or "recorded", the numbers of the rate.
    :param value: of the cut; None for the total.
    :param page: the first is 1.
    """
    asked = {"count": count, "every": value is None, "value": value or "", "most": AT_ONCE}
    rows = await _rows("seats_behind", question.values() | asked | {"skipped": (page - 1) * AT_ONCE})
    seats = [SeatBehind(**{name: row[name] for name in SeatBehind.__annotations__}) for row in rows]
    return seats, int(rows[0]["whole"]) if rows else 0


async def police_units() -> list[Unit]:
    """Every police unit in the order of the reports: BCUs, other forces, teams, by code."""
    police = [UnitKind.BCU, UnitKind.FORCE, UnitKind.POLICE_TEAM]
    return await Unit.objects().where(Unit.kind.is_in(police)).order_by(Unit.kind, Unit.code)


async def _rows(name: str, given: Mapping[str, object]) -> list[dict[str, Any]]:
    query = QUERIES[name]
    rows: list[dict[str, Any]] = await Meeting.raw(query.text, *query.values(given))
    return rows
