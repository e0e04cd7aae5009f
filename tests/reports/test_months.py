"""Months are judged as published worked examples judge theirs: Montgomery's orange juice, Mohammed's emergencies."""

from __future__ import annotations

from math import sqrt
from random import Random
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from reports.limits import TAIL_998
from reports.months import judged, sigma_z, spans
from reports.rates import Rate

# D. C. Montgomery, Introduction to Statistical Quality Control, example "frozen orange juice": leaking cans of 50,
# 30 samples, and 24 more after the machine was adjusted. Centre 0.2313, limits 0.0524 and 0.4102; samples 15 and 23
# lie above. (The counts as in the data set "orangejuice" of the R package qcc.)
ORANGE_JUICE = [
    Rate(leaking, 50)
    for leaking in (
        *(12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22),
        *(8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6),
    )
]
ADJUSTED = [
    Rate(leaking, 50) for leaking in (9, 6, 12, 5, 6, 4, 6, 3, 7, 6, 2, 4, 3, 6, 5, 4, 8, 5, 6, 7, 5, 6, 3, 5)
]
# M. A. Mohammed, J. S. Panesar, D. B. Laney and R. Wilson, BMJ Quality & Safety 22 (2013), 362-368: weekly emergency
# attendances in the NHS and how many of them were seen within four hours. (As in "nhs_accidents" of qicharts2.)
EMERGENCIES = [
    Rate(seen, came)
    for seen, came in (
        *((266501, 280443), (264225, 276823), (276532, 291681), (281461, 296155), (269071, 282343)),
        *((261215, 275888), (270409, 283867), (279778, 295251), (270483, 284468), (270320, 282529)),
        *((267923, 279618), (271478, 283932), (255353, 266629), (256820, 268091), (261835, 276803)),
        *((259144, 271578), (255910, 266005), (260863, 273520), (264465, 278574), (260989, 273772)),
    )
]


def test_the_orange_juice_has_its_published_centre_and_its_two_signals_above() -> None:
    found = judged(ORANGE_JUICE)
    assert found[0].centre == pytest.approx(0.2313, abs=5e-5)
    assert [n for n, month in enumerate(found, 1) if "above the limits" in month.signals] == [15, 23]
    assert not [n for n, month in enumerate(found, 1) if "below the limits" in month.signals]


def test_its_exact_limits_lie_where_the_published_ones_by_the_normal_curve_do() -> None:
    low, high = spans(ORANGE_JUICE, 347 / 1500, 3, TAIL_998)[0]
    assert (low, high) == pytest.approx((0.0524, 0.4102), abs=0.03)  # exact ones lean to the longer tail
    assert low > 0.0524
    assert high > 0.4102


def test_the_adjusted_machine_shows_no_signal_at_its_published_centre() -> None:
    found = judged(ADJUSTED)
    assert found[0].centre == pytest.approx(0.1108, abs=5e-5)
    assert [month.signals for month in found if month.signals] == []


def test_of_very_many_a_p_chart_would_call_most_weeks_signals_and_laneys_calls_none() -> None:
    centre = sum(week.part for week in EMERGENCIES) / sum(week.whole for week in EMERGENCIES)
    outside = [
        week
        for week in EMERGENCIES
        if abs(week.part / week.whole - centre) > 3 * sqrt(centre * (1 - centre) / week.whole)
    ]
    assert len(outside) == 16
    assert sigma_z(EMERGENCIES, centre) == pytest.approx(10.64, abs=0.005)
    assert not [month for month in judged(EMERGENCIES) if {"above the limits", "below the limits"} & {*month.signals}]


def test_the_limits_of_the_p_prime_chart_are_three_times_both_spreads() -> None:
    centre = sum(week.part for week in EMERGENCIES) / sum(week.whole for week in EMERGENCIES)
    for week, (low, high) in zip(EMERGENCIES, spans(EMERGENCIES, centre, 3, TAIL_998), strict=True):
        reach = 3 * 10.6404 * sqrt(centre * (1 - centre) / week.whole)
        assert (low, high) == pytest.approx((centre - reach, centre + reach), abs=1e-6)


def test_of_units_at_which_nothing_changes_about_one_in_five_shows_some_sign_within_36_months() -> None:
    """RULES, the decision and docs/committee.md say so."""
    chance = Random(1)  # noqa: S311  # the same each time
    months = [[Rate(sum(chance.random() < 0.83 for _ in range(60)), 60) for _ in range(36)] for _ in range(150)]
    signalled = sum(any(month.signals for month in judged(unit)) for unit in months)
    assert 0.15 < signalled / len(months) < 0.28


RATES = st.integers(1, 90).flatmap(lambda whole: st.builds(Rate, st.integers(0, whole), st.just(whole)))


@given(st.lists(RATES, min_size=15, max_size=36))
def test_from_15_months_on_a_month_is_outside_when_its_binomial_tail_is(rates: list[Rate]) -> None:
    centre = sum(rate.part for rate in rates) / sum(rate.whole for rate in rates)
    parts, wholes = [rate.part for rate in rates], [rate.whole for rate in rates]
    below, above = binom.cdf(parts, wholes, centre), binom.sf([part - 1 for part in parts], wholes, centre)
    for found, low, high in zip(judged(rates), below, above, strict=True):
        assert found.centre == centre
        if min(abs(low - TAIL_998), abs(high - TAIL_998)) > 1e-9:
            assert ("below the limits" in found.signals) == (low < TAIL_998)
            assert ("above the limits" in found.signals) == (high < TAIL_998)


@given(st.lists(RATES, min_size=6, max_size=14))
def test_until_then_there_is_a_median_and_no_limit(rates: list[Rate]) -> None:
    found = judged(rates)
    assert {month.centre for month in found} == {median(rate.part / rate.whole for rate in rates)}
    assert {month.limits for month in found} == {None}


@pytest.mark.parametrize(("months", "centre", "limits"), [(5, False, False), (6, True, False), (15, True, True)])
def test_a_chart_becomes_more_as_months_come_in(months: int, centre: bool, limits: bool) -> None:
    found = judged([Rate(8, 10)] * months)
    assert {month.centre is not None for month in found} == {centre}
    assert {month.limits is not None for month in found} == {limits}
    assert [month.signals for month in found if month.signals] == []


@pytest.mark.parametrize("part", [0, 10])
def test_months_that_are_all_alike_at_the_edge_have_no_signal(part: int) -> None:
    assert [month.signals for month in judged([Rate(part, 10)] * 20) if month.signals] == []
    assert [month.signals for month in judged([Rate(50 * part, 500)] * 20) if month.signals] == []
