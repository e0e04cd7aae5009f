"""Did the police of the home and of the destination come, and did both come together? (Recommendation 12)"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from meetings.seats import Capacity
from reports.counts import Counted, SeatCounts
from reports.document import Cell, Column, Kind, Section, Sum, Table
from reports.material import ALL, Material
from reports.measures import ATTENDANCE_RATE, attendance_rate
from reports.meeting_measures import MEETINGS as MEASURES
from reports.sections.prose import EXPLAINED
from reports.tables import HOME_UNIT, MEETINGS, POLICE_UNIT, SEATS, label, table

_HOME, _DESTINATION = Capacity.HOME.value, Capacity.DESTINATION.value
_COLUMNS = (
    ("as_home", "As home police", "Seats as the police of the responsible borough alone."),
    ("as_destination", "As destination police", "Seats as the police of the place the child is in, alone."),
    ("as_both", "As both", "Seats in which one unit is both; it is invited and counted once."),
    ("as_other", "As other police", "Seats as incident police or as a police team."),
)
_JOINT = tuple(measure for measure in MEASURES if measure.column in ("held", "joint_attendance"))


def section(material: Material) -> Section:
    """Attendance in each capacity, and together."""
    joint = table(
        "joint",
        "Meetings at which home and destination police both attended",
        _JOINT,
        material.at_home,
        material.total,
        of=MEETINGS,
        by=HOME_UNIT,
        first="Home unit",
        note="A meeting stands in the row of its home unit. It counts where it has a destination unit other than the "
        "home unit and the outcome of both is recorded.",
    )
    return Section(
        name="both-forces",
        heading="Home and destination police",
        sentences=EXPLAINED["both-forces"],
        tables=(*_by_capacity(material), joint),
    )


def _by_capacity(material: Material) -> tuple[Table, ...]:
    """A row for each unit under the capacities that its seats were asked in."""
    counted = material.counted
    codes = {unit.code: unit.id for unit in counted.units}
    if not counted.unit_capacities:
        return ()
    rows = tuple(_row(row.name, _of_unit(counted, codes[row.code])) for row in material.seated)
    names = tuple(name for name, _, _ in _COLUMNS)
    rate = ATTENDANCE_RATE.as_column()
    shown = Table(
        name="capacities",
        caption="Attendance as home and as destination police",
        of=SEATS,
        by=POLICE_UNIT,
        columns=(
            label("Police unit"),
            *(Column(name=name, title=title, kind=Kind.RATE, means=means) for name, title, means in _COLUMNS),
            rate,
        ),
        rows=rows,
        total=_row(ALL, counted.seats.by_capacities.items()),
        sums=tuple(
            Sum(f"attendance_rate.{number}", tuple(f"{name}.{number}" for name in names))
            for number in ("part", "whole")
        ),
    )
    return (shown,)


def _of_unit(counted: Counted, unit: UUID) -> Iterable[tuple[frozenset[str], SeatCounts]]:
    return ((which, seats) for (owner, which), seats in counted.unit_capacities.items() if owner == unit)


def _row(name: str, found: Iterable[tuple[frozenset[str], SeatCounts]]) -> tuple[Cell, ...]:
    """The rates in each column, and of all together."""
    sums = {column: SeatCounts() for column, _, _ in _COLUMNS}
    for capacities, seats in found:
        column = _column(capacities)
        sums[column] = sums[column] + seats
    return (name, *(attendance_rate(s) for s in sums.values()), attendance_rate(sum(sums.values(), SeatCounts())))


def _column(capacities: frozenset[str]) -> str:
    if _HOME in capacities and _DESTINATION in capacities:
        return "as_both"
    if _HOME in capacities:
        return "as_home"
    return "as_destination" if _DESTINATION in capacities else "as_other"
