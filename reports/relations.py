"""What adds up in reports, said as equations: whoever reads them all can subtract, and so must we."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from reports.document import Document, Kind, Place
from reports.quantities import BY_MONTH, Key, Register, Row
from reports.rates import DoesNotReconcile

Terms = tuple[tuple[int, int], ...]
Days = tuple[date, date]  # a period's first day, and the first after it


@dataclass(frozen=True)
class Equation:
    """The quantities, each times its factor, come to nothing.

    :param sure: whether it holds by definition. What one report printed in months and another in a quarter need not
        add up when a register was corrected in between; then nothing can be subtracted either.
    """

    terms: Terms
    sure: bool


def relations(register: Register) -> list[Equation]:
    """Every equation that holds, in every report and between them.

    :raises DoesNotReconcile: where one that must hold in the new document does not.
    """
    found: dict[Terms, bool] = {}
    for number, (document, rows) in enumerate(register.rows):
        for terms in _of_document(document, rows):
            found[terms] = found.get(terms, False) or number == 0
    for newest in register.as_of:
        for terms in _of_periods(register, newest):
            found.setdefault(terms, False)
    equations = [Equation(terms, sure) for terms, sure in found.items()]
    return [equation for equation in equations if _holds(register, equation)]


def _holds(register: Register, equation: Equation) -> bool:
    left = sum(factor * register.all[index].value for index, factor in equation.terms)
    if left and equation.sure:
        whole, *parts = (register.all[index] for index, _ in equation.terms)
        raise DoesNotReconcile(
            f"{whole.key.column} of {whole.key.label or whole.key.of}",
            sum(p.value for p in parts),
            whole.value,
        )
    return not left


def _of_document(document: Document, rows: list[Row]) -> Iterator[Terms]:
    for row in rows:
        names = row.quantities
        for column in row.table.columns:
            if column.kind is Kind.RATE and f"{column.name}.whole" in names:
                yield _sum(
                    names[f"{column.name}.whole"], [names[f"{column.name}.part"], names[f"{column.name}.rest"]]
                )
        for said in row.table.sums:
            if said.whole in names and all(part in names for part in said.parts):
                yield _sum(names[said.whole], [names[part] for part in said.parts])
    yield from _down_the_tables(rows)
    yield from _links(document, rows)


def _down_the_tables(rows: list[Row]) -> Iterator[Terms]:
    by_table: dict[int, list[Row]] = {}
    for row in rows:
        by_table.setdefault(id(row.table), []).append(row)
    for listed in by_table.values():
        total = listed[-1]
        if total.label is not None or not total.table.adds:
            continue
        for name, whole in total.quantities.items():
            if all(name in row.quantities for row in listed):
                yield _sum(whole, [row.quantities[name] for row in listed[:-1]])


def _links(document: Document, rows: list[Row]) -> Iterator[Terms]:
    places = {Place(row.table.name, row.label, name): index for row in rows for name, index in row.quantities.items()}
    for link in document.links:
        if link.whole in places and all(part in places for part in link.parts):
            yield _sum(places[link.whole], [places[part] for part in link.parts])


def _sum(whole: int, parts: Iterable[int]) -> Terms:
    factors: dict[int, int] = {whole: 1}
    for part in parts:
        factors[part] = factors.get(part, 0) - 1
    return tuple((index, factor) for index, factor in factors.items() if factor)


def _of_periods(register: Register, newest: Mapping[Key, int]) -> Iterator[Terms]:
    """Months add up to their quarter and quarters to their year, in every figure that both have.

    :param newest: the number of each key at some time. Those of different times need not add up.

    A row that is missing in a report that has the table has nothing in it.
    """
    days = {doc.period: (doc.first, doc.last + timedelta(days=1)) for doc, _ in register.rows}
    counted = _counted(register)
    in_periods: dict[Key, dict[str, int]] = {}
    for key, index in newest.items():
        if key.period in days or _add_month(key.period, days):
            in_periods.setdefault(key._replace(period=""), {})[key.period] = index
    cycles: dict[frozenset[str], list[dict[str, int]]] = {}
    for key, having in in_periods.items():
        known = frozenset(counted.get(_of_any_row(key), set()) | having.keys())
        if known not in cycles:
            cycles[known] = _cycles(days, known)
        for cycle in cycles[known]:
            if terms := tuple((having[period], factor) for period, factor in cycle.items() if period in having):
                yield terms


def _counted(register: Register) -> dict[tuple[str, ...], set[str]]:
    """The periods of which there are tables of this, with whatever rows."""
    counted: dict[tuple[str, ...], set[str]] = {}
    for _, rows in register.rows:
        for row in rows:
            if not row.table.inside and row.table.by != BY_MONTH:
                for index in row.quantities.values():
                    key = register.all[index].key
                    counted.setdefault(_of_any_row(key), set()).add(key.period)
    return counted


def _of_any_row(key: Key) -> tuple[str, ...]:
    return (key.of, key.by, key.column, key.type)


def _add_month(period: str, days: dict[str, Days]) -> bool:
    year, dash, number = period.partition("-")
    if not (dash and year.isdigit() and number.isdigit() and len(number) == 2 and 1 <= int(number) <= 12):
        return False
    first = date(int(year), int(number), 1)
    days[period] = (first, (first + timedelta(days=31)).replace(day=1))
    return True


def _cycles(days: Mapping[str, Days], known: frozenset[str]) -> list[dict[str, int]]:
    """The ways in which periods make up one another: a period leads from its first day to the day after it.

    Whatever leads round in a circle comes to nothing; the circles through one tree of periods give all others.
    """
    ways: dict[date, dict[str, int]] = {}  # how each day is reached from the first day of its tree
    shortest = sorted(known, key=lambda period: (days[period][1] - days[period][0], days[period], period))
    cycles: list[dict[str, int]] = []
    for start in sorted({days[period][0] for period in known}):
        if start not in ways:
            ways[start] = {}
            _grow(start, ways, days, shortest)
    for period in shortest:
        first, last = days[period]
        circle = dict(ways[first])
        for other, factor in ((period, 1), *((other, -factor) for other, factor in ways[last].items())):
            circle[other] = circle.get(other, 0) + factor
        if circle := {other: factor for other, factor in circle.items() if factor}:
            cycles.append(circle)
    return cycles


def _grow(start: date, ways: dict[date, dict[str, int]], days: Mapping[str, Days], periods: list[str]) -> None:
    reached = [start]
    for day in reached:  # which grows while it is walked
        for period in periods:
            first, last = days[period]
            for here, there, factor in ((first, last, 1), (last, first, -1)):
                if here == day and there not in ways:
                    ways[there] = {**ways[day], period: factor}
                    reached.append(there)
