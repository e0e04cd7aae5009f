"""A report as it is published: sections of tables and charts, from which every format takes the same numbers.

A document holds nothing but what may be read by everybody. It is frozen as JSON (`freeze`), and every file is made
of that JSON, so no format can say anything else than another.

Words that speak of figures (findings, sentences, notes, alternative texts) are made of the cells of the document, by
a function from document to document: so they can be made again of what is left after disclosure control
(`reports.disclosure.protect(..., say=function)`), and never tell what a cell does not.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import msgspec

from reports.rates import Interval, Rate


class Hidden(msgspec.Struct, frozen=True, tag="hidden"):
    """A figure that is kept back, because with it somebody could tell of too few meetings. Printed as [c]."""

    def __str__(self) -> str:
        return "[c]"


Cell = str | int | float | Rate | Interval | Hidden | None
HIDDEN = Hidden()


class Kind(StrEnum):
    """What the cells of a column are: words, a count, a rate with both its numbers, its interval, another number."""

    WORDS = "words"
    COUNT = "count"
    RATE = "rate"
    INTERVAL = "interval"
    NUMBER = "number"


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One measure. `name` is for machines and never changes, `title` heads the column, `means` defines it.

    :param unit: of a count or number, as "hours"; "" where it is a plain count.
    :param tells: the counts of the same row from whose size a reader could tell them by this cell, as seats by
        seat-minutes and the base of a rate by its limits: column names, of a rate "name.part" or "name.whole".
        Where one of them is hidden, so is the cell; a COUNT is then kept from being worked out as they are. A NUMBER
        or INTERVAL that names none tells every count and rate of its row; WORDS that name none tell nothing.
    """

    name: str
    title: str
    kind: Kind = Kind.COUNT
    means: str = ""
    unit: str = ""
    tells: tuple[str, ...] = ()


class Sum(msgspec.Struct, frozen=True):
    """In every row of a table the column `whole` is the sum of `parts`.

    The two numbers of a rate are "name.part" and "name.whole".
    """

    whole: str
    parts: tuple[str, ...]


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """Rows under columns; the first cell of a row is its label, in words.

    Counts with the same `of`, `by`, label and column name are the same count wherever they stand, and so are totals
    with the same `of` and column name: disclosure control and the format tests rely on it. Rows by "meeting type"
    are the totals of the reports of those types. Rows by "month" (labelled as "July 2026") are what a report of that
    month says of the same. What adds up by definition and is not said by `sums` or `adds` could tell a hidden figure.

    :param of: what is counted, as "police seats".
    :param by: what the rows are, as "police unit".
    :param inside: by and label of the one row of other tables that this one divides, as ("police unit", "Central
        East"); None where it divides all.
    :param total: None where the rows do not add up to anything, as types of meeting do not.
    :param adds: whether the rows of COUNT columns, and of the numbers of rates, add up to the total.
    """

    name: str
    caption: str
    of: str
    by: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None
    adds: bool = True
    sums: tuple[Sum, ...] = ()
    note: str = ""
    inside: tuple[str, str] | None = None


class Place(msgspec.Struct, frozen=True):
    """One count of a document: in which table, in the row of which label (None for the total), in which column.

    The two numbers of a rate are "name.part" and "name.whole", as in a Sum.
    """

    table: str
    row: str | None
    column: str


class Link(msgspec.Struct, frozen=True):
    """The parts add up to the whole though they stand in different tables or rows.

    So a reader could work out one of them from the others. What follows from `Sum`, from `adds` and from the same
    count standing in two tables is no link.
    """

    whole: Place
    parts: tuple[Place, ...]


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """A picture of one table of the same document, drawn from its published cells alone.

    :param kind: which drawing of charts.py.
    :param finding: the sentence that says what the picture shows.
    :param alt: for whoever does not see it; says what is drawn and what stands out.
    :param columns: names of the columns that are drawn, where they are not the first of their kind.
    """

    name: str
    kind: str
    table: str
    title: str
    finding: str
    alt: str
    columns: tuple[str, ...] = ()


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A heading with what is said, drawn and counted under it."""

    name: str
    heading: str
    sentences: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A whole report of one period and type of meeting.

    :param finding: the report in one sentence.
    :param period: the code of periods.py; `first` and `last` are its days, both included.
    :param counted_at: when the figures stood so, in UTC.
    :param threshold: counts below it are hidden; 0 in a report for those who may see every meeting.
    :param rules: the rules in force in the period, a sentence each.
    :param links: what adds up across tables; for disclosure control.
    :param sha256: the hash of the publication that this is shown from; empty in the publication itself.
    """

    title: str
    finding: str
    period: str
    period_name: str
    first: date
    last: date
    type: str
    counted_at: datetime
    software: str
    threshold: int = 0
    sections: tuple[Section, ...] = ()
    caveats: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    sha256: str = ""

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table in the order of the sections."""
        return tuple(table for section in self.sections for table in section.tables)


def in_file_names(code: str) -> str:
    """The code of a period as files and folders are named by it: without dots in a row."""
    return code.replace("..", "-to-")


def freeze(document: Document) -> bytes:
    """The document as JSON, the same bytes for the same document."""
    return msgspec.json.encode(document, order="deterministic")


def thaw(content: bytes) -> Document:
    """The document that was frozen.

    :raises msgspec.ValidationError: when the bytes are no document.
    """
    return msgspec.json.decode(content, type=Document)


def printed(cell: Cell) -> str:
    """A cell for people: thousands apart, one decimal at most, a dash for what cannot be said."""
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:,.1f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
