"""Binomial limits are exact: as scipy's and a published table, and saying how often chance crosses them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from reports.limits import TAIL_95, TAIL_998, Limits, limits

WHOLE = st.integers(1, 3000)
TARGET = st.floats(0.001, 0.999)
TAIL = st.sampled_from([TAIL_95, TAIL_998])

# W. J. Dixon and A. M. Mood, "The statistical sign test", JASA 41 (1946), 557-566, table 1, 5% level (two tails):
# the largest number of the less frequent sign that is significant; none for fewer than 6 pairs.
SIGN_TEST = {6: 0, 8: 0, 9: 1, 11: 1, 12: 2, 14: 2, 15: 3, 17: 4, 20: 5, 23: 6, 25: 7, 28: 8, 30: 9, 50: 17, 100: 39}


@pytest.mark.parametrize(("pairs", "significant"), SIGN_TEST.items())
def test_around_a_half_they_are_the_published_table_of_the_sign_test(pairs: int, significant: int) -> None:
    found = limits(pairs, 0.5, TAIL_95)
    assert (found.fewest - 1, pairs - found.most - 1) == (significant, significant)


def test_of_too_few_seats_none_can_lie_outside() -> None:
    assert limits(5, 0.5, TAIL_95) == Limits(0.0, 1.0, 0, 5, 0.0)


def test_a_full_attendance_of_few_seats_stands_out_of_nothing() -> None:
    """By Spiegelhalter's formula for the upper limit 5 of 5 would, though a third of units at 80% have it."""
    assert limits(5, 0.8, TAIL_95).sets_apart(5) == 0


@given(WHOLE, TARGET, TAIL)
def test_a_count_is_outside_exactly_when_chance_reaches_it_less_often_than_the_tail(
    whole: int, target: float, tail: float
) -> None:
    found = limits(whole, target, tail)
    for part in {0, found.fewest - 1, found.fewest, found.most, found.most + 1, whole} & set(range(whole + 1)):
        below, above = binom.cdf(part, whole, target), binom.sf(part - 1, whole, target)
        if min(abs(below - tail), abs(above - tail)) > 1e-9:  # on the very edge floats may differ
            assert found.sets_apart(part) == int(above < tail) - int(below < tail)


@given(WHOLE, TARGET, TAIL)
def test_the_lower_limit_is_interpolated_as_published_and_the_upper_one_is_its_reflection(
    whole: int, target: float, tail: float
) -> None:
    found = limits(whole, target, tail)
    assert found.low == pytest.approx(spiegelhalter(whole, target, tail), abs=1e-6)
    assert found.high == pytest.approx(1 - spiegelhalter(whole, 1 - target, tail), abs=1e-6)


@given(WHOLE, TARGET, TAIL)
def test_chance_crosses_them_no_more_often_than_they_say(whole: int, target: float, tail: float) -> None:
    found = limits(whole, target, tail)
    crossing = binom.cdf(found.fewest - 1, whole, target) + binom.sf(found.most, whole, target)
    assert found.outside == pytest.approx(crossing, abs=1e-9)
    assert found.outside <= 2 * tail


@given(WHOLE, TARGET)
def test_the_wide_limits_lie_outside_the_narrow_ones_and_the_target_within(whole: int, target: float) -> None:
    narrow, wide = limits(whole, target, TAIL_95), limits(whole, target, TAIL_998)
    assert 0 <= wide.low <= narrow.low <= target <= narrow.high <= wide.high <= 1


@pytest.mark.parametrize("target", [0.0, 1.0])
def test_where_all_or_none_came_everywhere_nobody_differs(target: float) -> None:
    assert limits(12, target, TAIL_95) == Limits(target, target, round(12 * target), round(12 * target), 0.0)


def test_seats_of_ten_years_are_counted_too() -> None:
    found = limits(25_000_000, 0.83, TAIL_998)
    assert (found.fewest, found.most) == (
        int(binom.ppf(TAIL_998, 25_000_000, 0.83)),
        25_000_000 - int(binom.ppf(TAIL_998, 25_000_000, 0.17)),
    )


def spiegelhalter(n: int, p: float, tail: float) -> float:
    """Appendix A.1.1 of the paper, with scipy's distribution."""
    r = int(binom.ppf(tail, n, p))
    share = (binom.cdf(r, n, p) - tail) / binom.pmf(r, n, p)
    return max(0.0, float(r - share) / n)
