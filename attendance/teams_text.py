"""A Teams attendance file as rows of cells: its encoding, its delimiter, and how large it may be. Pure.

Teams writes UTF-16LE with a byte order mark and tabs, and calls it .csv; what people save again is UTF-8 with commas
or semicolons. So the content decides, never the name. Quotes and line ends inside cells are as in RFC 4180.
"""

from __future__ import annotations

import csv
import io
from typing import Final

from directory.csv_text import Unreadable, decode

LARGEST: Final = 1_000_000  # bytes; a real report of fifty people has twenty thousand
MOST_ROWS: Final = 5_000
MOST_CELLS: Final = 60  # of one row
LONGEST_CELL: Final = 1_000  # characters
DELIMITERS: Final = ("\t", ",", ";")


class Unusable(ValueError):
    """The file cannot be used; the message says why and what to do. Nothing was kept."""


def text_of(raw: bytes) -> str:
    """The file's text.

    :raises Unusable: for an empty file, one that is too large, a workbook, or what is no text.
    """
    if len(raw) > LARGEST:
        raise Unusable(
            f"The file is larger than {LARGEST // 1_000_000} MB, and no attendance report is. "
            "Download the report of this one meeting from Teams again."
        )
    if not raw.strip(b"\x00 \r\n\t\xff\xfe"):
        raise Unusable("The file is empty. Download the attendance report from Teams again.")
    try:
        return decode(b"\xff\xfe" + raw if _is_unmarked_utf16(raw) else raw, largest=LARGEST + 2)
    except Unreadable:
        raise Unusable(
            "This is not the attendance report that Teams offers for download, but a workbook or something that is "
            "no text. Download the report from Teams, and choose that file as it is."
        ) from None


def rows_of(text: str, delimiter: str) -> list[list[str]]:
    """The rows with their cells, trimmed; empty rows are empty lists.

    :raises Unusable: for more rows, or longer ones, than any report has.
    """
    rows: list[list[str]] = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if len(rows) == MOST_ROWS:
                raise Unusable(
                    f"The file has more than {MOST_ROWS:,} lines, and no attendance report of a meeting has. "
                    "Download the report of this one meeting."
                )
            if len(cells) > MOST_CELLS or any(len(cell) > LONGEST_CELL for cell in cells):
                raise Unusable(
                    "A line of the file is longer than any line of an attendance report. "
                    "It may be damaged: download the report from Teams again."
                )
            trimmed = [cell.strip(" \t\ufeff\u00a0") for cell in cells]
            rows.append(trimmed if any(trimmed) else [])
    except csv.Error:
        raise Unusable("The file is damaged: its quotes do not match. Download it from Teams again.") from None
    return rows


def _is_unmarked_utf16(raw: bytes) -> bool:
    """Whether it begins as Latin letters do in UTF-16LE, without the mark that should stand before them."""
    return len(raw) > 3 and raw[0] != 0 and raw[1] == 0 and raw[2] != 0 and raw[3] == 0
