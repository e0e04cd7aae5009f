"""Counts become rates that print both their numbers, with their uncertainty; and counts are made to reconcile."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt
from statistics import NormalDist

import msgspec

Z95 = NormalDist().inv_cdf(0.975)


class DoesNotReconcile(Exception):
    """Two counts of the same thing differ, so no figure of this report may be shown."""

    def __init__(self, figure: str, parts: int, whole: int) -> None:
        self.figure, self.parts, self.whole = figure, parts, whole
        super().__init__(f"{figure}: the parts come to {parts}, the total is {whole}.")


class LedgerDiffers(DoesNotReconcile):
    """The ledger cannot be relied on for the period, and the sentence says why; no figure of it may be shown."""

    def __init__(self, sentence: str) -> None:
        super().__init__("The ledger", 0, 0)
        self.args = (sentence,)


class Interval(msgspec.Struct, frozen=True, tag="interval"):
    """Where the true proportion plausibly lies, as proportions of 1; both None when nothing was counted."""

    low: float | None
    high: float | None

    def __str__(self) -> str:
        if self.low is None or self.high is None:
            return "–"
        return f"{_whole_percent(self.low)}% to {_whole_percent(self.high)}%"

    @property
    def percents(self) -> tuple[int | None, int | None]:
        """Both ends as whole percents, as they are printed."""
        return (
            None if self.low is None else _whole_percent(self.low),
            None if self.high is None else _whole_percent(self.high),
        )


class Rate(msgspec.Struct, frozen=True, tag="rate"):
    """A part of a whole, never shown without both numbers."""

    part: int
    whole: int

    def __post_init__(self) -> None:
        if not 0 <= self.part <= self.whole:
            raise ValueError(f"{self.part} is not a part of {self.whole}")

    def __str__(self) -> str:
        shown = "– " if self.percent is None else f"{self.percent}%"
        return f"{shown} ({self.part:,} of {self.whole:,})"

    @property
    def percent(self) -> int | None:
        """The percentage to the nearest whole number, halves up; None when the whole is 0."""
        if self.whole == 0:
            return None
        return (200 * self.part + self.whole) // (2 * self.whole)

    @property
    def interval(self) -> Interval:
        """The Wilson score interval at 95% (E. B. Wilson, 1927), without continuity correction."""
        if self.whole == 0:
            return Interval(None, None)
        n, p, z2 = self.whole, self.part / self.whole, Z95 * Z95
        centre = p + z2 / (2 * n)
        reach = Z95 * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
        scale = 1 + z2 / n
        low = 0.0 if self.part == 0 else (centre - reach) / scale
        high = 1.0 if self.part == n else (centre + reach) / scale
        return Interval(low, high)


def reconcile(figure: str, parts: Iterable[int], whole: int) -> None:
    """The parts add up to the whole.

    :raises DoesNotReconcile: naming the figure and both numbers.
    """
    total = sum(parts)
    if total != whole:
        raise DoesNotReconcile(figure, total, whole)


def _whole_percent(proportion: float) -> int:
    return int(proportion * 100 + 0.5)
