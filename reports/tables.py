"""Measures in rows: one way to make a table of the report, whatever its rows are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from reports.counts import MeetingCounts, SeatCounts, TriggerCounts
from reports.document import Cell, Column, Kind, Sum, Table
from reports.measures import Measure, UnitRow

SEATS: Final = "police seats"
MEETINGS: Final = "meetings"
TRIGGERS: Final = "triggers"
REVIEWS: Final = "reviews"
POLICE_UNIT: Final = "police unit"
HOME_UNIT: Final = "home unit"


def table(
    name: str,
    caption: str,
    measures: Sequence[Measure],
    rows: Sequence[UnitRow],
    total: UnitRow | None,
    *,
    of: str,
    by: str,
    first: str = "Police unit",
    sums: tuple[Sum, ...] = (),
    adds: bool = True,
    note: str = "",
) -> Table:
    """A column for each measure and a row for each unit, or for whatever else `first` heads."""
    return Table(
        name=name,
        caption=caption,
        of=of,
        by=by,
        columns=(label(first), *(measure.as_column() for measure in measures)),
        rows=tuple(cells(row, measures) for row in rows),
        total=cells(total, measures) if total else None,
        adds=adds,
        sums=sums,
        note=note,
    )


def cells(row: UnitRow, measures: Sequence[Measure]) -> tuple[Cell, ...]:
    """The row's label and its cell under each measure."""
    return (row.name, *(measure.of(row) for measure in measures))


def label(title: str) -> Column:
    """The first column, whose cells say what each row is about."""
    return Column(name="row", title=title, kind=Kind.WORDS)


def only_seats(name: str, counts: SeatCounts) -> UnitRow:
    """A row of which nothing but seats is counted."""
    return UnitRow("", name, counts, MeetingCounts(), TriggerCounts(), TriggerCounts(), 0)


def only_meetings(name: str, counts: MeetingCounts) -> UnitRow:
    """A row of which nothing but meetings is counted."""
    return UnitRow("", name, SeatCounts(), counts, TriggerCounts(), TriggerCounts(), 0)


def only_triggers(name: str, counts: TriggerCounts) -> UnitRow:
    """A row of which nothing but triggers is counted."""
    return UnitRow("", name, SeatCounts(), MeetingCounts(), counts, TriggerCounts(), 0)


def listed(found: Mapping[str, SeatCounts], always: Sequence[str]) -> dict[str, SeatCounts]:
    """What must be listed in its order, with zeros where nothing was counted; then the rest by name."""
    rest = sorted(found.keys() - set(always))
    return {name: found.get(name, SeatCounts()) for name in (*always, *rest)}
