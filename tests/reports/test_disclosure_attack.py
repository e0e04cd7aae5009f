"""No small figure can be worked out of what was published, whoever has all of it and a solver."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import hypothesis.strategies as st
import msgspec
from hypothesis import HealthCheck, given, settings

from reports.disclosure import protect
from reports.document import HIDDEN, Cell, Column, Document, Kind, Sum, Table
from reports.hiding import APART
from reports.quantities import Earlier
from reports.rates import Rate
from tests.reports.attack import MOST, Attack, Range, wide
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


def not_wide(attack: Attack, threshold: int = THRESHOLD) -> dict[str, Range]:
    """The small figures that the attacker can tell, or nearly so."""
    ranges = attack.ranges(APART, threshold)
    return {" · ".join(name): one for name, one in ranges.items() if not wide(one, APART, threshold)}


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
    assert not_wide(attacked_by_months(months)) == {}


def attacked_by_months(months: dict[str, Seats]) -> Attack:
    """Who has each month's report, as it was published, and then that of the quarter."""
    attack, published = Attack(), list[Earlier]()
    for day, (period, counted) in enumerate([*months.items(), ("2026-Q3", together(months))], 1):
        full = quarter(counted, period, date(2026, 10, day))
        published.append(Earlier(protect(full, THRESHOLD, published), full))
        attack.read(published[-1].printed, full, THRESHOLD)
    attack.months_make("2026-Q3", list(months))
    return attack


def test_a_0_that_one_month_had_to_hide_leaves_the_small_figures_of_the_others_as_open_as_before() -> None:
    def month(home: tuple[int, ...], destination: tuple[int, ...], incident: tuple[int, ...]) -> Seats:
        counted = {("Unit 1", "home"): home, ("Unit 1", "destination"): destination, ("Unit 2", "incident"): incident}
        return {
            (unit, capacity): dict(zip(OUTCOMES, counted.get((unit, capacity), (0, 0, 0, 0)), strict=True))
            for unit in ("Unit 1", "Unit 2")
            for capacity in CAPACITIES
        }

    attack = attacked_by_months(
        {
            "2026-07": month((0, 0, 1, 0), (0, 0, 2, 0), (0, 0, 1, 0)),
            "2026-08": month((0, 0, 1, 0), (2, 0, 2, 0), (0, 0, 1, 0)),
            "2026-09": month((0, 0, 0, 0), (0, 0, 1, 0), (0, 6, 0, 0)),
        }
    )
    assert not_wide(attack) == {}


@few
@given(seats(), st.data())
def test_no_small_figure_can_be_worked_out_of_a_report_and_its_revision(before: Seats, data: st.DataObject) -> None:
    after = corrected_somewhere(before, data)
    full, corrected = quarter(before), quarter(after, counted_on=date(2026, 11, 9))
    first = Earlier(protect(full, THRESHOLD), full)
    attack = Attack()
    attack.read(first.printed, full, THRESHOLD)
    attack.read(protect(corrected, THRESHOLD, [first]), corrected, THRESHOLD)
    assert not_wide(attack) == {}


@settings(few, max_examples=15)
@given(st.data())
def test_no_small_figure_can_be_worked_out_of_months_and_their_quarter_as_corrected(data: st.DataObject) -> None:
    units = data.draw(st.integers(2, 4))
    months = {f"2026-{number:02}": data.draw(seats(units)) for number in (7, 8, 9)}
    attack, published = Attack(), list[Earlier]()

    def publish(period: str, counted: Seats) -> None:
        full = quarter(counted, period, date(2026, 10, len(published) + 1))
        published.append(Earlier(protect(full, THRESHOLD, published), full))
        attack.read(published[-1].printed, full, THRESHOLD)

    for period, counted in months.items():
        publish(period, counted)
    publish("2026-Q3", together(months))
    attack.months_make("2026-Q3", list(months))
    for _ in range(2):  # a month first, then the quarter: see decision 0025
        late = data.draw(st.sampled_from(sorted(months)))
        months[late] = corrected_somewhere(months[late], data)
        publish(late, months[late])
        publish("2026-Q3", together(months))
        attack.months_make("2026-Q3", list(months))
    assert not_wide(attack) == {}


def corrected_somewhere(counted: Seats, data: st.DataObject) -> Seats:
    """The same with up to three of its counts set otherwise."""
    changed = data.draw(st.lists(st.tuples(st.sampled_from(sorted(counted)), st.sampled_from(OUTCOMES)), max_size=3))
    after = {key: dict(row) for key, row in counted.items()}
    for key, outcome in changed:
        after[key][outcome] = data.draw(counts)
    return after


def together(months: dict[str, Seats]) -> Seats:
    return {
        key: {o: sum(month.get(key, {}).get(o, 0) for month in months.values()) for o in OUTCOMES}
        for key in sorted({key for month in months.values() for key in month})
    }


def primary_alone(document: Document) -> Document:
    """What people do by hand: only the small figures are hidden, and the rates on them."""

    def cell(one: Cell) -> Cell:
        small = range(1, THRESHOLD)
        parts = (one.part, one.whole, one.whole - one.part) if isinstance(one, Rate) else (one,)
        return HIDDEN if any(part in small for part in parts) else one

    def lines(rows: Sequence[tuple[Cell, ...]]) -> tuple[tuple[Cell, ...], ...]:
        return tuple((row[0], *(cell(one) for one in row[1:])) for row in rows)

    tables = tuple(
        msgspec.structs.replace(one, rows=lines(one.rows), total=lines([one.total])[0] if one.total else None)
        for one in document.tables
    )
    section = msgspec.structs.replace(document.sections[0], tables=tables)
    return msgspec.structs.replace(document, sections=(section,))


ONE_SMALL = {
    (unit, capacity): dict.fromkeys(OUTCOMES, 20) for unit in ("Unit 1", "Unit 2") for capacity in CAPACITIES[:2]
} | {("Unit 3", "home"): {"attended": 30, "deputy": 9, "no_show": 3, "not_recorded": 0}}


def test_the_attack_finds_what_is_hidden_by_hand() -> None:
    full = quarter(ONE_SMALL)
    attack = Attack()
    attack.read(primary_alone(full), full, THRESHOLD)
    told = not_wide(attack)
    assert told["2026-Q3 · police seats by police unit · Unit 3 · no_show"] == Range(3, 3)
    protected = Attack()
    protected.read(protect(full, THRESHOLD), full, THRESHOLD)
    assert protected.small == attack.small
    assert not_wide(protected) == {}


def test_the_attack_subtracts_what_was_protected_without_a_look_at_earlier_publications() -> None:
    months = [
        {**ONE_SMALL, ("Unit 3", "home"): dict.fromkeys(OUTCOMES, 30) | {"no_show": shows}} for shows in (3, 9, 12)
    ]
    whole = {key: {name: sum(month[key][name] for month in months) for name in row} for key, row in months[0].items()}
    for looks_back in (False, True):
        attack, published = Attack(), list[Earlier]()
        for number, counted in enumerate([*months, whole]):
            full = quarter(counted, f"2026-{number + 7:02}" if number < len(months) else "2026-Q3")
            published.append(Earlier(protect(full, THRESHOLD, published if looks_back else ()), full))
            attack.read(published[-1].printed, full, THRESHOLD)
        attack.months_make("2026-Q3", ["2026-07", "2026-08", "2026-09"])
        told = not_wide(attack)
        assert told.get("2026-07 · police seats by police unit · Unit 3 · no_show") == (
            None if looks_back else Range(3, 3)
        )


ACTIVITIES: list[tuple[Cell, ...]] = [("I", 20, 50, 10, 80), ("II", 8, 19, 22, 49), ("III", 17, 32, 12, 61)]
PRINTED: list[tuple[Cell, ...]] = [ACTIVITIES[0], ("II", HIDDEN, 19, HIDDEN, 49), ("III", HIDDEN, 32, HIDDEN, 61)]


def test_the_attack_finds_the_range_of_the_published_example() -> None:
    """Investment by activity and region: with the four cells hidden, 22 could be anything from 5 to 30.

    M. Fischetti and J. J. Salazar-González, "Solving the cell suppression problem on tabular data with linear
    constraints", Management Science 47 (2001), figures 1 and 2, after L. Willenborg and T. de Waal (1996).
    """
    heads, sums, total = ["a", "b", "c", "every"], [Sum("every", ("a", "b", "c"))], ("All", 45, 101, 44, 190)
    full, printed = (report(table(heads, rows, total, by="activity", sums=sums)) for rows in (ACTIVITIES, PRINTED))
    attack = Attack(nothing_hidden_is_0=False)
    attack.read(printed, full, 0)
    attack.small = {("2026-Q3", "police seats by activity", "II", "c"): 22}
    assert attack.ranges(MOST, MOST) == {("2026-Q3", "police seats by activity", "II", "c"): Range(5, 30)}
    protected = protect(full, 9)  # with 8 as the one small figure
    assert [cell for row in protected.tables[0].rows for cell in row].count(HIDDEN) == 4
