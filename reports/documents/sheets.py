"""A report as a workbook, before it is written as one: cover, notes, definitions, and one table a sheet.

After the public sector's guidance on accessible spreadsheets: no merged and no blank cells, the shorthand explained,
the number of tables stated, each table marked up and beginning in the first column.
"""

from __future__ import annotations

import msgspec

from reports.document import Document, Table
from reports.documents.flat import HIDDEN, NOTHING, Plain, flat, text
from reports.documents.shown import Shown, kept_back, shown
from reports.documents.words import clean

NONE = "None in this period"


class Sheet(msgspec.Struct, frozen=True):
    """A sheet of one table, with a title and some lines above it. `total` says whether its last row is one."""

    label: str
    title: str
    above: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[Plain, ...], ...]
    total: bool = False
    wordy: bool = False


class Book(msgspec.Struct, frozen=True):
    """All the sheets: the cover as lines under headings, then notes and definitions, then the tables."""

    title: str
    subject: str
    cover: tuple[tuple[str, tuple[str, ...]], ...]
    words: tuple[Sheet, ...]
    tables: tuple[Sheet, ...]


def book(document: Document) -> Book:
    """The workbook of the document."""
    said = shown(document)
    tables = tuple(_numbers(document, table, n) for n, table in enumerate(document.tables, 1))
    labels = {table.name: sheet.label for table, sheet in zip(document.tables, tables, strict=True)}
    return Book(
        title=text(said.title),
        subject=text(said.subject),
        cover=_cover(said, len(tables)),
        words=(_notes(document, said, labels), *_definitions(document, labels)),
        tables=tables,
    )


def _cover(said: Shown, tables: int) -> tuple[tuple[str, tuple[str, ...]], ...]:
    about = (
        f"Counted on {said.counted} in London by {said.software}.",
        f"The SHA-256 of the figures is {said.fingerprint}.",
    )
    sheets = (
        f"This workbook has {tables} tables, one on each sheet. “Contents” lists them, “Notes” says how to read them."
    )
    first = (text(said.finding), text(f"{said.subject}: {said.days}."), sheets)
    return ("Introductory information", first), ("About these data", tuple(map(text, about)))


def _notes(document: Document, said: Shown, labels: dict[str, str]) -> Sheet:
    charts = [chart for section in said.sections for chart in section.charts]
    sentences = [sentence for section in said.sections for sentence in section.sentences]
    rows = [
        *([("Shorthand", f"{HIDDEN} {kept_back(document)}")] if document.threshold else []),
        ("Shorthand", f"{NOTHING} Not applicable: nothing was counted, so there is nothing to say."),
        *(("What the numbers show", f"{chart.finding} ({labels[chart.table]})") for chart in charts),
        *(("What is said of them", sentence) for sentence in sentences),
        *(("What must be known", caveat) for caveat in said.caveats),
        *(("Rule in force", rule) for rule in said.rules),
    ]
    listed = tuple((kind, text(note)) for kind, note in rows)
    return Sheet(
        "Notes", "Notes", ("This worksheet contains one table.",), ("Kind of note", "Note"), listed, wordy=True
    )


def _definitions(document: Document, labels: dict[str, str]) -> tuple[Sheet, ...]:
    """Each measure once, and the sheets that it stands on."""
    found: dict[tuple[str, str], list[str]] = {}
    for table in document.tables:
        for column in table.columns:
            if column.means:
                found.setdefault((text(column.title), text(column.means)), []).append(labels[table.name])
    rows = tuple((*measure, ", ".join(dict.fromkeys(where))) for measure, where in found.items())
    above = ("This worksheet contains one table.",)
    sheet = Sheet("Definitions", "What each measure means", above, ("Measure", "Meaning", "Sheets"), rows, wordy=True)
    return (sheet,) if rows else ()


def _numbers(document: Document, table: Table, n: int) -> Sheet:
    one = flat(table)
    rows = one.rows or ((NONE, *[NOTHING] * (len(one.fields) - 1)),)
    above = ["This worksheet contains one table."]
    if one.has_total:
        above.append("Its last row is the total.")
    if any(HIDDEN in row for row in rows):
        above.append(f"{HIDDEN} means confidential.")
    if any(NOTHING in row for row in rows):
        above.append(f"{NOTHING} means not applicable: nothing was counted.")
    notes = (text(one.note),) if one.note else ()
    return Sheet(
        label=f"Table_{n}",
        title=text(f"Table {n}: {clean(table.caption)}, {document.period_name}"),
        above=(" ".join(above), *notes),
        heads=tuple(field.title for field in one.fields),
        rows=rows,
        total=one.has_total,
    )
