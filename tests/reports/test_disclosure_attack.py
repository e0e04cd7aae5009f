"""No small figure can be worked out of what was published, whoever has all of it and a solver."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from reports.disclosure import protect
from reports.document import Cell, Column, Document, Kind, Sum, Table
from reports.hiding import APART
from reports.rates import Rate
from tests.reports.attack import Attack, Range, wide
from tests.reports.protecting import column, report, table

THRESHOLD = 5
OUTCOMES = ("attended", "deputy", "no_show", "not_recorded")
CAPACITIES = ("home", "destination", "incident")
Seats = dict[tuple[str, str], dict[str, int]]  # by unit and capacity, how many of each outcome

few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
counts = st.one_of(st.just(0), st.integers(0, 4), st.integers(0, 9), st.integers(0, 60))


@st.composite
def seats(draw: st.DrawFn, units: int | None = None) -> Seats:
    number = units or draw(st.integers(2, 14))
    kinds = draw(st.integers(1, len(CAPACITIES)))
    return {
        (f"Unit {unit + 1}", capacity): {outcome: draw(counts) for outcome in OUTCOMES}
        for unit in range(number)
        for capacity in CAPACITIES[:kinds]
    }


def quarter(counted: Seats, period: str = "2026-Q3", counted_on: date = date(2026, 10, 9)) -> Document:
    """Two tables that share their totals, with rates and minutes."""
    by_unit = [(unit, [row for (of, _), row in counted.items() if of == unit]) for unit in _ordered(counted, 0)]
    by_capacity = [(name, [row for (_, of), row in counted.items() if of == name]) for name in _ordered(counted, 1)]
    return report(
        _table("by unit", "police unit", by_unit),
        _table("by capacity", "capacity", by_capacity),
        period=period,
        counted=counted_on,
    )


def _ordered(counted: Seats, place: int) -> list[str]:
    return list(dict.fromkeys(key[place] for key in counted))


def _table(name: str, by: str, groups: Sequence[tuple[str, list[dict[str, int]]]]) -> Table:
    heads: list[str | Column] = [
        *OUTCOMES, "expected", column("rate", Kind.RATE), column("minutes", unit="minutes", tells=("expected",)),
    ]  # fmt: skip
    sums = [Sum("expected", OUTCOMES), Sum("rate.part", OUTCOMES[:2]), Sum("rate.whole", OUTCOMES[:3])]
    everything = [row for _, rows in groups for row in rows]
    rows = [_row(label, rows) for label, rows in groups]
    return table(heads, rows, _row("All", everything), name=name, by=by, sums=sums)


def _row(label: str, rows: Sequence[dict[str, int]]) -> tuple[Cell, ...]:
    sums = [sum(row[outcome] for row in rows) for outcome in OUTCOMES]
    return (label, *sums, sum(sums), Rate(sum(sums[:2]), sum(sums[:3])), 60 * sum(sums))


def not_wide(attack: Attack) -> dict[str, Range]:
    """The small figures that the attacker can tell, or nearly so."""
    ranges = attack.ranges(APART, THRESHOLD)
    return {" · ".join(name): one for name, one in ranges.items() if not wide(one, APART, THRESHOLD)}


@few
@given(seats())
def test_no_small_figure_of_a_report_can_be_worked_out(counted: Seats) -> None:
    full = quarter(counted)
    attack = Attack()
    attack.read(protect(full, THRESHOLD), full, THRESHOLD)
    assert not_wide(attack) == {}


@few
@given(st.data())
def test_no_small_figure_can_be_worked_out_of_three_months_and_their_quarter(data: st.DataObject) -> None:
    units = data.draw(st.integers(2, 6))
    months = {f"2026-{number:02}": data.draw(seats(units)) for number in (7, 8, 9)}
    whole = {key: {o: sum(month.get(key, {}).get(o, 0) for month in months.values()) for o in OUTCOMES}
             for key in sorted({key for month in months.values() for key in month})}  # fmt: skip
    attack, published = Attack(), list[Document]()
    for day, (period, counted) in enumerate([*months.items(), ("2026-Q3", whole)], 1):
        full = quarter(counted, period, date(2026, 10, day))
        published.append(protect(full, THRESHOLD, published))
        attack.read(published[-1], full, THRESHOLD)
    attack.months_make("2026-Q3", list(months))
    assert not_wide(attack) == {}
