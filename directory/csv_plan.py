"""What a CSV file would change in the directory: line by line, old beside new, and what is wrong. Pure.

A line adds an entry, changes what is told of one, ends it, or says what is known already. An entry that the file does
not name stays as it is: nothing is ever removed because a line is missing. An empty cell empties what it stands for.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from directory.addresses import BadAddress
from directory.csv_sheets import SHEETS, Column, NotTaken, Sheet, heading, sheet_of, what_is_missing
from directory.csv_text import FORMULA, Row, as_meant
from directory.wording import NotPlain
from web.moments import NotUnderstood

MOST_ROWS: Final = 20_000
MOST_PROBLEMS: Final = 500  # more help nobody
Values = Mapping[str, str]
Key = tuple[str, ...]


class What(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    ENDED = "ended"
    SAME = "unchanged"


@dataclass(frozen=True)
class Entry:
    """One entry as the directory has it; `values` are written as the file writes them."""

    id: str
    values: Values


@dataclass(frozen=True)
class Problem:
    line: int
    column: str
    reason: str


@dataclass(frozen=True)
class Line:
    """One line of the file, its cells as the directory keeps them; a column that the file lacks is not there."""

    number: int
    values: Values


@dataclass(frozen=True)
class Change:
    """What one line does. `cells` are the columns that change, each with what it was and what it becomes."""

    line: int
    what: What
    values: Values  # the whole entry, as it will be
    cells: tuple[tuple[str, str, str], ...] = ()
    entry: str = ""  # the id of the one that changes

    def now(self, column: str) -> str:
        return self.values.get(column, "")


@dataclass
class Plan:
    """All that a file would do. It is carried out whole, and only where it has no problem."""

    sheet: Sheet | None = None
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left: int = 0  # entries that the file does not name

    def refuse(self, line: int, column: str, reason: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(line, column, reason))

    def doing(self, what: What) -> list[Change]:
        return [change for change in self.changes if change.what is what]

    @property
    def counts(self) -> Mapping[What, int]:
        return Counter(change.what for change in self.changes)

    @property
    def acts(self) -> list[Change]:
        """The lines that change something."""
        return [change for change in self.changes if change.what is not What.SAME]

    def fingerprint(self) -> str:
        """SHA-256 of all that would change, from what and to what: another state of the directory gives another."""
        told = [(c.what.value, c.entry, sorted(c.values.items()), c.cells) for c in self.acts]
        return hashlib.sha256(json.dumps([self.sheet, told]).encode()).hexdigest()


def lines_of(rows: Iterable[Row], plan: Plan) -> list[Line]:
    """The file's lines, each read by its columns; what cannot be read is among the plan's problems."""
    rows = iter(rows)
    names = [heading(cell) for cell in next(rows, Row(1, ())).cells]
    plan.sheet = sheet_of(names)
    if plan.sheet is None:
        plan.refuse(1, "", what_is_missing(names))
        return []
    columns = [(names.index(column.name), column) for column in SHEETS[plan.sheet] if column.name in names]
    for name, times in Counter(name for name in names if name).items():
        if times > 1:
            plan.refuse(1, name, f"is there {times} times. Keep one.")
        if name not in {column.name for _, column in columns}:
            plan.notes.append(f"The column “{name[:60]}” is not one of ours and was not read.")
    lines = []
    for count, row in enumerate(rows):
        if count == MOST_ROWS:
            plan.refuse(row.number, "", f"The file has more than {MOST_ROWS:,} lines. Send it in parts.")
            break
        lines.append(Line(row.number, _values(row, len(names), columns, plan)))
    return lines


def _values(row: Row, width: int, columns: Sequence[tuple[int, Column]], plan: Plan) -> Values:
    if len(row.cells) < width or any(cell.strip() for cell in row.cells[width:]):
        plan.refuse(row.number, "", f"The line has {len(row.cells)} values for {width} columns.")
        return {}
    return {column.name: _cell(row, as_meant(row.cells[place]).strip(), column, plan) for place, column in columns}


def _cell(row: Row, cell: str, column: Column, plan: Plan) -> str:
    """The cell as it is kept; empty where it cannot be."""
    if not cell or column.beside:
        if column.needed:
            plan.refuse(row.number, column.name, "is empty. Fill it in.")
        return cell
    try:
        if "\ufffd" in cell:
            raise NotTaken("holds a character that was lost. Save the file as CSV UTF-8, and look at this cell.")
        return column.read(re.sub(r"\s+", " ", cell))
    except (NotTaken, NotPlain, BadAddress, NotUnderstood) as wrong:
        plan.refuse(
            row.number, column.name, str(wrong).removeprefix("The text ").removeprefix("The telephone number ")
        )
        return ""


def compare(line: Line, entry: Entry, sheet: Sheet, plan: Plan, today: date) -> Change:
    """What the line changes of the entry that it is about."""
    columns = [one for one in SHEETS[sheet] if one.name in line.values and not one.key and not one.beside]
    cells = []
    for column in columns:
        old, new = entry.values.get(column.name, ""), line.values[column.name]
        if _tidy(old) == _tidy(new) or (column.fixed and not new):
            continue
        cells.append((column.name, old, new))
        if column.fixed:
            plan.refuse(line.number, column.name, f"is {old or 'empty'} in the directory, and no file changes that.")
        elif column.name == "until" and old and date.fromisoformat(old) <= today:
            plan.refuse(
                line.number, "until", f"is {old} in the directory: what has ended is not opened again. Add it."
            )
        refuse_formula(line, column, plan)
    values = {**entry.values, **{name: new for name, _, new in cells}}
    ended = any(name == "until" and new for name, _, new in cells)
    what = What.ENDED if ended else What.CHANGED if cells else What.SAME
    return Change(line.number, what, values, tuple(cells), entry.id)


def added(line: Line, sheet: Sheet, plan: Plan, **filled: str) -> Change:
    """The line as a new entry; `filled` stands where it has no value."""
    for column in SHEETS[sheet]:
        refuse_formula(line, column, plan)
    columns = [column.name for column in SHEETS[sheet] if not column.beside]
    values = {name: line.values.get(name, "") or filled.get(name, "") for name in columns}
    cells = tuple((name, "", value) for name, value in values.items() if value)
    return Change(line.number, What.ADDED, values, cells)


def refuse_formula(line: Line, column: Column, plan: Plan) -> None:
    """A spreadsheet would take a text that begins so for a formula, so nobody brings one in."""
    value = line.values.get(column.name, "")
    if not column.beside and "phone" not in column.name and value.startswith(FORMULA):
        plan.refuse(line.number, column.name, f"begins with {value[0]}, as formulas do. Begin it with a letter.")


def _tidy(text: str) -> str:
    return " ".join(text.split())
