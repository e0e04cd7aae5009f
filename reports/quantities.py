"""Every number that reports print is one quantity, however often and in however many reports it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from reports import periods
from reports.document import Cell, Document, Hidden, Kind, Table
from reports.rates import Rate

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


@dataclass(slots=True)
class Quantity:
    """A number that is printed, or could be worked out from a printed rate.

    :param value: None where only earlier publications speak of it, and they hide it.
    :param public: whether an earlier publication printed this very number.
    :param hidden_before: whether an earlier publication hid it.
    :param cells: where the new document would print it.
    :param rate: the column's name where it is one of a rate's numbers.
    """

    key: Key
    value: int | None
    public: bool = False
    hidden_before: bool = False
    cells: list[At] = field(default_factory=list)
    rate: str = ""

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
    """All quantities of a new document and of the earlier ones, newest first, with the rows that they stand in."""

    def __init__(self, document: Document, earlier: Iterable[Document]) -> None:
        self.document = document
        self.all: list[Quantity] = []
        self.main: dict[Key, int] = {}
        self.at: dict[At, list[int]] = {}
        self.rows: list[tuple[Document, list[Row]]] = [(document, self._read(document, new=True))]
        for one in sorted(earlier, key=_counted_at, reverse=True):
            self.rows.append((one, self._read(one, new=False)))

    def _read(self, document: Document, *, new: bool) -> list[Row]:
        return [
            self._row(document, number, table, at, cells, new=new)
            for number, table in enumerate(document.tables)
            for at, cells in (*enumerate(table.rows), *([(None, table.total)] if table.total else []))
        ]

    def _row(
        self, document: Document, number: int, table: Table, at: int | None, cells: tuple[Cell, ...], *, new: bool
    ) -> Row:
        label = None if at is None else str(cells[0])
        found: dict[str, int] = {}
        for place, (column, cell) in enumerate(zip(table.columns, cells, strict=True)):
            for name, value in _numbers(column.name, column.kind, cell).items():
                key = key_of(document, table, label, name)
                rate = column.name if column.kind is Kind.RATE else ""
                index = self._printed(key, value, rate) if new else self._earlier(key, value, rate)
                found[name] = index
                if new:
                    self.all[index].cells.append(At(number, at, place))
                    self.at.setdefault(At(number, at, place), []).append(index)
        return Row(number, table, at, label, found)

    def _printed(self, key: Key, value: int | None, rate: str) -> int:
        if value is None:
            raise ValueError(f"{key} is hidden already: a document is protected once")
        index = self.main.get(key)
        if index is None:
            return self._add(Quantity(key, value, rate=rate), main=True)
        if self.all[index].value != value:
            raise ValueError(f"{key} is both {self.all[index].value} and {value}")
        return index

    def _earlier(self, key: Key, value: int | None, rate: str) -> int:
        """A number that has not changed since is the same; one that has stands for itself."""
        index = self.main.get(key)
        if index is None:
            return self._add(Quantity(key, value, value is not None, value is None, rate=rate), main=True)
        known = self.all[index]
        if value is None:
            known.hidden_before = True
        elif known.value in (None, value):
            known.value, known.public = value, True
        else:
            return self._add(Quantity(key, value, public=True, rate=rate), main=False)
        return index

    def _add(self, quantity: Quantity, *, main: bool) -> int:
        self.all.append(quantity)
        if main:
            self.main[quantity.key] = len(self.all) - 1
        return len(self.all) - 1


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


def _numbers(name: str, kind: Kind, cell: Cell) -> dict[str, int | None]:
    """The numbers that a cell tells, None where they are hidden; nothing where nothing is said."""
    if kind is Kind.COUNT and isinstance(cell, int):
        return {name: cell}
    if kind is Kind.RATE and isinstance(cell, Rate):
        return {f"{name}.part": cell.part, f"{name}.whole": cell.whole, f"{name}.rest": cell.whole - cell.part}
    if isinstance(cell, Hidden):
        return {
            Kind.COUNT: dict.fromkeys([name]),
            Kind.RATE: dict.fromkeys([f"{name}.part", f"{name}.whole", f"{name}.rest"]),
        }.get(kind, {})
    return {}


def _month(label: str) -> str:
    """The code of the month that is called so, "" when it is none."""
    try:
        named = datetime.strptime(label, "%B %Y")  # only its year and month are read  # noqa: DTZ007
    except ValueError:
        return ""
    return periods.month(named.year, named.month).code


def _counted_at(document: Document) -> datetime:
    return document.counted_at
