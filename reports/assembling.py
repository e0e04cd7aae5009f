"""The lines of the ledger, read and added up, become the counts of a report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from typing import Any, TypeVar
from uuid import UUID

from reports.counts import (
    NO_SEATS,
    CalledOff,
    Cut,
    LeadDisputes,
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
    added,
)

Key = TypeVar("Key")
Counts = TypeVar("Counts")
Row = Mapping[str, Any]
POLICE = ("bcu", "force", "police team")
NOT_KNOWN = "Not known"
_FATES = {
    "in time": "in_time",
    "late": "late",
    "decided against": "decided_against",
    "neither": "unmet",
    "not yet due": "not_yet_due",
}


@dataclass
class Seats:
    """Everything that is read of seats."""

    figures: SeatFigures
    cuts: dict[Cut, dict[str, SeatCounts]]
    unit_capacities: dict[tuple[UUID, frozenset[str]], SeatCounts] = field(default_factory=dict)
    partners: dict[str, SeatCounts] = field(default_factory=dict)


@dataclass
class Meetings:
    """Everything that is read of meetings."""

    figures: MeetingFigures
    cuts: dict[Cut, dict[str, MeetingCounts]]


def converted(kind: type[Counts], row: Row) -> Counts:
    """The columns of the row that the kind of counts has."""
    return kind(**{name: row[name] for name in kind.__annotations__})


def by_subject(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The tallies of each subject; none where there is nothing."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["subject"]].append(row)
    return found


def seats(rows: Iterable[Row], names: Mapping[str, str]) -> Seats:
    """Police seats by unit, by capacities, by both, in every cut and all together; those of partners by kind.

    :param names: of places, by their code.
    """
    by_unit: dict[UUID, list[SeatCounts]] = defaultdict(list)
    by_capacities: dict[frozenset[str], list[SeatCounts]] = defaultdict(list)
    partners: dict[str, list[SeatCounts]] = defaultdict(list)
    read = Seats(SeatFigures({}, {}, NO_SEATS), {cut: {} for cut in Cut})
    for row in rows:
        counts = converted(SeatCounts, row)
        if counts == NO_SEATS:  # what was posted and taken back
            continue
        if row["cut"] != "capacities":
            cut = Cut(row["cut"])
            read.cuts[cut][_named(cut, row["value"], names)] = counts
        elif row["kind"] in POLICE:
            capacities = frozenset(row["value"].split(", "))
            read.unit_capacities[row["unit"], capacities] = counts
            by_unit[row["unit"]].append(counts)
            by_capacities[capacities].append(counts)
        else:
            partners[row["kind"]].append(counts)
    of_units, of_capacities = _added(by_unit), _added(by_capacities)
    read.figures, read.partners = SeatFigures(of_units, of_capacities, added(of_units.values())), _added(partners)
    return read


def _added(parts: Mapping[Key, Iterable[SeatCounts]]) -> dict[Key, SeatCounts]:
    return {key: added(counts) for key, counts in parts.items()}


def meetings(rows: Iterable[Row], names: Mapping[str, str]) -> Meetings:
    """Meetings by home unit, in every cut and all together.

    :param names: of places, by their code.
    """
    read = Meetings(MeetingFigures({}, MeetingCounts()), {cut: {} for cut in Cut if cut != Cut.NOTICE})
    by_unit: dict[UUID | None, MeetingCounts] = {}
    for row in rows:
        counts = converted(MeetingCounts, row)
        if counts == MeetingCounts():
            continue
        if row["cut"] == "home unit":
            by_unit[row["unit"]] = counts
        else:
            cut = Cut(row["cut"])
            read.cuts[cut][_named(cut, row["value"], names)] = counts
    columns = zip(*(astuple(counts) for counts in by_unit.values()), strict=True)
    read.figures = MeetingFigures(by_unit, MeetingCounts(*(sum(column) for column in columns)))
    return read


def _named(cut: Cut, value: str, names: Mapping[str, str]) -> str:
    if cut != Cut.BOROUGH:
        return value
    return names.get(value, value) or NOT_KNOWN


def months(rows: Iterable[Row]) -> list[MonthOfUnit]:
    """The seats of each unit in each month in which it had any."""
    found = [MonthOfUnit(row["month"], row["unit"], converted(SeatCounts, row)) for row in rows]
    return [one for one in found if one.seats != NO_SEATS]


def types(rows: Iterable[Row]) -> dict[str, SeatCounts]:
    """Police seats of each type of meeting that had any."""
    found = {row["type"]: converted(SeatCounts, row) for row in rows}
    return {kind: counts for kind, counts in found.items() if counts != NO_SEATS}


def triggers(rows: Sequence[Row], medians: Sequence[Row], subject: str) -> TriggerFigures:
    """Triggers, or reviews, by home unit and all together."""
    middle = {row["unit"]: row["median"] for row in medians if row["subject"] == subject}
    of_all = [row["median"] for row in medians if (row["subject"], row["what"]) == ("all", subject)]
    of_units: dict[UUID | None, list[Row]] = defaultdict(list)
    for row in rows:
        of_units[row["unit"]].append(row)
    by_unit = {unit: _fated(of, middle.get(unit)) for unit, of in of_units.items() if any(row["n"] for row in of)}
    return TriggerFigures(by_unit, _fated(rows, of_all[0] if of_all else None))


def trigger_rules(rows: Sequence[Row], medians: Sequence[Row]) -> dict[str, TriggerCounts]:
    """First triggers by the code of their rule."""
    middle = {row["why"]: row["median"] for row in medians if row["subject"] == "rule"}
    rules = sorted({row["why"] for row in rows if row["n"]})
    return {rule: _fated([row for row in rows if row["why"] == rule], middle.get(rule)) for rule in rules}


def _fated(rows: Iterable[Row], median: float | None) -> TriggerCounts:
    counts: dict[str, int] = dict.fromkeys(_FATES.values(), 0)
    for row in rows:
        counts[_FATES[row["what"]]] += row["n"]
    due = sum(counts.values()) - counts["not_yet_due"]
    return replace(TriggerCounts(**counts), due=due, median_hours=median)


def called_off(rows: Iterable[Row], late: Iterable[Row], medians: Iterable[Row]) -> list[CalledOff]:
    """Meetings not held by whom and why, the most frequent first; `late` are those within a day."""
    within: dict[tuple[str, str], int] = {(row["what"], row["why"]): row["n"] for row in late}
    middle = {(row["what"], row["why"]): row["median"] for row in medians if row["subject"] == "called off"}
    return [
        CalledOff(*why, row["n"], within.get(why, 0), middle[why])
        for row in rows
        if row["n"]
        for why in [(row["what"], row["why"])]
    ]


def not_convened(rows: Iterable[Row]) -> list[NotConvened]:
    """Decisions to hold no meeting, by reason and home unit."""
    found = [NotConvened(row["unit"], row["why"], row["n"]) for row in rows if row["n"]]
    return sorted(found, key=lambda one: (one.reason, one.unit is None, str(one.unit)))


def lead_disputes(rows: Sequence[Row]) -> list[LeadDisputes]:
    """Disputes about the lead, by police unit; each counts to every police unit of its meeting."""
    counts: dict[UUID, dict[str, int]] = defaultdict(lambda: {"in time": 0, "late": 0, "unsettled": 0})
    for row in rows:
        counts[row["unit"]][row["what"]] += row["n"]
    return [
        LeadDisputes(unit, sum(of.values()), of["in time"], of["late"], of["unsettled"])
        for unit, of in counts.items()
        if any(of.values())
    ]


def returns(rows: Iterable[Row]) -> list[Returns]:
    """Meetings whose child had returned before they started, by what that meant for them."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: {"held": 0, "called off": 0, "to come": 0})
    for row in rows:
        counts[row["what"]][row["why"]] += row["n"]
    return [
        Returns(policy, sum(of.values()), of["held"], of["called off"])
        for policy, of in sorted(counts.items())
        if any(of.values())
    ]


def quality(state: Row, total: SeatCounts, met: MeetingCounts, challenges: Iterable[Row]) -> Quality:
    """How far the figures can be trusted, and how far they are posted."""
    return Quality(
        expected=total.expected,
        not_recorded=total.not_recorded,
        registers_open=met.registers_open,
        challenged=total.challenged,
        challenges_open=sum(row["n"] for row in challenges if row["what"] == "open"),
        corrected_late=total.corrected_late,
        posted_at=state["posted_to"],
        waiting=state["waiting"],
    )
