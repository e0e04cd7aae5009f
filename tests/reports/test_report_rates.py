"""Rates say their two numbers, how sure they are, and refuse counts that do not add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from reports.rates import DoesNotReconcile, Interval, Rate, reconcile

COUNTS = st.integers(0, 5000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


def test_a_rate_prints_both_its_numbers() -> None:
    assert str(Rate(10, 12)) == "83% (10 of 12)"


def test_nothing_of_nothing_has_no_percentage() -> None:
    assert str(Rate(0, 0)) == "–  (0 of 0)"
    assert Rate(0, 0).percent is None


def test_a_half_percent_is_rounded_up() -> None:
    assert Rate(1, 8).percent == 13
    assert Rate(1, 200).percent == 1


@pytest.mark.parametrize(("part", "whole"), [(3, 2), (-1, 2), (1, 0)])
def test_a_part_is_never_more_than_its_whole(part: int, whole: int) -> None:
    with pytest.raises(ValueError, match=f"{part} is not a part of {whole}"):
        Rate(part, whole)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        # R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_equals_the_published_examples(part: int, whole: int, low: float, high: float) -> None:
    interval = Rate(part, whole).interval
    assert interval.low == pytest.approx(low, abs=5e-5)
    assert interval.high == pytest.approx(high, abs=5e-5)


def test_the_interval_of_nothing_is_not_given() -> None:
    assert Rate(0, 0).interval == Interval(None, None)
    assert str(Rate(0, 0).interval) == "–"


def test_an_interval_is_printed_in_whole_percents() -> None:
    assert str(Rate(10, 12).interval) == "55% to 95%"
    assert Rate(10, 12).interval.percents == (55, 95)


@given(COUNTS)
def test_the_interval_holds_the_rate_and_stays_within_0_and_1(counts: tuple[int, int]) -> None:
    part, whole = counts
    interval = Rate(part, whole).interval
    if interval.low is not None and interval.high is not None:
        assert 0 <= interval.low <= part / whole <= interval.high <= 1


@given(COUNTS.filter(lambda counts: counts[1] > 0))
def test_the_interval_is_scipys(counts: tuple[int, int]) -> None:
    theirs = binomtest(*counts).proportion_ci(0.95, method="wilson")
    assert (Rate(*counts).interval.low, Rate(*counts).interval.high) == pytest.approx((theirs.low, theirs.high))


def test_parts_that_make_the_total_reconcile() -> None:
    reconcile("expected", [3, 4, 0], 7)


def test_parts_that_do_not_make_the_total_are_named_with_both_numbers() -> None:
    with pytest.raises(DoesNotReconcile, match="expected: the parts come to 6, the total is 7") as caught:
        reconcile("expected", [3, 3], 7)
    assert (caught.value.figure, caught.value.parts, caught.value.whole) == ("expected", 6, 7)
