"""CSV as spreadsheets write and read it: encodings, separators, quoted line ends, and no formulas. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

MARK: Final = b"\xef\xbb\xbf"  # by which Excel knows UTF-8
_BOMS: Final = (
    (MARK, "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BEFORE: Final = "' \u00a0"  # what may stand before a formula


class Unreadable(ValueError):
    """The file is no CSV text; the message says what it is and what to do."""


@dataclass(frozen=True)
class Row:
    """One row's cells; `number` is the line on which it begins, from 1: a quoted cell may go over several."""

    number: int
    cells: Sequence[str]


def decode(raw: bytes, *, largest: int) -> str:
    """The text: by its byte order mark, else UTF-8, else Windows-1252.

    :param largest: how many bytes are read at most.
    :raises Unreadable: for an empty file, a workbook, one that is too large, or bytes that are no text.
    """
    if len(raw) > largest:
        raise Unreadable(f"The file is larger than {largest // 1024 // 1024} MB. Send it in parts.")
    if raw.startswith(_WORKBOOKS):
        raise Unreadable("This is a workbook, not a CSV file. Save the sheet as CSV and send that.")
    try:
        text = _decoded(raw)
    except UnicodeError:
        raise Unreadable("The file is damaged: its characters cannot be read. Export it again as CSV.") from None
    if "\x00" in text:
        raise Unreadable("This is not a text file. Save the sheet as CSV and send that.")
    if not text.strip():
        raise Unreadable("The file is empty. Send one with a header line and the lines below it.")
    return text


def rows(text: str) -> Iterator[Row]:
    """The rows that hold something; separated by what the first line has most of: commas, semicolons or tabs.

    A first line such as `sep=;`, by which Excel is told the separator, is none.

    :raises Unreadable: where the quotes do not match, naming the line on which the row begins.
    """
    first, _, rest = text.partition("\n")
    told = re.fullmatch(r"\ufeff?\"?sep=([,;\t])\"?\s*", first)
    delimiter = told[1] if told else max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(rest if told else text, newline=""), delimiter=delimiter, strict=True)
    skipped = begins = 1 if told else 0
    try:
        for cells in reader:
            if any(cell.strip(" \t\x1a") for cell in cells):
                yield Row(begins + 1, cells)
            begins = skipped + reader.line_num
    except csv.Error:
        raise Unreadable(
            f"The quotes in the row that begins on line {begins + 1} do not match. Put that right and send it again."
        ) from None


def as_file(listed: Iterable[Sequence[str]]) -> bytes:
    """The rows as a file that Excel opens by a double click: UTF-8 with its mark, CRLF, and no cell a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([plain(cell) for cell in row] for row in listed)
    return MARK + out.getvalue().encode()


def plain(cell: str) -> str:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it (ASVS 1.2.10)."""
    return f"'{cell}" if cell.lstrip(_BEFORE).startswith(FORMULA) else cell


def as_meant(cell: str) -> str:
    """What `plain` was given: without the apostrophe that it put before a formula."""
    marked = cell.startswith("'") and cell[1:].lstrip(_BEFORE).startswith(FORMULA)
    return cell[1:] if marked else cell


def _decoded(raw: bytes) -> str:
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            return raw.decode(encoding)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")
