"""A CSV file as councils export it, read line by line: its encoding, its header, and what is wrong with it. Pure."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from directory.csv_text import Unreadable, decode, plain

LARGEST: Final = 20 * 1024 * 1024  # bytes
MOST_LINES: Final = 200_000
NOT_SHOWN: Final = "[not shown]"

_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a file: where, what value, and why. A refused line was not used; a warned-of one was."""

    file: str
    line: int
    column: str
    value: str
    reason: str
    refused: bool = True

    def __str__(self) -> str:
        where = " ".join(part for part in (self.column, self.value) if part)
        return f"{self.file}, line {self.line}{', ' if where else ''}{where}: {self.reason}" + (
            "" if self.refused else " (warning)"
        )


@dataclass(frozen=True)
class Line:
    """One line's values by column name, stripped; `number` counts from 1, the header being one."""

    number: int
    values: dict[str, str]


@dataclass
class Table:
    """The lines of a file that have the right shape, and the problems of the others."""

    file: str
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    columns: tuple[str, ...] = ()
    read: int = 0  # lines below the header that were not empty

    def refuse(self, line: int, column: str, value: str, reason: str) -> None:
        self.problems.append(Problem(self.file, line, column, value, reason))

    def warn(self, line: int, column: str, value: str, reason: str) -> None:
        self.problems.append(Problem(self.file, line, column, value, reason, refused=False))


def read_table(raw: bytes, file: str, *, required: Sequence[str], optional: Sequence[str] = ()) -> Table:
    """The file's lines under the columns asked for; a file without them has no lines and says why."""
    table = Table(file)
    try:
        lines = _LINE_END.split(decode(raw, largest=LARGEST))
    except Unreadable as unreadable:
        table.refuse(1, "", "", str(unreadable))
        return table
    delimiter = max(",;\t", key=lines[0].count)
    names = [heading(cell) for cell in _cells(lines[0], delimiter) or []]
    if _header_fits(table, names, required, optional):
        table.columns = tuple(names)
        wanted = {name: names.index(name) for name in (*required, *optional) if name in names}
        for number, text in _numbered(lines, table):
            _take(table, number, _cells(text, delimiter), len(names), wanted)
    return table


def heading(cell: str) -> str:
    """A column's name as the standard writes it: capitals, underscores for spaces, no quotes or marks."""
    return re.sub(r"[\s._-]+", "_", cell.strip(" \t\"'\ufeff")).strip("_").upper()


def as_csv(problems: Iterable[Problem]) -> str:
    """The problems as CSV text for a spreadsheet: no cell is taken for a formula (ASVS 1.2.10)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["file", "line", "column", "value", "what happened", "reason"])
    for one in problems:
        happened = "refused" if one.refused else "taken, with a warning"
        cells = (one.file, str(one.line), one.column, one.value, happened, one.reason)
        writer.writerow([plain(cell) for cell in cells])
    return out.getvalue()


def _header_fits(table: Table, names: list[str], required: Sequence[str], optional: Sequence[str]) -> bool:
    """Whether every required column is there, once; otherwise the file says which is not, and what comes close."""
    spare = [name for name in names if name and name not in required and name not in optional]
    for name in required:
        if name not in names:
            close = difflib.get_close_matches(name, spare, n=1, cutoff=0.6)
            found = f" The file has {close[0]}: rename it if that is the one." if close else ""
            table.refuse(1, name, "", f"The column {name} is missing, so no line could be read.{found}")
    for name in (*required, *optional):
        if names.count(name) > 1:
            table.refuse(1, name, "", f"The column {name} is there {names.count(name)} times. Keep one.")
    for name in optional:
        close = [] if name in names else difflib.get_close_matches(name, spare, n=1, cutoff=0.6)
        if close:
            table.warn(1, name, "", f"The column {name} is missing; the file has {close[0]}. It was left out.")
    return not any(problem.refused for problem in table.problems)


def _numbered(lines: Sequence[str], table: Table) -> Iterator[tuple[int, str]]:
    """The lines below the header that hold something, up to the limit."""
    for number, text in enumerate(lines[1:], start=2):
        if not text.strip(" ,;\t\x1a"):
            continue
        if table.read == MOST_LINES:
            table.refuse(number, "", "", f"Only the first {MOST_LINES:,} lines were read. Send the rest by itself.")
            return
        table.read += 1
        yield number, text


def _take(table: Table, number: int, cells: list[str] | None, width: int, wanted: dict[str, int]) -> None:
    if cells is None:
        table.refuse(number, "", NOT_SHOWN, "The quotes on this line do not match, so it could not be read.")
    elif len(cells) < width or any(cell.strip() for cell in cells[width:]):
        table.refuse(number, "", NOT_SHOWN, f"The line has {len(cells)} values for {width} columns.")
    else:
        table.lines.append(Line(number, {name: cells[place].strip() for name, place in wanted.items()}))


def _cells(text: str, delimiter: str) -> list[str] | None:
    """The line's cells; None where its quotes do not match. No column here holds line ends, so none is looked for."""
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None
