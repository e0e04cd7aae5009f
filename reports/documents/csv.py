"""A table as CSV (RFC 4180, UTF-8): one header row, plain numbers, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from directory.csv_text import plain
from reports.document import Cell, Hidden, Kind, Table
from reports.rates import Interval, Rate

Plain = int | float | str | None


_PARTS = {Kind.RATE: (" (%)", ": part", ": of"), Kind.INTERVAL: (": from (%)", ": to (%)")}


def write(table: Table, about: Mapping[str, str]) -> bytes:
    """The table with `about` repeated before each row, so that files can be stacked; a total is its last row.

    A rate becomes three columns (percent, part, of) and an interval two, so that nobody must take words apart.
    Begins with a byte order mark: without it Excel misreads letters beyond ASCII.
    """
    rows = table.rows if table.total is None else (*table.rows, table.total)
    lines = [[*about.values(), *_flat(row, table)] for row in rows]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([safe(head) for head in (*about, *heads(table))])
    writer.writerows([safe(cell) for cell in line] for line in lines)
    return out.getvalue().encode("utf-8-sig")


def heads(table: Table) -> list[str]:
    """The headings of the file."""
    return [column.title + part for column in table.columns for part in _PARTS.get(column.kind, ("",))]


def spread(cell: Cell) -> tuple[tuple[str, Plain], ...]:
    """A cell of the report as the file's cells, each with what it adds to the heading."""
    if isinstance(cell, Rate):
        return ((" (%)", cell.percent), (": part", cell.part), (": of", cell.whole))
    if isinstance(cell, Interval):
        low, high = cell.percents
        return ((": from (%)", low), (": to (%)", high))
    if isinstance(cell, float):
        return (("", round(cell, 1)),)
    return (("", str(cell) if isinstance(cell, Hidden) else cell),)


def safe(cell: Plain) -> Plain:
    """A text as no formula; numbers stay numbers."""
    return plain(cell) if isinstance(cell, str) else cell


def _flat(row: tuple[Cell, ...], table: Table) -> list[Plain]:
    """The row's cells, as many of each as its column has headings: nothing is as wide as something."""
    cells: list[Plain] = []
    for cell, column in zip(row, table.columns, strict=True):
        width = len(_PARTS.get(column.kind, ("",)))
        values = [value for _, value in spread(cell)]
        cells += values if len(values) == width else values * width
    return cells
