"""Words tell no figure that the tables keep back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from reports.document import HIDDEN, Cell, Chart, Document, Section, Table
from reports.rates import Rate

NOT_SAID = "This is not said here, because it would tell of figures that are kept back."
_NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\w,]*\d)|(?<![\w.,])\d+(?![\d,]*\d)")
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True)
class Told:
    """A figure that is kept back: of which row (None for the total), under which heading, and what it is."""

    row: str | None
    heading: str
    cell: Cell


def without_telling(document: Document, full: Document, *, made_again: bool) -> Document:
    """The document with each sentence replaced that would tell a figure of the full one which it hides.

    :param made_again: whether the words were made of the protected cells. If not, they know more than the cells, and
        what names a row in which a figure is hidden is not said: that it lies outside a limit tells of it too.
    """
    everywhere = _kept_back(document.tables, full.tables)
    all_tables = {table.name: (table, other) for table, other in zip(document.tables, full.tables, strict=True)}

    def said(text: str, told: Sequence[Told] = everywhere, rows: Iterable[str] = ()) -> str:
        names = () if made_again else rows
        if any(tells(text, one) for one in told) or any(_named(row, text) for row in names):
            return NOT_SAID
        return text

    def chart(one: Chart) -> Chart:
        rows = _rows(_kept_back(*([table] for table in all_tables[one.table]))) if one.table in all_tables else []
        finding, alt = said(one.finding, rows=rows), said(one.alt, rows=rows)
        return msgspec.structs.replace(one, finding=finding, alt=alt)

    def section(one: Section) -> Section:
        rows = _rows(_kept_back(one.tables, [all_tables[table.name][1] for table in one.tables]))
        return msgspec.structs.replace(
            one,
            sentences=tuple(said(text, rows=rows) for text in one.sentences),
            charts=tuple(chart(each) for each in one.charts),
            tables=tuple(msgspec.structs.replace(each, note=said(each.note, rows=rows)) for each in one.tables),
        )

    return msgspec.structs.replace(
        document,
        finding=said(document.finding),
        caveats=tuple(said(text) for text in document.caveats),
        sections=tuple(section(one) for one in document.sections),
    )


def tells(text: str, told: Told) -> bool:
    """Whether the text tells the figure: it names its row, and the number with its base or with its heading."""
    if told.row is not None and not _named(told.row, text):
        return False
    if isinstance(told.cell, Rate):
        if re.search(rf"(?<!\d){told.cell.part:,} of (?:the )?{told.cell.whole:,}(?!\d)", text):
            return True
        return told.row is not None and bool(told.cell.whole) and f"{told.cell.percent}%" in text
    if not isinstance(told.cell, int) or not _named(told.heading, text):
        return False
    numbers = {int(found.replace(",", "")) for found in _NUMBER.findall(text)}
    numbers |= {number for number, word in enumerate(_WORDS, 1) if _named(word, text)}
    return told.cell in numbers


def _named(words: str, text: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE)) if words else False


def _rows(told: Iterable[Told]) -> list[str]:
    return sorted({one.row for one in told if one.row})


def _kept_back(tables: Sequence[Table], full: Sequence[Table]) -> list[Told]:
    return [
        Told(None if at is None else str(before[0]), column.title, before[place])
        for table, other in zip(tables, full, strict=True)
        for at, row, before in _lines(table, other)
        for place, column in enumerate(table.columns)
        if row[place] == HIDDEN
    ]


def _lines(table: Table, other: Table) -> list[tuple[int | None, Sequence[Cell], Sequence[Cell]]]:
    lines: list[tuple[int | None, Sequence[Cell], Sequence[Cell]]] = []
    lines += [(at, row, full) for at, (row, full) in enumerate(zip(table.rows, other.rows, strict=True))]
    if table.total and other.total:
        lines.append((None, table.total, other.total))
    return lines
