"""Reports for tests of disclosure control, with few words and many numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from reports import periods
from reports.document import Cell, Column, Document, Kind, Link, Section, Sum, Table

WORDS = Kind.WORDS


def column(name: str, kind: Kind = Kind.COUNT, **more: Any) -> Column:
    return Column(name=name, title=name.replace("_", " ").capitalize(), kind=kind, **more)


def table(
    heads: Sequence[str | Column],
    rows: Sequence[tuple[Cell, ...]],
    total: tuple[Cell, ...] | None = None,
    *,
    name: str = "seats",
    by: str = "police unit",
    of: str = "police seats",
    sums: Sequence[Sum] = (),
    **more: Any,
) -> Table:
    """A table whose first column is the label of its rows."""
    columns = (column(by, WORDS), *(one if isinstance(one, Column) else column(one) for one in heads))
    return Table(
        name=name,
        caption=name,
        of=of,
        by=by,
        columns=columns,
        rows=tuple(rows),
        total=total,
        sums=tuple(sums),
        **more,
    )


def report(
    *tables: Table,
    period: str = "2026-Q3",
    counted: date = date(2026, 10, 9),
    finding: str = "",
    links: Sequence[Link] = (),
    **section: Any,
) -> Document:
    days = periods.parse(period)
    return Document(
        title="Attendance",
        finding=finding,
        period=days.code,
        period_name=days.name,
        first=days.first,
        last=days.last,
        type="missing strategy meeting",
        counted_at=datetime(counted.year, counted.month, counted.day, 8, tzinfo=UTC),
        software="0.1.0",
        sections=(Section(name="seats", heading="Seats", tables=tables, **section),),
        links=tuple(links),
    )
