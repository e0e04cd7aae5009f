"""Somebody who has every publication, knows what adds up, and has a solver of whole numbers: that of scipy.

It shares nothing with the product: it reads printed cells, gives each hidden number an unknown of its own, and says
every sum again in its own way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from reports.document import HIDDEN, Cell, Document, Kind, Table
from reports.rates import Rate

MOST = 100_000  # an attacker knows that no count is higher
OPTIMAL = 0
Name = tuple[str, str, str, str]  # period, what is counted and by what, row, column; a total is "All" by nothing


@dataclass
class Range:
    """What a number could be, as far as it has been found out."""

    low: int
    high: int


@dataclass
class Attack:
    """All that can be told from printed documents.

    The documents unhidden are used to know which figures were worth finding, and to let the attacker guess rightly
    which hidden figures were corrected: from then on they are other figures. No value goes into the equations.
    """

    nothing_hidden_is_0: bool = True
    known: dict[Name, int] = field(default_factory=dict)
    unknown: dict[Name, int] = field(default_factory=dict)  # its place among the unknowns
    lowest: list[int] = field(default_factory=list)
    sums: list[tuple[Name, list[Name]]] = field(default_factory=list)
    small: dict[Name, int] = field(default_factory=dict)
    truth: dict[Name, int] = field(default_factory=dict)
    newest: dict[Name, Name] = field(default_factory=dict)  # of a figure that was corrected, as it is called by now

    def read(self, printed: Document, true: Document, threshold: int) -> None:
        """Adds one publication, the next after those that were read."""
        for table, full in zip(printed.tables, true.tables, strict=True):
            for row, before in zip(_rows(table), _rows(full), strict=True):
                for plain, cell, value in _numbers(printed.period, table, row, before):
                    name = self._versioned(plain, value)
                    self._note(name, cell, value)
                    if value in range(1, threshold) and not name[3].startswith("minutes"):
                        self.small[name] = value
            self._add_up(printed.period, table, full)

    def months_make(self, whole: str, parts: Sequence[str]) -> None:
        """The public knowledge that three months are their quarter, as long as it was counted with what they say."""
        for plain, name in self.newest.items():
            others = [self.newest.get((part, *plain[1:]), plain) for part in parts]
            known = plain[0] == whole and plain not in others
            if known and self.truth[name] == sum(self.truth[other] for other in others):
                self.sums.append((name, others))

    def ranges(self, room: int, threshold: int) -> dict[Name, Range]:
        """How narrowly each small figure can be told; a range that is wide enough is followed no further."""
        found = {name: Range(value, value) for name, value in self.small.items()}
        solved = self._equations()
        for name, range_ in found.items():
            for highest in (True, False):
                if name in self.unknown and not wide(range_, room, threshold):
                    for other, value in self._solve(name, solved, highest=highest).items():
                        if other in found:
                            found[other].low = min(found[other].low, value)
                            found[other].high = max(found[other].high, value)
        return found

    def _equations(self) -> LinearConstraint:
        """Each sum: what is known of it on the right, what is unknown on the left."""
        places: dict[tuple[int, int], int] = {}
        right = [0] * len(self.sums)
        for line, (whole, parts) in enumerate(self.sums):
            for name, factor in ((whole, 1), *((part, -1) for part in parts)):
                if name in self.known:
                    right[line] -= factor * self.known[name]
                else:
                    at = (line, self.unknown[name])
                    places[at] = places.get(at, 0) + factor
        lines, columns = zip(*places, strict=True) if places else ((), ())
        matrix = csr_array(
            (list(places.values()), (lines, columns)), shape=(len(self.sums), len(self.unknown)), dtype=float
        )
        return LinearConstraint(matrix, right, right)

    def _solve(self, name: Name, equations: LinearConstraint, *, highest: bool) -> dict[Name, int]:
        sought = np.zeros(len(self.unknown))
        sought[self.unknown[name]] = -1 if highest else 1
        found = milp(
            sought, constraints=equations, integrality=np.ones_like(sought), bounds=Bounds(self.lowest, MOST)
        )
        assert found.status == OPTIMAL, "what was published contradicts itself"
        return {other: round(found.x[place]) for other, place in self.unknown.items()}

    def _note(self, name: Name, cell: Cell, value: int) -> None:
        self.truth[name] = value
        if cell != HIDDEN:
            self.known[name] = value
        elif name not in self.known and name not in self.unknown:
            self.unknown[name] = len(self.unknown)
            whole = not name[3].endswith((".part", ".rest"))
            self.lowest.append(int(self.nothing_hidden_is_0 and value > 0 and whole))

    def _versioned(self, plain: Name, value: int) -> Name:
        newest = self.newest.get(plain, plain)
        if self.truth.get(newest, value) != value:
            newest = (*plain[:2], f"{plain[2]}, corrected {len(self.truth)}", plain[3])
        self.newest[plain] = newest
        return newest

    def _add_up(self, period: str, table: Table, full: Table) -> None:
        rows = [
            {name[3]: self.newest[name] for name, _, _ in _numbers(period, table, row, row)} for row in _rows(full)
        ]
        for row in rows:
            for rate in (column.name for column in table.columns if column.kind is Kind.RATE):
                self.sums.append((row[f"{rate}.whole"], [row[f"{rate}.part"], row[f"{rate}.rest"]]))
            self.sums.extend((row[said.whole], [row[part] for part in said.parts]) for said in table.sums)
        if table.total and table.adds:
            self.sums.extend((rows[-1][name], [row[name] for row in rows[:-1]]) for name in rows[-1])


def wide(range_: Range, room: int, threshold: int) -> bool:
    """The promise: it could be as high as the threshold, and there is room between the lowest and the highest."""
    return range_.high >= threshold and range_.high - range_.low >= room


def _rows(table: Table) -> list[tuple[Cell, ...]]:
    return [*table.rows, *([table.total] if table.total else [])]


def _numbers(
    period: str, table: Table, row: tuple[Cell, ...], full: tuple[Cell, ...]
) -> Iterator[tuple[Name, Cell, int]]:
    label = str(row[0])
    what = table.of if label == "All" else f"{table.of} by {table.by}"
    for column, cell, true in zip(table.columns, row, full, strict=True):
        if column.kind is Kind.COUNT and isinstance(true, int):
            yield (period, what, label, column.name), cell, true
        if isinstance(true, Rate):
            for part, value in (("part", true.part), ("whole", true.whole), ("rest", true.whole - true.part)):
                yield (period, what, label, f"{column.name}.{part}"), cell, value
