"""A report as PDF/UA-1 and PDF/A-2a: tagged, with alternative text and bookmarks, for everybody and for long."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import msgspec
import typst

from reports.document import Document
from reports.documents.pictures import Draws, pictures
from reports.documents.shown import Head, Shown, ShownTable, shown
from reports.documents.words import FONTS, in_font

STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
UPRIGHT, FLAT = 493.0, 739.0  # points between the margins of an A4 page, and of one laid on its side
LETTER = 4.95  # points of a digit at the size of tables
NARROW = " ()[]|.,:;'ijl–"  # about half as wide
BROAD = "%mwMW"  # about half as wide again
BOLD = 1.1  # how much wider a letter of a heading or total is
PADDING = 8.0
LABEL = 115.0  # points that the labels of rows need at least; longer ones go over several lines
WORDS = 130.0  # points after which words of another column go to the next line

_TEMPLATE = Path(__file__).with_name("report.typ")


class Part(msgspec.Struct, frozen=True):
    """As many columns of a table as fit beside the labels of its rows; a width of None takes what is left."""

    caption: str
    first: bool
    heads: tuple[Head, ...]
    widths: tuple[float | None, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] | None


class Laid(msgspec.Struct, frozen=True):
    """A table as it is laid on pages: upright ones, or wide ones where it needs fewer parts on those."""

    caption: str
    note: str
    parts: tuple[Part, ...]
    wide: bool


class Run(msgspec.Struct, frozen=True):
    """Tables that follow one another on pages of one shape."""

    wide: bool
    tables: tuple[Laid, ...]


def write(document: Document, draws: Draws) -> bytes:
    """The PDF; the same document gives the same bytes.

    :raises typst.TypstError: when something in it could not be read by everybody, such as a chart without words.
    """
    said = in_font(msgspec.json.encode(_told(shown(document), pictures(document, draws))).decode())
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    compiler = typst.Compiler(_TEMPLATE, root=_TEMPLATE.parent, font_paths=fonts, sys_inputs={"report": said})
    made = compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=int(document.counted_at.timestamp()))
    assert isinstance(made, bytes), "a PDF is one file"
    return made


def laid(table: ShownTable) -> Laid:
    """The table in as few parts as its pages are wide enough for, each with the labels of its rows."""
    widths = [_width(table, n) for n in range(len(table.heads))]
    upright, flat = _even(widths[1:], UPRIGHT - LABEL), _even(widths[1:], FLAT - LABEL)
    wide = len(flat) < len(upright)
    groups = flat if wide else upright
    parts = [
        _part(table, [0, *(n + 1 for n in group)], widths, (at, len(groups))) for at, group in enumerate(groups, 1)
    ]
    return Laid(table.caption, table.note, tuple(parts) if table.rows else (), wide and bool(table.rows))


def _told(report: Shown, drawn: dict[str, str]) -> dict[str, object]:
    """What the template reads."""
    sections = [
        {
            "heading": section.heading,
            "sentences": section.sentences,
            "charts": [msgspec.structs.asdict(chart) | {"svg": drawn[chart.name]} for chart in section.charts],
            "tables": [
                Run(wide, tuple(run)) for wide, run in groupby(map(laid, section.tables), key=lambda one: one.wide)
            ],
        }
        for section in report.sections
    ]
    return msgspec.structs.asdict(report) | {"sections": sections}


def _width(table: ShownTable, n: int) -> float:
    """The points that a column needs, so that no number and no word of its head goes over two lines."""
    head = max((_points(word) for word in table.heads[n].title.split()), default=0.0) * BOLD
    cells = max((_points(row[n]) for row in table.rows), default=0.0)
    total = _points(table.total[n]) * BOLD if table.total else 0.0
    widest = max(cells, total)
    return max(head, widest if table.heads[n].numeric else min(widest, WORDS)) + PADDING


def _points(text: str) -> float:
    return LETTER * sum(0.55 if letter in NARROW else 1.5 if letter in BROAD else 1.0 for letter in text)


def _even(widths: Sequence[float], room: float) -> list[list[int]]:
    """Columns in no more groups than it takes, the widest of them as narrow as that allows."""
    groups = _filled(widths, room)
    while room > PADDING and len(narrower := _filled(widths, room - PADDING)) == len(groups):
        room, groups = room - PADDING, narrower
    return groups


def _filled(widths: Sequence[float], room: float) -> list[list[int]]:
    """Columns in groups, each as full as the room allows; one that is wider than the room stands alone."""
    groups: list[list[int]] = [[]]
    left = room
    for n, width in enumerate(widths):
        if groups[-1] and width > left:
            groups.append([])
            left = room
        groups[-1].append(n)
        left -= width
    return groups


def _part(table: ShownTable, columns: list[int], widths: Sequence[float], place: tuple[int, int]) -> Part:
    at, of = place
    return Part(
        caption=table.caption if of == 1 else f"{table.caption} (part {at} of {of})",
        first=at == 1,
        heads=tuple(table.heads[n] for n in columns),
        widths=(None, *(widths[n] for n in columns[1:])),
        rows=tuple(tuple(row[n] for n in columns) for row in table.rows),
        total=tuple(table.total[n] for n in columns) if table.total else None,
    )
