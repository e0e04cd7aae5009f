"""What a unit's months say: a run chart until there are 15 of them, then an SPC chart with limits.

The SPC chart is a p chart with the exact binomial limits of limits.py. Where months have very many seats, real
differences from month to month outweigh chance and would all look like signals; there the limits are those of Laney's
p′ chart, where they are wider: D. B. Laney, "Improved control charts for attributes", Quality Engineering 14 (2002),
531-537; M. A. Mohammed and others, BMJ Quality & Safety 22 (2013), 362-368. docs/decisions/0023 says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt
from statistics import fmean, median
from typing import Final

import msgspec

from reports.limits import TAIL_95, TAIL_998, limits
from reports.rates import Rate
from reports.signals import Signs, Span, near_a_limit, outside, shifts, trends

ENOUGH_FOR_LIMITS: Final = 15  # months; as NHS England's Making Data Count advises for SPC
ENOUGH_FOR_A_MEDIAN: Final = 6  # months; no rule of run charts could find anything in fewer
VERY_MANY: Final = 300  # seats a month: chance then moves a rate of 80% by about 2 points
D2: Final = 1.128  # the mean difference of two values of one normal distribution, in standard deviations
RULES: Final = (
    (
        "Run chart, of fewer than 15 months: a shift is 6 or more months in a row on one side of the median, months "
        "on it passed over; a trend is 5 or more months in a row that rise or fall, equal ones passed over (Perla "
        "and others, 2011)."
    ),
    (
        "SPC chart, of 15 months or more: a month outside the limits; a shift, 7 or more months in a row on one side "
        "of the average; a trend, 7 or more months in a row that rise or fall; two of three months in a row beyond "
        "the 95% limit on the same side (NHS England, Making Data Count)."
    ),
    (
        "By chance alone about one unit in five shows some sign within 36 months, though nothing changed there. A "
        "sign asks a question; it is no finding against anybody."
    ),
)
SIDES: Final = ("upper", "lower")


class Judged(msgspec.Struct, frozen=True):
    """A month among the others: centre (median or average) and limits as proportions of 1, signals in words."""

    centre: float | None = None
    limits: Span | None = None
    signals: tuple[str, ...] = ()


def judged(rates: Sequence[Rate]) -> list[Judged]:
    """Each of these months, in order of time and none without seats, between which no boundary changed."""
    if len(rates) < ENOUGH_FOR_A_MEDIAN:
        return [Judged()] * len(rates)
    values = [rate.part / rate.whole for rate in rates]
    if len(rates) < ENOUGH_FOR_LIMITS:
        return _on_a_run_chart(values)
    centre = sum(rate.part for rate in rates) / sum(rate.whole for rate in rates)
    wide, near = spans(rates, centre, 3, TAIL_998), spans(rates, centre, 2, TAIL_95)
    found = (
        _said(outside(values, wide), "above the limits", "below the limits"),
        _said(near_a_limit(values, centre, near), *(f"two of three near the {limit} limit" for limit in SIDES)),
        _said(
            shifts(values, centre, least=7, skipping=False),
            *(f"7 or more in a row {side} the average" for side in ("above", "below")),
        ),
        _said(trends(values, least=7, skipping=False), "7 or more rising in a row", "7 or more falling in a row"),
    )
    return [
        Judged(centre, limits, tuple(filter(None, signals))) for limits, *signals in zip(wide, *found, strict=True)
    ]


def spans(rates: Sequence[Rate], centre: float, deviations: int, tail: float) -> list[Span]:
    """The limits of each month: exact ones, or of months with very many seats those of the p′ chart if wider."""
    exact = [limits(rate.whole, centre, tail) for rate in rates]
    found = [(month.low, month.high) for month in exact]
    if fmean(rate.whole for rate in rates) < VERY_MANY:
        return found
    spread = deviations * sigma_z(rates, centre)
    reaches = [spread * sqrt(centre * (1 - centre) / rate.whole) for rate in rates]
    return [
        (max(0.0, min(low, centre - reach)), min(1.0, max(high, centre + reach)))
        for (low, high), reach in zip(found, reaches, strict=True)
    ]


def sigma_z(rates: Sequence[Rate], centre: float) -> float:
    """How much more than chance the months vary from one to the next: 1 where they vary as chance would make them.

    Laney's: the mean moving range of the z-scores, divided by d2.
    """
    if centre in (0.0, 1.0):
        return 1.0
    scores = [(rate.part / rate.whole - centre) / sqrt(centre * (1 - centre) / rate.whole) for rate in rates]
    return fmean(abs(after - before) for before, after in pairwise(scores)) / D2


def _on_a_run_chart(values: Sequence[float]) -> list[Judged]:
    centre = median(values)
    found = (
        _said(
            shifts(values, centre, least=6, skipping=True),
            *(f"6 or more in a row {side} the median" for side in ("above", "below")),
        ),
        _said(trends(values, least=5, skipping=True), "5 or more rising in a row", "5 or more falling in a row"),
    )
    return [Judged(centre, None, tuple(filter(None, signals))) for signals in zip(*found, strict=True)]


def _said(signs: Signs, up: str, down: str) -> list[str]:
    return [{1: up, -1: down, 0: ""}[sign] for sign in signs]
