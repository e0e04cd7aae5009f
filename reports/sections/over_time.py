"""The attendance of London and of each of its units from month to month, and whether something changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

import msgspec

from reports import runs
from reports.document import Chart, Link, Place, Section, Table
from reports.material import Material
from reports.measures import attendance_rate
from reports.months import RULES
from reports.rates import Rate
from reports.sections.beside_london import LONDON, LONDON_SEATS
from reports.sections.prose import EXPLAINED

NAME: Final = "over-time"
WHOLE: Final = "months_london"
_Months = list[tuple[str, date, Rate]]


def section(material: Material) -> Section | None:
    """London as a whole, then each of its units; nothing where no month is counted."""
    months = _months(material)
    if not months:
        return None
    (together,), _ = runs.run_charts(_together(months), {})
    each, _ = runs.run_charts(months, material.breaks)
    # The whole divides no row of another table, and other forces are no part of it.
    of_london = msgspec.structs.replace(together, name=WHOLE, of=LONDON_SEATS, inside=None)
    bare = Section(
        name=NAME,
        heading="From month to month",
        sentences=(*EXPLAINED[NAME], *RULES),
        tables=(of_london, *each),
    )
    return said(bare)


def said(section: Section) -> Section:
    """The section with the words that its cells allow."""
    pairs = [_said(table) for table in section.tables]
    return msgspec.structs.replace(
        section, tables=tuple(table for table, _ in pairs), charts=tuple(chart for _, chart in pairs)
    )


def _said(table: Table) -> tuple[Table, Chart]:
    if table.name != WHOLE:
        return runs.said(table)
    shown, chart = runs.said(msgspec.structs.replace(table, inside=("", LONDON)))
    return msgspec.structs.replace(shown, inside=None), chart


def links(tables: Mapping[str, Table]) -> Iterable[Link]:
    """In every month the units add up to London."""
    each = [table for name, table in tables.items() if name.startswith("months_") and name != WHOLE]
    for label in _labels(tables[WHOLE]):
        of = [table.name for table in each if label in _labels(table)]
        for number in (f"{runs.RATE}.part", f"{runs.RATE}.whole"):
            yield Link(Place(WHOLE, label, number), tuple(Place(name, label, number) for name in of))


def _labels(table: Table) -> list[str]:
    return [str(row[0]) for row in table.rows]


def _months(material: Material) -> _Months:
    """The rates of London's units in the order of pages, months without seats left out."""
    codes = {row.code for row in material.of_london}
    counted = material.counted
    return [
        (unit.name, one.month, attendance_rate(one.seats))
        for unit in counted.units
        if unit.code in codes
        for one in sorted(counted.months, key=lambda of: of.month)
        if one.unit == unit.id and one.seats.expected
    ]


def _together(months: _Months) -> _Months:
    sums: dict[date, tuple[int, int]] = {}
    for _, month, rate in months:
        part, whole = sums.get(month, (0, 0))
        sums[month] = (part + rate.part, whole + rate.whole)
    return [(LONDON, month, Rate(*sums[month])) for month in sorted(sums)]
