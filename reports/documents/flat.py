"""A table as spreadsheets take it: one number a cell, no formula, no blank, no two columns of one name."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from directory.csv_text import plain
from reports.document import Cell, Column, Hidden, Kind, Table
from reports.documents.words import clean
from reports.rates import Interval, Rate

Plain = int | float | str
NOTHING = "[z]"  # the public sector's sign for "not applicable"
HIDDEN = "[c]"  # and for "confidential"


class Field(msgspec.Struct, frozen=True):
    """A column of a file: its name for machines, its heading for people, its type as the Table Schema calls it."""

    name: str
    title: str
    type: str
    means: str
    unit: str = ""


class Flat(msgspec.Struct, frozen=True):
    """The rows of a table, of which the last is the total where there is one."""

    name: str
    caption: str
    fields: tuple[Field, ...]
    rows: tuple[tuple[Plain, ...], ...]
    has_total: bool
    note: str


_RATE = (
    ("percent", "%", "The part as a percentage of the whole, to the nearest whole number."),
    ("part", "part", "The part that was counted."),
    ("of", "of", "The whole that it is a part of."),
)
_INTERVAL = (("low", "from %", "Where the interval begins."), ("high", "to %", "Where the interval ends."))


def flat(table: Table) -> Flat:
    """A rate becomes three columns (percent, part, of) and an interval two, so that nobody must take words apart."""
    rows = (*table.rows, *([] if table.total is None else [table.total]))
    return Flat(
        name=table.name,
        caption=clean(table.caption),
        fields=tuple(_apart([field for column in table.columns for field in _fields(column)])),
        rows=tuple(
            tuple(value for column, cell in zip(table.columns, row, strict=True) for value in _values(column, cell))
            for row in rows
        ),
        has_total=table.total is not None,
        note=clean(table.note),
    )


def text(words: str) -> str:
    """Words that no spreadsheet takes for a formula, also after they were copied or saved as another file."""
    return plain(clean(words))


def _fields(column: Column) -> list[Field]:
    title, means = text(column.title), clean(column.means)
    if column.kind is Kind.RATE:
        return [_part(column, *one) for one in _RATE]
    if column.kind is Kind.INTERVAL:
        return [_part(column, *one) for one in _INTERVAL]
    kinds = {Kind.WORDS: "string", Kind.COUNT: "integer", Kind.NUMBER: "number"}
    return [Field(column.name, title, kinds[column.kind], means, column.unit)]


def _part(column: Column, name: str, title: str, means: str) -> Field:
    both = clean(f"{column.means} {means}")
    return Field(f"{column.name}_{name}", text(f"{column.title}: {title}"), "integer", both)


def _values(column: Column, cell: Cell) -> tuple[Plain, ...]:
    """The cell under each field of its column."""
    many = {Kind.RATE: len(_RATE), Kind.INTERVAL: len(_INTERVAL)}.get(column.kind, 1)
    if isinstance(cell, Hidden):
        return (HIDDEN,) * many
    if cell is None:
        return (NOTHING,) * many
    if isinstance(cell, Rate):
        return _said(cell.percent), cell.part, cell.whole
    if isinstance(cell, Interval):
        low, high = cell.percents
        return _said(low), _said(high)
    if isinstance(cell, float):
        return (round(cell, 1),)
    return (cell if isinstance(cell, int) else text(cell) or NOTHING,)


def _said(number: int | None) -> Plain:
    return NOTHING if number is None else number


def _apart(fields: Iterable[Field]) -> list[Field]:
    """The fields with no two names or headings alike, whatever their case."""
    names: set[str] = set()
    titles: set[str] = set()
    apart = []
    for field in fields:
        name, title = _free(field.name, names, "_"), _free(field.title or field.name, titles, " ")
        apart.append(msgspec.structs.replace(field, name=name, title=title))
    return apart


def _free(wanted: str, taken: set[str], between: str) -> str:
    """The name, or the name with the first number that makes it another; it is taken now."""
    free, n = wanted, 1
    while free.lower() in taken:
        n += 1
        free = f"{wanted}{between}{n}"
    taken.add(free.lower())
    return free
