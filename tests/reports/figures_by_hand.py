"""Counts made by hand that add up in every way, and the report of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from meetings.checklist import COUNTED
from meetings.checklists import Tally
from reports import committee, periods
from reports.counts import (
    NOTICES,
    RETURNS,
    CalledOff,
    Counted,
    Cut,
    LeadDisputes,
    ListedUnit,
    MeetingCounts,
    MeetingFigures,
    MonthOfUnit,
    NotConvened,
    Quality,
    Returns,
    SeatCounts,
    SeatFigures,
    TriggerCounts,
    TriggerFigures,
)
from reports.document import Cell, Document, Table
from reports.material import RuleInForce

NOVEMBER = periods.month(2026, 11)
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
MISSING = "missing strategy meeting"
CN, EA, ESSEX, KENT = (
    ListedUnit(uuid4(), "CN", "Central North BCU", True),
    ListedUnit(uuid4(), "EA", "East Area BCU", True),
    ListedUnit(uuid4(), "essex", "Essex Police", False),
    ListedUnit(uuid4(), "kent", "Kent Police", False),
)
HOME, BOTH = frozenset({"home police"}), frozenset({"destination police", "home police"})
DESTINATION = frozenset({"destination police"})
TWELVE = SeatCounts(expected=14, attended=9, deputy=1, no_show=2, not_recorded=2, invited=14, accepted=6)
TWO = SeatCounts(expected=2, apologies=1, report_only=1, invited=3, answered=3)
RULE = RuleInForce("OPEN72", "Any child missing for 72 hours", "OPEN72, version 1: any child missing for 72 hours.")


def counted(
    seats: dict[UUID, SeatCounts] | None = None,
    meetings: dict[UUID | None, MeetingCounts] | None = None,
    triggers: dict[UUID | None, TriggerCounts] | None = None,
    not_convened: list[NotConvened] | None = None,
    called_off: list[CalledOff] | None = None,
    **more: Any,
) -> Counted:
    """Counts that add up: each total is that of the units, of which one at most has meetings or triggers."""
    by_unit = seats or {}
    total = sum(by_unit.values(), SeatCounts())
    by_meeting, by_trigger = meetings or {}, triggers or {}
    return Counted(
        units=[CN, EA, ESSEX, KENT],
        seats=SeatFigures(by_unit, {HOME: total} if by_unit else {}, total),
        meetings=MeetingFigures(by_meeting, next(iter(by_meeting.values()), MeetingCounts())),
        triggers=TriggerFigures(by_trigger, next(iter(by_trigger.values()), TriggerCounts())),
        reviews=TriggerFigures({}, TriggerCounts()),
        called_off=called_off or [],
        not_convened=not_convened or [],
        returns=more.pop("returns", []),
        lead_disputes=more.pop("lead_disputes", []),
        checklist=more.pop("checklist", []),
        **more,
    )


def whole() -> Counted:
    """Counts in which every section of the report has something to say."""
    total = TWELVE + TWO
    meetings = MeetingCounts(
        due=9, held=8, called_off=1, registers_open=1, quorate=6, joint_recorded=5, joint_attended=4
    )
    triggers = TriggerCounts(due=10, in_time=7, late=1, decided_against=1, unmet=1, median_hours=20.0)
    return counted(
        {CN.id: TWELVE, ESSEX.id: TWO},
        {CN.id: meetings},
        {CN.id: triggers},
        not_convened=[NotConvened(CN.id, "child safe", 1)],
        called_off=[CalledOff("social care", "merged with another meeting", 1, 1, 5.0)],
        returns=[Returns("keep", 2, 2, 0)],
        lead_disputes=[LeadDisputes(CN.id, 1, 1, 0, 0)],
        checklist=[Tally(item, 5, 1, 1, 1) for item in COUNTED],
        cuts={
            Cut.BOROUGH: {"Camden": TWELVE, "Essex": TWO},
            Cut.RULE: {"OPEN72": TWELVE, "none": TWO},
            Cut.NOTICE: {NOTICES[3]: TWELVE, NOTICES[1]: TWO},
            Cut.RETURN: {RETURNS[0]: TWELVE, RETURNS[1]: TWO},
        },
        meeting_cuts={
            Cut.BOROUGH: {"Camden": meetings},
            Cut.RULE: {"OPEN72": meetings},
            Cut.RETURN: {RETURNS[0]: meetings},
        },
        unit_capacities={(CN.id, HOME): TWELVE, (ESSEX.id, HOME): TWO},
        partners={"health": TWELVE, "housing": TWO},
        trigger_rules={"OPEN72": triggers},
        months=[MonthOfUnit(date(2026, 11, 1), CN.id, TWELVE), MonthOfUnit(date(2026, 11, 1), ESSEX.id, TWO)],
        types={MISSING: total, "panel": TWO},
        quality=Quality(total.expected, total.not_recorded, 1, 0, 0, 0, NOW, 0),
    )


def drawn_up(counts: Counted, boroughs: Sequence[str] = ("Camden", "Islington")) -> Document:
    """The report of November 2026."""
    return committee.compile(counts, NOVEMBER, MISSING, NOW, software="Convene", rules=[RULE], boroughs=boroughs)


def table(report: Document, name: str) -> Table:
    """The table of this name."""
    return next(one for one in report.tables if one.name == name)


def names(report: Document, table_name: str) -> list[Cell]:
    """What the rows of a table are about."""
    return [row[0] for row in table(report, table_name).rows]


def cell(report: Document, table_name: str, row: str | None, column: str) -> Cell:
    """The cell in this row (None: the total) and column."""
    found = table(report, table_name)
    position = [one.name for one in found.columns].index(column)
    if row is None:
        assert found.total is not None
        return found.total[position]
    return next(one[position] for one in found.rows if one[0] == row)


def sentences(report: Document, section: str) -> str:
    """Everything that a section says."""
    return " ".join(next(one.sentences for one in report.sections if one.name == section))
