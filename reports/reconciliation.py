"""Every count of a report adds up, however it is cut, or there is no report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import timedelta
from typing import Final

from reports.counts import Counted, Cut, MeetingCounts, SeatCounts, TriggerCounts, added
from reports.material import Material
from reports.measures import FATES, OUTCOMES, UnitRow
from reports.periods import Period
from reports.rates import reconcile

CUTS: Final[Mapping[Cut, str]] = {
    Cut.BOROUGH: "by responsible borough",
    Cut.RULE: "by rule",
    Cut.NOTICE: "by notice given",
    Cut.RETURN: "before and after the child's return",
}
MONTHS: Final = 36  # so many are counted, up to the last of the period
Counts = SeatCounts | MeetingCounts | TriggerCounts


def check(material: Material) -> dict[str, SeatCounts]:
    """The same police seats counted in each way, by its words; every one of them is the total.

    Checked too: the outcomes and fates of every row; meetings, triggers and reviews in each way they are cut.

    :raises DoesNotReconcile: for the first that does not, naming the figure and both numbers.
    """
    counted = material.counted
    for row in (*material.rows, material.total):
        _check_row(row)
    ways = _ways(material)
    for words, found in ways.items():
        _same(words, found, counted.seats.total)
    _check_meetings(material)
    _check_capacities(counted)
    _check_quality(counted)
    for kind, seats in counted.partners.items():
        reconcile(f"{kind}, expected by outcome", _outcomes(seats), seats.expected)
    return ways


def _ways(material: Material) -> dict[str, SeatCounts]:
    """Every way in which the police seats of the period were counted, added up."""
    counted = material.counted
    ways = {
        "by unit": added(row.seats for row in material.rows),
        "by capacity": added(counted.seats.by_capacities.values()),
    }
    posted = counted.quality.posted_at is not None  # then every cut was counted, and one that is missing is lost
    ways |= {
        words: added(counted.cuts.get(cut, {}).values())
        for cut, words in CUTS.items()
        if posted or cut in counted.cuts
    }
    if counted.months and _by_month(material.period):
        first, last = material.period.first, material.period.last
        ways["by month"] = added(one.seats for one in counted.months if first <= one.month <= last)
    if counted.types:
        ways["of this type among all types"] = counted.types.get(material.type, SeatCounts())
    return ways


def _by_month(period: Period) -> bool:
    """Whether the period begins and ends with a month, and all its months are counted."""
    first, last = period.first, period.last
    months = 12 * (last.year - first.year) + last.month - first.month + 1
    return first.day == 1 and (last + timedelta(days=1)).day == 1 and months <= MONTHS


def _check_row(row: UnitRow) -> None:
    reconcile(f"{row.name}, expected by outcome", _outcomes(row.seats), row.seats.expected)
    reconcile(f"{row.name}, meetings due", (row.meetings.held, row.meetings.called_off), row.meetings.due)
    reconcile(f"{row.name}, triggers due", (getattr(row.triggers, f) for f in FATES), row.triggers.due)
    reconcile(f"{row.name}, reviews due", (getattr(row.reviews, f) for f in FATES), row.reviews.due)


def _check_meetings(material: Material) -> None:
    counted, rows, total = material.counted, material.rows, material.total
    _adds("of meetings by home unit", [row.meetings for row in rows], total.meetings)
    _adds("of triggers by home unit", [row.triggers for row in rows], total.triggers)
    _adds("of reviews by home unit", [row.reviews for row in rows], total.reviews)
    for cut, found in counted.meeting_cuts.items():
        _adds(f"of meetings {CUTS[cut]}", found.values(), total.meetings)
    if counted.trigger_rules:
        _adds("of triggers by rule", counted.trigger_rules.values(), total.triggers)
    reconcile("not convened by home unit", (row.not_convened for row in rows), total.not_convened)
    reconcile("not held by reason", (group.meetings for group in counted.called_off), total.meetings.called_off)


def _check_capacities(counted: Counted) -> None:
    if not counted.unit_capacities:
        return
    for unit in counted.units:
        of_unit = [seats for (owner, _), seats in counted.unit_capacities.items() if owner == unit.id]
        _same(f"of {unit.name} by capacity", added(of_unit), counted.seats.by_unit.get(unit.id, SeatCounts()))
    for capacities, whole in counted.seats.by_capacities.items():
        as_such = [seats for (_, which), seats in counted.unit_capacities.items() if which == capacities]
        _same(f"of {' and '.join(sorted(capacities))} by unit", added(as_such), whole)


def _check_quality(counted: Counted) -> None:
    """What is said of the quality is said of these figures."""
    quality, seats = counted.quality, counted.seats.total
    if quality.posted_at is None:
        return
    for name in ("expected", "not_recorded", "challenged", "corrected_late"):
        reconcile(f"{_words(name)} in the data quality", (getattr(quality, name),), getattr(seats, name))
    reconcile("registers open in the data quality", (quality.registers_open,), counted.meetings.total.registers_open)


def _outcomes(seats: SeatCounts) -> list[int]:
    return [getattr(seats, name) for name in OUTCOMES]


def _same(words: str, found: SeatCounts, whole: SeatCounts) -> None:
    _adds(words, [found], whole)


def _adds(words: str, parts: Iterable[Counts], whole: Counts) -> None:
    listed = list(parts)
    for field in fields(whole):
        if field.name != "median_hours":
            figure = f"{_words(field.name)} {words}"
            reconcile(figure, (getattr(part, field.name) for part in listed), getattr(whole, field.name))


def _words(name: str) -> str:
    return name.replace("_", " ")
