"""A funnel plot says who differs from the whole by more than chance, how sure that is, nothing of hidden cells."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from scipy.stats import binomtest, chi2

from reports.charts import svg
from reports.document import HIDDEN, Chart, Table
from reports.funnel import dispersion, funnel, said
from reports.rates import Interval, Rate

ALIKE = [Rate(part, 200) for part in (160, 158, 165, 155, 162, 168, 159, 161, 152, 164, 157, 163)]


def london(*more: tuple[str, Rate]) -> tuple[Table, Chart]:
    return funnel([(f"Unit {n}", rate) for n, rate in enumerate(ALIKE, 1)] + list(more), whole="London")


def test_units_alike_are_said_to_differ_by_no_more_than_chance() -> None:
    table, chart = london()
    assert [row[4] for row in table.rows] == ["inside"] * 12
    assert chart.finding == (
        "No unit differs from the 80% of London by more than chance explains. That does not show that all are alike."
    )
    assert table.note == (
        "Limits are exact binomial limits, about 2 and 3 standard deviations from the rate of the whole. Taken "
        "together the units vary about as much as chance would make them (phi 0.4; more than 1.8 would be too much), "
        "so the limits can be read as they stand."
    )


def test_a_unit_outside_the_wide_limits_is_named_with_its_numbers_and_how_sure_that_is() -> None:
    table, chart = london(("North East", Rate(118, 200)))
    assert table.rows[-1][4] == "lower than the 99.8% limit"
    assert chart.finding == (
        "By more than chance explains, attendance differs from the 79% of London: lower at North East, 59% (118 of "
        "200). Chance alone would put fewer than one unit in 500 so far out."
    )
    assert chart.alt == (
        "Funnel plot of 13 police units: attendance rate against the number of seats recorded, with the limits "
        "within which chance alone explains a unit's distance from the rate of London, 79%. North East is lower than "
        "the 99.8% limit."
    )


def test_a_unit_outside_the_narrow_limits_only_is_weak_evidence_and_says_so() -> None:
    _, chart = london(("South Area", Rate(174, 200)))
    assert chart.finding == (
        "Perhaps by chance, attendance differs from the 81% of London: higher at South Area, 87% (174 of 200). Of 13 "
        "units that all worked alike, about 4 in 10 reports would show one or more outside the 95% limits, as here."
    )


def test_of_both_kinds_the_surer_one_comes_first() -> None:
    _, chart = london(("North East", Rate(118, 200)), ("South Area", Rate(173, 200)))
    assert chart.finding.index("North East") < chart.finding.index("Less surely: higher at South Area")


def test_units_that_vary_more_than_chance_are_said_to_share_a_cause() -> None:
    table, chart = funnel([(f"Unit {n}", Rate(100 + 20 * (n % 4), 200)) for n in range(12)], whole="London")
    assert chart.finding.endswith("All units together vary more than chance explains, so a cause that several share "
                                  "is likely.")  # fmt: skip
    assert "So units outside the limits are to be expected, and one just outside does not stand out" in table.note


def test_a_unit_with_few_seats_is_said_to_show_only_large_differences() -> None:
    table, _ = london(("City of London Police", Rate(6, 7)), ("Heathrow", Rate(0, 1)))
    assert "a very large difference would show: City of London Police, Heathrow." in table.note
    assert [row[4] for row in table.rows[-2:]] == ["inside", "inside, as with so few seats any rate would be"]


def test_a_unit_with_nothing_recorded_has_no_place() -> None:
    table, chart = london(("Heathrow", Rate(0, 0)))
    assert table.rows[-1] == ("Heathrow", Rate(0, 0), Interval(None, None), Interval(None, None), "nothing recorded")
    assert "12 police units" in chart.alt


def test_units_keep_the_order_they_are_given_in_and_add_up_to_the_whole() -> None:
    table, _ = london(("North East", Rate(118, 200)))
    assert [row[0] for row in table.rows] == [*(f"Unit {n}" for n in range(1, 13)), "North East"]
    assert table.total == ("London", Rate(2042, 2600), None, None, None)


def test_words_made_again_tell_nothing_of_hidden_cells() -> None:
    table, _ = london(("North East", Rate(118, 200)))
    hidden = replace(table, rows=(*table.rows[:-1], ("North East", HIDDEN, HIDDEN, HIDDEN, HIDDEN)))
    again, chart = said(hidden)
    assert "North East" not in chart.finding + chart.alt + again.note
    assert "Not drawn because figures are hidden: 1." in chart.alt
    assert again.note.endswith("Units whose figures are hidden are counted in the whole and not compared: 1.")
    assert said(replace(hidden, total=("London", HIDDEN, None, None, None)))[1].finding == (
        "The rate of London is not given, so units cannot be compared with it."
    )


def test_where_the_rate_of_the_whole_is_hidden_no_limits_tell_it() -> None:
    table, _ = london(("North East", Rate(118, 200)))
    again, chart = said(replace(table, total=("London", HIDDEN, None, None, None)))
    assert [row[:2] for row in again.rows] == [row[:2] for row in table.rows]
    assert {cell for row in again.rows for cell in row[2:]} == {HIDDEN}
    assert chart.alt == "Empty funnel plot: the rate of London is not given, so no unit is set beside it."
    assert svg(chart, again)


@given(st.lists(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1))
def test_a_place_is_what_the_exact_test_of_scipy_says(counts: list[tuple[int, int]]) -> None:
    table, _ = funnel([(f"Unit {n}", Rate(*count)) for n, count in enumerate(counts)], whole="London")
    target = sum(part for part, _ in counts) / sum(whole for _, whole in counts)
    for (part, whole), row in zip(counts, table.rows, strict=True):
        below = binomtest(part, whole, target, alternative="less").pvalue
        above = binomtest(part, whole, target, alternative="greater").pvalue
        if min(abs(p - tail) for p in (below, above) for tail in (0.025, 0.001)) > 1e-9:
            side = "lower" if below < 0.025 else "higher"
            least = min(below, above)
            limit = "99.8%" if least < 0.001 else "95%"
            expected = f"{side} than the {limit} limit" if least < 0.025 else "inside"
            assert str(row[4]).split(",")[0] == expected


RATES = st.lists(
    st.integers(1, 300).flatmap(lambda n: st.builds(Rate, st.integers(0, n), st.just(n))), min_size=5, max_size=40
)


@given(RATES, st.floats(0.05, 0.95))
def test_phi_is_the_mean_square_of_winsorised_scores(rates: list[Rate], target: float) -> None:
    scores = np.array([(r.part / r.whole - target) / sqrt(target * (1 - target) / r.whole) for r in rates])
    drawn_in = np.clip(scores, np.quantile(scores, 0.1), np.quantile(scores, 0.9))
    found = dispersion(rates, target)
    assert found is not None
    assert found[0] == pytest.approx(float(np.mean(drawn_in**2)))


@pytest.mark.parametrize("units", [5, 13, 32, 100])
def test_what_is_too_much_leaves_chance_about_one_report_in_twenty_or_fewer(units: int) -> None:
    found = dispersion([Rate(1, 2)] * units, 0.5)
    assert found is not None
    assert chi2.sf(found[1] * units, units) < 0.05


def test_four_units_cannot_be_said_to_vary_too_much() -> None:
    assert dispersion(ALIKE[:4], 0.8) is None
    table, _ = funnel([("Unit 1", Rate(8, 10))], whole="London")
    assert "too few units to say whether they vary" in table.note
