"""What every section of the report is made of: the counts, and a row for each police unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from reports.counts import Counted, MeetingCounts, SeatCounts, TriggerCounts
from reports.measures import UnitRow
from reports.periods import Period

if TYPE_CHECKING:
    from reports.boundaries import Break

ALL: Final = "All police units"
NOT_KNOWN: Final = "Home unit not known"


@dataclass(frozen=True)
class RuleInForce:
    """A rule in force on a day of the period: its code, what it looks for, and a sentence with its source."""

    code: str
    title: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Material:
    """The counts of one period and type of meeting, and what is known beside them.

    :param now: when the figures stood so.
    :param rows: the units in the order of pages, last what has no known home unit.
    :param breaks: by the name of a unit, when the places that it polices changed.
    :param boroughs: those that are listed even with zeros.
    """

    counted: Counted
    period: Period
    type: str
    now: datetime
    rows: Sequence[UnitRow]
    total: UnitRow
    breaks: Mapping[str, Sequence[Break]]
    boroughs: Sequence[str]
    rules: Sequence[RuleInForce]

    @property
    def named(self) -> list[UnitRow]:
        """The rows of units that are known."""
        return [row for row in self.rows if row.code]

    @property
    def seated(self) -> list[UnitRow]:
        """The rows of London's units, and of each other force that was asked to a meeting."""
        london = self.of_london
        return [row for row in self.named if row in london or row.seats != SeatCounts()]

    @property
    def at_home(self) -> list[UnitRow]:
        """The rows of London's units, and of whatever else is the home unit of a meeting, trigger or decision."""
        london = self.of_london
        return [row for row in self.rows if row in london or _is_home(row)]

    @property
    def of_london(self) -> list[UnitRow]:
        """The rows of the BCUs and the City."""
        always = {unit.code for unit in self.counted.units if unit.always}
        return [row for row in self.rows if row.code in always]

    @property
    def meetings(self) -> str:
        """The type of meeting in the plural, as "strategy discussions (s47)"."""
        return plural(self.type)

    @property
    def titles(self) -> dict[str, str]:
        """What each rule looks for, by its code."""
        found: dict[str, list[str]] = {}
        for rule in self.rules:
            titles = found.setdefault(rule.code, [])
            if rule.title not in titles:
                titles.append(rule.title)
        return {code: "; or ".join(titles) for code, titles in found.items()}


def _is_home(row: UnitRow) -> bool:
    counted = (row.meetings != MeetingCounts(), row.triggers != TriggerCounts(), row.reviews != TriggerCounts())
    return any(counted) or bool(row.not_convened)


def plural(meeting_type: str) -> str:
    """Meetings of this type in words."""
    head, bracket, rest = meeting_type.partition(" (")
    return f"{head}s{bracket}{rest}"


def unit_rows(counted: Counted) -> tuple[list[UnitRow], UnitRow]:
    """A row for every BCU and the City, for each other force that has figures, for unknown ones; and the total."""
    decisions: dict[UUID | None, int] = {}
    for decision in counted.not_convened:
        decisions[decision.unit] = decisions.get(decision.unit, 0) + decision.decisions
    seats, meetings, triggers, reviews = counted.seats, counted.meetings, counted.triggers, counted.reviews

    def row(unit: UUID | None, code: str, name: str) -> UnitRow:
        return UnitRow(
            code,
            name,
            seats.by_unit.get(unit, SeatCounts()) if unit else SeatCounts(),
            meetings.by_home_unit.get(unit, MeetingCounts()),
            triggers.by_home_unit.get(unit, TriggerCounts()),
            reviews.by_home_unit.get(unit, TriggerCounts()),
            decisions.get(unit, 0),
        )

    having: set[UUID | None] = {*seats.by_unit, *meetings.by_home_unit, *triggers.by_home_unit, *decisions}
    having |= reviews.by_home_unit.keys()
    rows = [row(u.id, u.code, u.name) for u in counted.units if u.always or u.id in having]
    if None in having:
        rows.append(row(None, "", NOT_KNOWN))
    decided = sum(decisions.values())
    return rows, UnitRow("", ALL, seats.total, meetings.total, triggers.total, reviews.total, decided)
