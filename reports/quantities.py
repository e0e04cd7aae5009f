"""Every number that reports print is one quantity, however often and in however many reports it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from reports import periods
from reports.document import Cell, Column, Document, Hidden, Kind, Table
from reports.rates import Rate

Cells = tuple[Cell, ...]
Line = tuple[int | None, Cells]
BY_MONTH = "month"
BY_TYPE = "meeting type"


class Key(NamedTuple):
    """What a number says: the same key is the same quantity. Totals have neither `by` nor `label`."""

    of: str
    by: str
    label: str
    column: str
    type: str
    period: str


class At(NamedTuple):
    """A cell of a document: the table's and the column's place, and the row's; None for the total."""

    table: int
    row: int | None
    column: int


class Earlier(NamedTuple):
    """A report that everybody may have by now: as it was printed, and with every count in it."""

    printed: Document
    whole: Document


@dataclass(slots=True)
class Quantity:
    """A number that is printed or hidden, or could be worked out from a printed rate.

    :param public: whether an earlier publication printed this very number.
    :param hidden_before: whether an earlier publication hid it.
    :param cells: where the new document would print it.
    :param rate: the column's name where it is one of a rate's numbers.
    :param measured: whether it counts minutes or the like, which tell how many meetings there were: 3 are not few.
    """

    key: Key
    value: int
    public: bool = False
    hidden_before: bool = False
    cells: list[At] = field(default_factory=list)
    rate: str = ""
    measured: bool = False

    @property
    def derived(self) -> bool:
        """A rate's part or the rest of it, which may be 0 where the rate is hidden."""
        return bool(self.rate) and not self.key.column.endswith(".whole")


@dataclass(frozen=True)
class Row:
    """The quantities of one row by column name; a rate has "name.part", "name.whole" and "name.rest"."""

    number: int  # of the table in its document
    table: Table
    at: int | None
    label: str | None
    quantities: Mapping[str, int]


class Register:
    """All quantities of a new document and of the earlier ones, with their rows, those of the new one first.

    A number that the next report counts the same is the same quantity; one that was corrected is another. So it is
    as if everybody knew what was corrected, which is more than a report tells.

    :param earlier: in any order; what they are compared by is when they were counted.
    """

    def __init__(self, document: Document, earlier: Iterable[Earlier]) -> None:
        self.document = document
        self.all: list[Quantity] = []
        self.at: dict[At, list[int]] = {}
        self.as_of: list[dict[Key, int]] = [{}]  # the newest number of each key: at last, and before each correction
        read = [(one.whole, self._read(one.whole, one.printed)) for one in sorted(earlier, key=_counted_at)]
        self.rows: list[tuple[Document, list[Row]]] = [(document, self._read(document, None)), *reversed(read)]

    def _read(self, document: Document, printed: Document | None) -> list[Row]:
        """Every row, its numbers registered; `printed` is None for the document that nobody has yet."""
        shown = {table.name: list(lines(table)) for table in printed.tables} if printed else {}
        found: dict[Key, int] = {}
        rows = [
            self._row(document, number, table, line, shown[table.name][place][1] if printed else None, found)
            for number, table in enumerate(document.tables)
            for place, line in enumerate(lines(table))
        ]
        current = self.as_of[-1]
        if any(current.get(key, index) != index for key, index in found.items()):
            self.as_of.append({**current, **found})
        else:
            current.update(found)
        return rows

    def _row(
        self, document: Document, number: int, table: Table, line: Line, shown: Cells | None, found: dict[Key, int]
    ) -> Row:
        at, cells = line
        label = None if at is None else str(cells[0])
        quantities: dict[str, int] = {}
        for place, (column, cell) in enumerate(zip(table.columns, cells, strict=True)):
            for name, value in _numbers(column.name, column.kind, cell).items():
                key = key_of(document, table, label, name)
                index = quantities[name] = found[key] = self._registered(key, value, column, found)
                if shown is None:
                    self.all[index].cells.append(At(number, at, place))
                    self.at.setdefault(At(number, at, place), []).append(index)
                elif isinstance(shown[place], Hidden):
                    self.all[index].hidden_before = True
                elif shown[place] == cell:
                    self.all[index].public = True
                else:
                    raise ValueError(f"{key} was printed as {shown[place]}")
        return Row(number, table, at, label, quantities)

    def _registered(self, key: Key, value: int, column: Column, found: Mapping[Key, int]) -> int:
        newest = found.get(key, self.as_of[-1].get(key))
        if newest is not None and self.all[newest].value == value:
            return newest
        if key in found:
            raise ValueError(f"{key} is both {self.all[found[key]].value} and {value}")
        rate = column.name if column.kind is Kind.RATE else ""
        self.all.append(Quantity(key, value, rate=rate, measured=bool(column.unit)))
        return len(self.all) - 1


def lines(table: Table) -> Iterator[Line]:
    """The rows by their number, then the total, which has none."""
    yield from enumerate(table.rows)
    if table.total:
        yield None, table.total


def key_of(document: Document, table: Table, label: str | None, column: str) -> Key:
    """The key of a number in the row of this label, or in the total where it is None."""
    by, inside = table.inside or ("", "")
    kind, period = document.type, document.period
    if label is None:
        if table.by in (BY_MONTH, BY_TYPE):  # what several months or types come to, is said by this table alone
            return Key(table.of, f"{by} every {table.by}", inside, column, kind, f"{period} {table.name}")
        return Key(table.of, by, inside, column, kind, period)
    if table.by == BY_TYPE:
        return Key(table.of, by, inside, column, label, period)
    if table.by == BY_MONTH and (month := _month(label)):
        return Key(table.of, by, inside, column, kind, month)
    return Key(table.of, f"{table.by} {by} {inside}".strip(), label, column, kind, period)


def _numbers(name: str, kind: Kind, cell: Cell) -> dict[str, int]:
    """The numbers that a cell tells; none where nothing is said.

    :raises ValueError: where they are hidden.
    """
    if isinstance(cell, Hidden):
        raise ValueError(f"{name} is hidden already: a document is protected once")
    if kind is Kind.COUNT and isinstance(cell, int):
        return {name: cell}
    if kind is Kind.RATE and isinstance(cell, Rate):
        return {f"{name}.part": cell.part, f"{name}.whole": cell.whole, f"{name}.rest": cell.whole - cell.part}
    return {}


def _month(label: str) -> str:
    """The code of the month that is called so, "" when it is none."""
    try:
        named = datetime.strptime(label, "%B %Y")  # only its year and month are read  # noqa: DTZ007
    except ValueError:
        return ""
    return periods.month(named.year, named.month).code


def _counted_at(earlier: Earlier) -> datetime:
    return earlier.whole.counted_at
