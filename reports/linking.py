"""What adds up across the tables of a report: said for disclosure control, and checked before a report comes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from reports.document import Cell, Document, Kind, Link, Place, Table
from reports.key_numbers import KEY_NUMBERS
from reports.rates import Rate, reconcile
from reports.sections import over_time

SHORT_NOTICE: Final = "Under 24 hours"


def links(tables: Mapping[str, Table]) -> tuple[Link, ...]:
    """Every link between the tables that the report has."""
    found: list[Link] = []
    if "key-numbers" in tables:
        found += [
            link
            for row, table, column in KEY_NUMBERS
            if table in tables
            for link in _same_rate(Place("key-numbers", row, "rate"), Place(table, None, column))
        ]
    if "funnel" in tables:
        for name in labels(tables["funnel"]):
            places = (Place(table, name, "attendance_rate") for table in ("funnel", "attendance"))
            found += _same_rate(*places)
    if "notice" in tables and "recording" in tables:
        short = Place("recording", None, "short_notice.part")
        found.append(Link(short, (Place("notice", SHORT_NOTICE, "expected"),)))
    if over_time.WHOLE in tables:
        found += over_time.links(tables)
    for name, of_table in (("not-convened", _shares), ("checklist", _questions), ("reconciliation", _ways)):
        if name in tables:
            found += of_table(tables[name])
    return tuple(found)


def check(document: Document) -> None:
    """Every link, sum and total of the document holds in its numbers.

    :raises DoesNotReconcile: for the first that does not.
    """
    numbers = {table.name: _numbers(table) for table in document.tables}
    for link in document.links:
        parts = [_count(numbers, place) for place in link.parts]
        reconcile(_words(link.whole), parts, _count(numbers, link.whole))
    for table in document.tables:
        for row in (*labels(table), *([None] if table.total else [])):
            for rule in table.sums:
                parts = [_count(numbers, Place(table.name, row, part)) for part in rule.parts]
                reconcile(
                    f"{rule.whole} of {row or 'all'} in {table.name}",
                    parts,
                    _count(numbers, Place(table.name, row, rule.whole)),
                )
        if table.total and table.adds:
            _check_total(table, numbers)


def labels(table: Table) -> list[str]:
    """What the rows are about."""
    return [str(row[0]) for row in table.rows]


@dataclass(frozen=True)
class _Numbers:
    """The cells of a table by the label of their row, None for the total, and where in the row a column stands."""

    columns: Mapping[str, int]
    rows: Mapping[str | None, tuple[Cell, ...]]


def _numbers(table: Table) -> _Numbers:
    rows: dict[str | None, tuple[Cell, ...]] = {str(row[0]): row for row in reversed(table.rows)}
    if table.total is not None:
        rows[None] = table.total
    return _Numbers({column.name: at for at, column in enumerate(table.columns)}, rows)


def _count(tables: Mapping[str, _Numbers], place: Place) -> int:
    """The number that stands there."""
    table = tables[place.table]
    name, _, number = place.column.partition(".")
    cell = table.rows[place.row][table.columns[name]]
    if isinstance(cell, Rate):
        return cell.whole if number == "whole" else cell.part
    assert isinstance(cell, int), f"{place} is no count"
    return cell


def row_of(table: Table, label: str | None) -> tuple[Cell, ...]:
    """The row with this label; the total for None."""
    if label is None:
        assert table.total is not None, f"{table.name} has no total"
        return table.total
    return next(row for row in table.rows if row[0] == label)


def _check_total(table: Table, tables: Mapping[str, _Numbers]) -> None:
    for column in table.columns:
        names = {Kind.COUNT: [column.name], Kind.RATE: [f"{column.name}.part", f"{column.name}.whole"]}
        for name in names.get(column.kind, []):
            parts = [_count(tables, Place(table.name, row, name)) for row in labels(table)]
            reconcile(f"{name} in {table.name}", parts, _count(tables, Place(table.name, None, name)))


def _same_rate(one: Place, other: Place) -> list[Link]:
    return [
        Link(Place(one.table, one.row, f"{one.column}.{n}"), (Place(other.table, other.row, f"{other.column}.{n}"),))
        for n in ("part", "whole")
    ]


def _shares(shown: Table) -> Iterable[Link]:
    """The base of each share is the number of decisions, which the reasons add up to."""
    whole = Place(shown.name, None, "not_convened")
    yield Link(whole, tuple(Place(shown.name, reason, "not_convened") for reason in labels(shown)))
    for reason in (*labels(shown), None):
        yield Link(Place(shown.name, reason, "share.whole"), (whole,))


def _questions(shown: Table) -> Iterable[Link]:
    """The meetings of the checklist are the same for every question."""
    first, *rest = labels(shown)
    for question in rest:
        yield Link(Place(shown.name, question, "meetings"), (Place(shown.name, first, "meetings"),))


def _ways(shown: Table) -> Iterable[Link]:
    """Every way of counting gives the total."""
    for row in labels(shown):
        for column in shown.columns[1:]:
            yield Link(Place(shown.name, row, column.name), (Place(shown.name, None, column.name),))


def _words(place: Place) -> str:
    return f"{place.column} of {place.row or 'all'} in {place.table}"
