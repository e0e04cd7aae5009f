"""A report as an Excel workbook, made by gptables as the public sector's Analysis Function asks for them."""

from __future__ import annotations

import io
import re
import warnings

import pandas as pd

from reports.document import Document
from reports.documents.archive import archive, unpacked
from reports.documents.flat import Plain
from reports.documents.sheets import Book, Sheet, book

with warnings.catch_warnings():
    warnings.simplefilter("ignore", ResourceWarning)  # it leaves a file of its own open
    import gptables

LANGUAGE = "en-GB"
NO_FORMULAS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
_WIDTHS = {"Contents": (15, 100), "Notes": (25, 100), "Definitions": (30, 100, 30)}  # characters
_LABEL, _NUMBER = 32, 14


def write(document: Document) -> bytes:
    """The workbook. Words are text and never formulas; the same document gives the same bytes.

    gptables changes what it is given, so everything is made anew for it; it knows no language, so that is added.
    """
    told = book(document)
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # gptables wants its own kind of notes sheet, and uses old words of pandas
        made = gptables.produce_workbook(
            out,
            {sheet.label: _sheet(sheet) for sheet in (*told.words, *told.tables)},
            cover=_cover(told),
            contentsheet_options={"column_names": ["Sheet", "What it shows"], "title": "Contents"},
            auto_width=False,
            workbook_options=NO_FORMULAS,
        )
        for name, widths in (_WIDTHS | {sheet.label: _narrow(sheet) for sheet in told.tables}).items():
            if sheet := made.get_worksheet_by_name(name):
                for n, width in enumerate(widths):
                    sheet.set_column(n, n, width)
        at = document.counted_at.replace(tzinfo=None, microsecond=0)
        made.set_properties({"title": told.title, "subject": told.subject, "author": "", "created": at})
        made.close()
    return _with_language(out.getvalue(), document)


def _cover(told: Book) -> gptables.Cover:
    (_, intro), (_, about) = told.cover
    return gptables.Cover(
        _safe(told.title), intro=[_safe(line) for line in intro], about=[_safe(line) for line in about]
    )


def _sheet(sheet: Sheet) -> gptables.GPTable:
    heads = [_safe(head) for head in sheet.heads]
    rows = [[_safe(cell) if isinstance(cell, str) else cell for cell in row] for row in sheet.rows]
    return gptables.GPTable(
        table=pd.DataFrame(rows, columns=heads, dtype=object),
        table_name=f"{sheet.label}_data",
        title=_safe(sheet.title),
        instructions=_safe(sheet.above[0]),
        legend=[_safe(line) for line in sheet.above[1:]],
        index_columns={2: 0},
    )


def _safe(words: str) -> str:
    """Words without what gptables takes for a link or a note, and with a letter, as it asks of each cell."""
    told = re.sub(r"\$(?=\$)", "$ ", words).replace("](", "] (")
    return told if re.search("[a-zA-Z0-9]", told) else f"{told} (as written)"


def _narrow(sheet: Sheet) -> tuple[int, ...]:
    return _LABEL, *(_width(sheet, n) for n in range(1, len(sheet.heads)))


def _width(sheet: Sheet, n: int) -> int:
    """Wide enough for the longest word of the head and of the cells; both go over several lines."""
    words: list[Plain] = [sheet.heads[n], *(row[n] for row in sheet.rows)]
    return min(40, max(_NUMBER, *(len(word) + 2 for cell in words for word in str(cell).split())))


def _with_language(content: bytes, document: Document) -> bytes:
    files = unpacked(content)
    core = files["docProps/core.xml"].decode()
    language = f"<dc:language>{LANGUAGE}</dc:language></cp:coreProperties>"
    files["docProps/core.xml"] = core.replace("</cp:coreProperties>", language).encode()
    return archive(files, document.counted_at)
