"""Words tell no figure that the tables keep back."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import msgspec

from reports.document import HIDDEN, Cell, Chart, Document, Section, Table
from reports.rates import Rate

NOT_SAID = "This is not said here, because it would tell of figures that are kept back."
_MARK = "\N{WORD JOINER}\N{INVISIBLE SEPARATOR}"  # stands in no text of ours
_NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\w,]*\d)|(?<![\w.,])\d+(?![\d,]*\d)")
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True)
class Told:
    """A figure that is kept back: of which row (None for the total), under which heading, and what it is."""

    row: str | None
    heading: str
    cell: Cell


Change = Callable[[str], str]


def without_telling(document: Document, full: Document, carried: Collection[str] | None = None) -> Document:
    """The document with each sentence replaced that would tell a figure of the full one which it hides.

    :param carried: the sentences that were not made again of the protected cells, so that they may know more. None
        where no sentence was; then what names a row in which a figure is hidden is not said either: that it lies
        outside a limit tells of it too.
    """
    everywhere = _kept_back(document.tables, full.tables)
    all_tables = {table.name: (table, other) for table, other in zip(document.tables, full.tables, strict=True)}

    def said(text: str, told: Sequence[Told] = everywhere, rows: Iterable[str] = ()) -> str:
        if carried is not None and text not in carried:
            return (
                text  # it was made of what is printed; where its numbers are those of a hidden cell, that is chance
            )
        names = rows if carried is None else ()
        if any(tells(text, one) for one in told) or any(_named(row, text) for row in names):
            return NOT_SAID
        return text

    def of_section(one: Section) -> Change:
        rows = _rows(_kept_back(one.tables, [all_tables[table.name][1] for table in one.tables]))
        return lambda text: said(text, rows=rows)

    def of_chart(one: Chart) -> Change:
        rows = _rows(_kept_back(*([table] for table in all_tables[one.table]))) if one.table in all_tables else []
        return lambda text: said(text, rows=rows)

    return _with_words(document, said, of_section, of_chart)


def carried_over(document: Document, say: Callable[[Document], Document]) -> set[str]:
    """The words of the document that `say` does not make again of its cells."""
    found: set[str] = set()

    def marked(text: str) -> str:
        return f"{text}{_MARK}"

    def noticed(text: str) -> str:
        if _MARK in text:
            found.add(text.replace(_MARK, ""))
        return text

    said = say(_with_words(document, marked, lambda _: marked, lambda _: marked))
    _with_words(said, noticed, lambda _: noticed, lambda _: noticed)
    return found


def _with_words(
    document: Document, change: Change, of_section: Callable[[Section], Change], of_chart: Callable[[Chart], Change]
) -> Document:
    """The document with every sentence that speaks of figures changed: its own, those of sections, of charts."""

    def chart(one: Chart) -> Chart:
        new = of_chart(one)
        return msgspec.structs.replace(one, finding=new(one.finding), alt=new(one.alt))

    def section(one: Section) -> Section:
        new = of_section(one)
        return msgspec.structs.replace(
            one,
            sentences=tuple(new(text) for text in one.sentences),
            charts=tuple(chart(each) for each in one.charts),
            tables=tuple(msgspec.structs.replace(each, note=new(each.note)) for each in one.tables),
        )

    return msgspec.structs.replace(
        document,
        finding=change(document.finding),
        caveats=tuple(change(text) for text in document.caveats),
        sections=tuple(section(one) for one in document.sections),
    )


def tells_any(text: str, document: Document, full: Document) -> bool:
    """Whether the text tells a figure of the full document that the document hides."""
    return any(tells(text, one) for one in _kept_back(document.tables, full.tables))


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
