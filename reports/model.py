"""The report as tables, drawn up from counts that were first made to reconcile; the page and the files print them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from meetings.seats import POLICE, Capacity
from reports.document import Cell
from reports.figures import Counted, MeetingCounts, SeatCounts, TriggerCounts
from reports.measures import (
    ANSWERS,
    ATTENDANCE,
    CODE,
    EVERY,
    MEETINGS,
    RECORDING,
    REVIEWS,
    TRIGGERS,
    Measure,
    UnitRow,
    attendance_rate,
)
from reports.periods import Period
from reports.rates import Rate, reconcile

ALL = "All police units"
NOT_KNOWN = "Home unit not known"
OUTCOMES = ("attended", "deputy", "apologies", "no_show", "report_only", "not_recorded")
FATES = ("in_time", "late", "decided_against", "unmet")
_RETURNS = {
    "keep": "The meeting stood",
    "convert": "It became a post-return meeting",
    "cancel": "The rule called it off",
}
_POLICE = tuple(capacity.value for capacity in Capacity if capacity in POLICE)  # in the order of pages


@dataclass(frozen=True)
class Table:
    """Headings, rows and their total; the first cell of a row says what it is about."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...]


@dataclass(frozen=True)
class Report:
    """One period and type of meeting, counted at one moment."""

    period: Period
    type: str
    counted_at: datetime
    finding: str
    reconciliation: str
    attendance: Table
    recording: Table
    answers: Table
    meetings: Table
    triggers: Table
    reviews: Table
    capacities: Table
    called_off: Table
    not_convened: Table
    returns: Table
    lead_disputes: Table
    checklist: Table
    police_units: Table  # the first five side by side, with the units' codes
    not_yet_due: int


def draw_up(counted: Counted, period: Period, meeting_type: str, now: datetime) -> Report:
    """The report of these counts.

    :raises DoesNotReconcile: naming the figure and both numbers; then no figure may be shown.
    """
    rows, total = unit_rows(counted)
    named = [row for row in rows if row.code]
    check(rows, total, counted)
    return Report(
        period=period,
        type=meeting_type,
        counted_at=now,
        finding=finding(total.seats, period, meeting_type),
        reconciliation=_reconciled(total),
        attendance=_table("Attendance of each police unit", ATTENDANCE, named, total),
        recording=_table("How far each attendance rate can be trusted", RECORDING, named, total),
        answers=_table("Answers of each police unit, and what was asked of it", ANSWERS, named, total),
        meetings=_table("Meetings of each home unit", MEETINGS, rows, total),
        triggers=_table("Triggers of each home unit", TRIGGERS, rows, total),
        reviews=_table("Reviews of each home unit", REVIEWS, rows, total),
        capacities=_capacities(counted),
        called_off=_called_off(counted),
        not_convened=_not_convened(counted),
        returns=_returns(counted),
        lead_disputes=_lead_disputes(counted),
        checklist=_checklist(counted),
        police_units=_table("Every measure of each police unit", (CODE, *EVERY), rows, total),
        not_yet_due=total.triggers.not_yet_due,
    )


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


def check(rows: Sequence[UnitRow], total: UnitRow, counted: Counted) -> None:
    """Every count adds up: outcomes to expected, units and capacities to the total, meetings and triggers too.

    :raises DoesNotReconcile: for the first that does not.
    """
    for row in (*rows, total):
        outcomes = (getattr(row.seats, name) for name in OUTCOMES)
        reconcile(f"{row.name}, expected by outcome", outcomes, row.seats.expected)
        reconcile(f"{row.name}, meetings due", (row.meetings.held, row.meetings.called_off), row.meetings.due)
        reconcile(f"{row.name}, triggers due", (getattr(row.triggers, f) for f in FATES), row.triggers.due)
        reconcile(f"{row.name}, reviews due", (getattr(row.reviews, f) for f in FATES), row.reviews.due)
    _check_sums("by unit", [row.seats for row in rows], total.seats)
    _check_sums("by capacity", counted.seats.by_capacities.values(), total.seats)
    _check_sums("of meetings by home unit", [row.meetings for row in rows], total.meetings)
    _check_sums("of triggers by home unit", [row.triggers for row in rows], total.triggers)
    _check_sums("of reviews by home unit", [row.reviews for row in rows], total.reviews)
    reconcile("not convened by home unit", (row.not_convened for row in rows), total.not_convened)
    reconcile("not held by reason", (group.meetings for group in counted.called_off), total.meetings.called_off)


def finding(seats: SeatCounts, period: Period, meeting_type: str) -> str:
    """The report in one sentence, its numbers included."""
    days, kind = period.when, _counted_type(meeting_type)
    if not seats.expected:
        return f"{days} no police unit was expected at {kind}."
    rate = attendance_rate(seats)
    if not rate.whole:
        return f"{days} police units were expected {seats.expected} times at {kind}; nothing is recorded yet."
    missing = f"For {seats.not_recorded} of the {seats.expected} expected seats nothing is recorded."
    complete = f"All {seats.expected} expected seats are recorded."
    return (
        f"{days} police units came, or sent a deputy, to {kind} in {rate.percent}% of the seats with a record "
        f"({rate.part} of {rate.whole}). {missing if seats.not_recorded else complete}"
    )


def _counted_type(meeting_type: str) -> str:
    head, bracket, rest = meeting_type.partition(" (")
    return f"{head}s{bracket}{rest}"


def _reconciled(total: UnitRow) -> str:
    parts = " + ".join(
        f"{getattr(total.seats, name)} {name.replace('_', ' ').replace('no show', 'no-show')}" for name in OUTCOMES
    )
    return f"{total.seats.expected} expected = {parts}. The rows of each table below add up to its total."


def _table(caption: str, measures: Sequence[Measure], rows: Sequence[UnitRow], total: UnitRow) -> Table:
    heads = ("Police unit", *(measure.name for measure in measures))
    return Table(caption, heads, tuple(_cells(row, measures) for row in rows), _cells(total, measures))


def _cells(row: UnitRow, measures: Sequence[Measure]) -> tuple[Cell, ...]:
    return (row.name, *(measure.of(row) for measure in measures))


def _capacities(counted: Counted) -> Table:
    """A seat in two capacities has a row of its own kind, so that every seat is counted once."""
    named = {_in_words(capacities): counts for capacities, counts in counted.seats.by_capacities.items()}
    listed = {name: named.pop(name, SeatCounts()) for name in _POLICE} | dict(sorted(named.items()))
    rows = [_only_seats(name, counts) for name, counts in listed.items()]
    table = _table("Attendance by capacity", ATTENDANCE, rows, _only_seats("All capacities", counted.seats.total))
    return Table(table.caption, ("Capacity", *table.heads[1:]), table.rows, table.total)


def _only_seats(name: str, counts: SeatCounts) -> UnitRow:
    return UnitRow("", name, counts, MeetingCounts(), TriggerCounts(), TriggerCounts(), 0)


def _in_words(capacities: frozenset[str]) -> str:
    in_order = [name for name in _POLICE if name in capacities] + sorted(capacities - set(_POLICE))
    return " and ".join(in_order) or "no capacity"


def _called_off(counted: Counted) -> Table:
    rows = tuple(
        (group.called_off_by, group.called_off_reason, group.meetings, group.within_a_day, group.median_hours)
        for group in counted.called_off
    )
    meetings = sum(group.meetings for group in counted.called_off)
    late = sum(group.within_a_day for group in counted.called_off)
    heads = ("Called off by", "Reason", "Meetings", "With less than 24 hours' notice", "Median hours of notice")
    return Table("Meetings not held", heads, rows, ("All", "", meetings, late, None))


def _not_convened(counted: Counted) -> Table:
    reasons: dict[str, int] = {}
    for decision in counted.not_convened:
        reasons[decision.reason] = reasons.get(decision.reason, 0) + decision.decisions
    total = sum(reasons.values())
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    rows = tuple((reason, count, Rate(count, total)) for reason, count in ordered)
    return Table("Not convened", ("Reason", "Decisions", "Share"), rows, ("All", total, Rate(total, total)))


def _returns(counted: Counted) -> Table:
    """What the child's return meant for the meetings set up before it."""
    rows = tuple((_RETURNS[one.policy], one.meetings, one.held, one.called_off) for one in counted.returns)
    totals = (sum(getattr(one, name) for one in counted.returns) for name in ("meetings", "held", "called_off"))
    heads = ("When the child returned", "Meetings", "Held", "Called off")
    return Table("Meetings whose child returned before them", heads, rows, ("All", *totals))


def _lead_disputes(counted: Counted) -> Table:
    """A dispute stands in the row of each police unit of its meeting, so the total counts it once for each."""
    by_unit = {one.unit: one for one in counted.lead_disputes}
    named = [(unit.name, by_unit[unit.id]) for unit in counted.units if unit.id in by_unit]
    columns = ("disputes", "in_time", "late", "unsettled")
    rows = tuple((name, *(getattr(one, column) for column in columns)) for name, one in named)
    totals = (sum(getattr(one, column) for _, one in named) for column in columns)
    heads = ("Police unit", "Disputes", "Settled in time", "Settled late", "Not settled")
    caption = "Disputed leads, each counted to every police unit of its meeting"
    return Table(caption, heads, rows, (ALL, *totals))


def _checklist(counted: Counted) -> Table:
    """Each meeting held about a child is in one column of each question."""
    columns = ("yes", "no", "unknown", "not_asked", "meetings")
    rows = tuple((one.item.asks, *(getattr(one, name) for name in columns)) for one in counted.checklist)
    totals = (sum(getattr(one, name) for one in counted.checklist) for name in columns)
    heads = ("Question", "Yes", "No", "Unknown", "Not asked", "Meetings")
    asked = any(one.meetings for one in counted.checklist)
    return Table("What meetings held about a child asked", heads, rows if asked else (), ("All questions", *totals))


def _check_sums(
    name: str,
    parts: Iterable[SeatCounts | MeetingCounts | TriggerCounts],
    whole: SeatCounts | MeetingCounts | TriggerCounts,
) -> None:
    listed = list(parts)
    for field in fields(whole):
        if field.name != "median_hours":
            figure = f"{field.name.replace('_', ' ')} {name}"
            reconcile(figure, (getattr(part, field.name) for part in listed), getattr(whole, field.name))
