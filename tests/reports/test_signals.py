"""The rules of run charts and SPC charts find what their sources show, and what a slow reading of them finds."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.signals import near_a_limit, outside, shifts, trends

VALUES = st.lists(st.integers(0, 6).map(float), max_size=24)
CENTRE = 3.0
UP, DOWN = 1, -1


# The next four are the examples in the tests of NHSRplotthedots (NHS-R community, NHS England's Making Data Count),
# tests/testthat/test-ptd_calculate_point_type.R.
@pytest.mark.parametrize(
    ("values", "signs"),
    [
        ([1, 2, 3, 4, 5, 6], [0] * 6),
        ([1, 2, 3, 3, 4, 5, 6], [0] * 7),
        ([1, 2, 3, 4, 5, 6, 7], [UP] * 7),
        ([2, 1, 2, 3, 4, 5, 6, 7, 3], [0] + [UP] * 7 + [0]),
        ([7, 6, 5, 4, 3, 2, 1], [DOWN] * 7),
        ([2, 7, 6, 5, 4, 3, 2, 1, 3], [0] + [DOWN] * 7 + [0]),
    ],
)
def test_seven_in_a_row_that_rise_or_fall_are_a_trend(values: list[float], signs: list[int]) -> None:
    assert trends(values, least=7, skipping=False) == signs


@pytest.mark.parametrize(
    ("values", "signs"),
    [
        ([1] * 6, [0] * 6),
        ([1] * 6 + [-1], [0] * 7),
        ([1] * 8 + [-1], [UP] * 8 + [0]),
        ([-1] * 8 + [1], [DOWN] * 8 + [0]),
        ([1] * 4 + [0] + [1] * 4, [0] * 9),
    ],
)
def test_seven_in_a_row_on_one_side_of_the_average_are_a_shift(values: list[float], signs: list[int]) -> None:
    assert shifts(values, 0, least=7, skipping=False) == signs


@pytest.mark.parametrize(
    ("values", "signs"),
    [
        ([2, 1, 2], [UP, 0, UP]),
        ([1, 2, 2], [0, UP, UP]),
        ([1, 1, 2, 1, 2, 1, 1], [0, 0, UP, 0, UP, 0, 0]),
        ([-2, -1, -2], [DOWN, 0, DOWN]),
        ([2, -1, 2], [0, 0, 0]),
        ([1, -1, 2, -1, 2, -1, 1], [0] * 7),
        ([-1, 1, -2, 2, -1, 1, -1], [0] * 7),
    ],
)
def test_two_of_three_near_one_limit_are_a_signal(values: list[float], signs: list[int]) -> None:
    assert near_a_limit(values, 0, [(-1.5, 1.5)] * len(values)) == signs


def test_a_value_outside_its_own_limits_is_a_signal_and_one_on_them_is_none() -> None:
    assert outside([5, 5, 5, 1], [(0, 4), (0, 5), (6, 9), (1, 4)]) == [UP, 0, DOWN, 0]


# After Perla and others (2011): on a run chart values on the median are passed over, and so are repeated ones.
def test_on_a_run_chart_six_on_one_side_are_a_shift_and_values_on_the_median_neither_add_nor_end_it() -> None:
    assert shifts([5, 5, 5, 3, 5, 5, 5], 3, least=6, skipping=True) == [UP, UP, UP, 0, UP, UP, UP]
    assert shifts([5, 5, 5, 3, 5, 5], 3, least=6, skipping=True) == [0] * 6


def test_on_a_run_chart_five_that_rise_are_a_trend_and_repeated_values_neither_add_nor_end_it() -> None:
    assert trends([1, 2, 2, 3, 4, 5], least=5, skipping=True) == [UP, UP, 0, UP, UP, UP]
    assert trends([1, 2, 2, 3, 4], least=5, skipping=True) == [0] * 5


def test_a_value_between_a_fall_and_a_rise_belongs_to_the_rise() -> None:
    assert trends([3, 2, 1, 2, 3], least=3, skipping=False) == [DOWN, DOWN, UP, UP, UP]


@given(VALUES, st.integers(2, 8))
def test_shifts_are_what_trying_every_row_finds(values: list[float], least: int) -> None:
    found = shifts(values, CENTRE, least=least, skipping=False)
    for n, sign in enumerate(found):
        rows = windows(values, n, least)
        up = any(all(value > CENTRE for value in row) for row in rows)
        down = any(all(value < CENTRE for value in row) for row in rows)
        assert sign == int(up) - int(down)


@given(VALUES, st.integers(2, 8))
def test_skipping_is_to_leave_out_first(values: list[float], least: int) -> None:
    kept = [n for n, value in enumerate(values) if value != CENTRE]
    plain = shifts([values[n] for n in kept], CENTRE, least=least, skipping=False)
    expected = dict(zip(kept, plain, strict=True))
    assert shifts(values, CENTRE, least=least, skipping=True) == [expected.get(n, 0) for n in range(len(values))]
    kept = [n for n in range(len(values)) if n == 0 or values[n] != values[n - 1]]
    plain = trends([values[n] for n in kept], least=least, skipping=False)
    expected = dict(zip(kept, plain, strict=True))
    assert trends(values, least=least, skipping=True) == [expected.get(n, 0) for n in range(len(values))]


@given(VALUES, st.integers(2, 8))
def test_trends_are_what_trying_every_row_finds(values: list[float], least: int) -> None:
    for n, sign in enumerate(trends(values, least=least, skipping=False)):
        rows = windows(values, n, least)
        up = any(all(a < b for a, b in itertools.pairwise(row)) for row in rows)
        down = any(all(a > b for a, b in itertools.pairwise(row)) for row in rows)
        assert (sign in (UP, DOWN)) == (up or down)
        assert sign != UP or up
        assert sign != DOWN or down


@given(VALUES)
def test_two_of_three_are_what_trying_every_three_finds(values: list[float]) -> None:
    found = near_a_limit(values, CENTRE, [(1.5, 4.5)] * len(values))
    for n, sign in enumerate(found):
        threes = windows(values, n, 3)
        high = any(sum(v > 4.5 for v in three) >= 2 and min(three) > CENTRE for three in threes) and values[n] > 4.5
        low = any(sum(v < 1.5 for v in three) >= 2 and max(three) < CENTRE for three in threes) and values[n] < 1.5
        assert sign == int(high) - int(low)


def windows(values: list[float], place: int, size: int) -> list[list[float]]:
    """Every row of so many values that holds this place."""
    firsts = range(max(0, place - size + 1), min(place, len(values) - size) + 1)
    return [values[first : first + size] for first in firsts]
