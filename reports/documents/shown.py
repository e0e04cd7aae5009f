"""A document as people read it: every cell printed, every measure defined once. Pages, HTML and PDF show this."""

from __future__ import annotations

import hashlib

import msgspec

from reports.document import Chart, Document, Kind, Section, Table, freeze, printed
from reports.documents.words import clean, day, moment

DASH = "–"


class Head(msgspec.Struct, frozen=True):
    """The head of a column; below it stand numbers or words."""

    title: str
    numeric: bool


class ShownTable(msgspec.Struct, frozen=True):
    """A table of printed cells; the first of each row heads it. `months` stand under a chart that says the same."""

    name: str
    caption: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] | None
    note: str
    months: bool


class ShownChart(msgspec.Struct, frozen=True):
    """A chart with its finding; `table` names the table of its numbers, `caption` is what that table is called."""

    name: str
    title: str
    finding: str
    alt: str
    table: str
    caption: str


class ShownSection(msgspec.Struct, frozen=True):
    name: str
    heading: str
    sentences: tuple[str, ...]
    charts: tuple[ShownChart, ...]
    tables: tuple[ShownTable, ...]


class Meaning(msgspec.Struct, frozen=True):
    """A word or sign of the report, and what it means."""

    term: str
    means: str


class Shown(msgspec.Struct, frozen=True):
    """All that a page or file of the report says.

    :param fingerprint: the SHA-256 of the publication, or of the frozen document where it is none, so that two files
        can be seen to be made of the same one.
    """

    title: str
    finding: str
    subject: str
    days: str
    counted: str
    software: str
    fingerprint: str
    sections: tuple[ShownSection, ...]
    definitions: tuple[Meaning, ...]
    signs: tuple[Meaning, ...]
    caveats: tuple[str, ...]
    rules: tuple[str, ...]


def shown(document: Document) -> Shown:
    """The document with its cells printed, the same in every file made of it."""
    captions = {table.name: clean(table.caption) for table in document.tables}
    return Shown(
        title=clean(document.title),
        finding=clean(document.finding),
        subject=clean(f"{document.period_name}, {document.type}"),
        days=f"{day(document.first)} to {day(document.last)}",
        counted=moment(document.counted_at),
        software=clean(document.software),
        fingerprint=fingerprint(document),
        sections=tuple(_section(section, captions) for section in document.sections),
        definitions=definitions(document),
        signs=signs(document),
        caveats=tuple(map(clean, document.caveats)),
        rules=tuple(map(clean, document.rules)),
    )


def fingerprint(document: Document) -> str:
    """The SHA-256 of the publication, or of the frozen document, in hexadecimal."""
    return document.sha256 or hashlib.sha256(freeze(document)).hexdigest()


def definitions(document: Document) -> tuple[Meaning, ...]:
    """What each measure means, once, in the order of the tables."""
    columns = (column for table in document.tables for column in table.columns if column.means)
    meant = dict.fromkeys((column.title, column.means) for column in columns)
    return tuple(dict.fromkeys(Meaning(clean(title), clean(means)) for title, means in meant))


def signs(document: Document) -> tuple[Meaning, ...]:
    """What stands in cells instead of a number. A report that hides nothing needs no word about hiding."""
    nothing = Meaning(DASH, "Nothing was counted, so there is nothing to say.")
    return (Meaning("[c]", kept_back(document)), nothing) if document.threshold else (nothing,)


def kept_back(document: Document) -> str:
    """What [c] means in this document."""
    return (
        f"Confidential. A count below {document.threshold} is kept back, with the rates made of it, and so are "
        "as many other figures as it takes for nobody to be able to work it out."
    )


def _section(section: Section, captions: dict[str, str]) -> ShownSection:
    return ShownSection(
        name=section.name,
        heading=clean(section.heading),
        sentences=tuple(map(clean, section.sentences)),
        charts=tuple(_chart(chart, captions) for chart in section.charts),
        tables=tuple(_table(table) for table in section.tables),
    )


def _chart(chart: Chart, captions: dict[str, str]) -> ShownChart:
    title, finding, alt = clean(chart.title), clean(chart.finding), clean(chart.alt)
    return ShownChart(chart.name, title, finding, alt, chart.table, captions[chart.table])


def _table(table: Table) -> ShownTable:
    return ShownTable(
        name=table.name,
        caption=clean(table.caption),
        heads=tuple(Head(clean(column.title), column.kind is not Kind.WORDS) for column in table.columns),
        rows=tuple(tuple(clean(printed(cell)) for cell in row) for row in table.rows),
        total=None if table.total is None else tuple(clean(printed(cell)) for cell in table.total),
        note=clean(table.note),
        months=table.by == "month",
    )
