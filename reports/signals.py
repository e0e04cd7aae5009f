"""Signs in a row of months that something changed, by published rules. Each says 1 for up, -1 for down, 0 for none.

On an SPC chart: the four rules of NHS England's Making Data Count, as the NHS-R community's NHSRplotthedots has them.
On a run chart: the shift and the trend of R. J. Perla, L. P. Provost and S. K. Murray, "The run chart: a simple
analytical tool for learning from variation in healthcare processes", BMJ Quality & Safety 20 (2011), 46-51.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise

Signs = list[int]
Span = tuple[float, float]


def outside(values: Sequence[float], limits: Sequence[Span]) -> Signs:
    """A value above or below its limits."""
    return [(value > high) - (value < low) for value, (low, high) in zip(values, limits, strict=True)]


def shifts(values: Sequence[float], centre: float, *, least: int, skipping: bool) -> Signs:
    """So many values or more in a row on one side of the centre.

    :param skipping: whether a value on the centre is passed over (run chart) or ends the row (SPC chart).
    """
    sides = [(value > centre) - (value < centre) for value in values]
    places = [place for place, side in enumerate(sides) if side or not skipping]
    signs = [0] * len(values)
    for side, row in groupby(places, key=sides.__getitem__):
        _mark(signs, list(row), side, least)
    return signs


def trends(values: Sequence[float], *, least: int, skipping: bool) -> Signs:
    """So many values or more in a row, each above the one before, or each below it.

    Where a rise ends a fall begins: the value between them belongs to what follows, if that is long enough.

    :param skipping: whether a value like the one before is passed over (run chart) or ends the row (SPC chart).
    """
    places = [n for n in range(len(values)) if not (skipping and n and values[n] == values[n - 1])]
    steps = [(n, (values[after] > values[n]) - (values[after] < values[n]), after) for n, after in pairwise(places)]
    signs = [0] * len(values)
    for way, row in groupby(steps, key=lambda step: step[1]):
        taken = list(row)
        _mark(signs, [taken[0][0], *(after for _, _, after in taken)], way, least)
    return signs


def near_a_limit(values: Sequence[float], centre: float, near: Sequence[Span]) -> Signs:
    """Two of three values in a row beyond the nearer limits, all three on one side of the centre."""
    beyond = outside(values, near)
    sides = [(value > centre) - (value < centre) for value in values]
    signs = [0] * len(values)
    for first in range(len(values) - 2):
        three = range(first, first + 3)
        side = sides[first]
        far = [n for n in three if beyond[n] == side != 0]
        if len(far) >= 2 and all(sides[n] == side for n in three):
            _mark(signs, far, side, 0)
    return signs


def _mark(signs: Signs, places: Sequence[int], sign: int, least: int) -> None:
    if sign and len(places) >= least:
        for place in places:
            signs[place] = sign
