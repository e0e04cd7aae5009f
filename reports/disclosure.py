"""A report for everybody keeps back what would tell of a few meetings, and whatever that could be worked out from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from reports.document import HIDDEN, Cell, Document, Kind, Section, Table
from reports.hiding import Hiding
from reports.quantities import At, Earlier, Register
from reports.rates import Rate
from reports.relations import relations
from reports.suppression import Suppression
from reports.telling import carried_over, without_telling

THRESHOLD: Final = 5  # counts from 1 up to, not including, it are small, where an authority says nothing else
Say = Callable[[Document], Document]


def protect(document: Document, threshold: int, earlier: Sequence[Earlier] = (), say: Say | None = None) -> Document:
    """The document as it may be published.

    :param threshold: counts from 1 up to, not including, it are small.
    :param earlier: every publication of the same figures so far.
    :param say: makes the words of the report anew from the cells that are left. Without it, words that name a row
        with a figure that is kept back are not said. Either way none is left that tells such a figure.
    :raises DoesNotReconcile: where what must add up does not.
    """
    if threshold < 1:
        raise ValueError("a threshold of 0 protects nothing: leave the document as it is")
    register = Register(document, earlier)
    hiding = Hiding(register, threshold)
    hiding.hide_what_is_small()
    Suppression(hiding, relations(register)).run()
    protected = _without(document, hiding.cells, threshold)
    if say is None:
        return without_empty_pictures(without_telling(protected, document))
    worded = without_telling(say(protected), document, carried_over(protected, say))
    return without_empty_pictures(worded)


def without_empty_pictures(document: Document) -> Document:
    """No chart is left of whose rows every rate is kept back; a sentence says so in its place."""
    tables = {table.name: table for table in document.tables}

    def left(section: Section) -> Section:
        empty = [chart for chart in section.charts if _keeps_every_rate(tables[chart.table])]
        charts = tuple(chart for chart in section.charts if chart not in empty)
        said = tuple(f"“{chart.title}” is not drawn: every rate in it is kept back." for chart in empty)
        return msgspec.structs.replace(section, charts=charts, sentences=(*section.sentences, *said))

    return msgspec.structs.replace(document, sections=tuple(left(section) for section in document.sections))


def _keeps_every_rate(table: Table) -> bool:
    rates = [place for place, column in enumerate(table.columns) if column.kind == Kind.RATE]
    return bool(rates) and not any(isinstance(row[place], Rate) for row in table.rows for place in rates)


def _without(document: Document, cells: set[At], threshold: int) -> Document:
    numbers = iter(range(len(document.tables)))
    sections = tuple(
        msgspec.structs.replace(
            section, tables=tuple(_table(table, next(numbers), cells) for table in section.tables)
        )
        for section in document.sections
    )
    return msgspec.structs.replace(document, sections=sections, threshold=threshold)


def _table(table: Table, number: int, cells: set[At]) -> Table:
    def row(at: int | None, shown: tuple[Cell, ...]) -> tuple[Cell, ...]:
        return tuple(HIDDEN if At(number, at, place) in cells else cell for place, cell in enumerate(shown))

    rows = tuple(row(at, shown) for at, shown in enumerate(table.rows))
    return msgspec.structs.replace(table, rows=rows, total=row(None, table.total) if table.total else None)
