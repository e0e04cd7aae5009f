"""Between which counts a unit of so many seats would lie, if it differed from a target by chance alone.

The limits are exact: tails of the binomial distribution, no normal curve. A count lies outside a limit when a unit
working at the target would have it, or one further out, with a probability below the tail. Between counts the limit
is interpolated as D. J. Spiegelhalter, Statistics in Medicine 24 (2005), 1185-1202, does for the lower one; the upper
one is the lower one of the seats nobody came to. docs/decisions/0023 says why.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp, lgamma, log, sqrt

import msgspec

TAIL_95 = 0.025  # on either side: about 2 standard deviations
TAIL_998 = 0.001  # about 3


class Limits(msgspec.Struct, frozen=True):
    """What chance alone explains.

    :param low: and `high`: the limits as proportions of 1, for drawing; 0 and 1 where no count can lie outside.
    :param fewest: and `most`: the counts from and up to which a unit lies inside.
    :param outside: the probability that a unit working at the target lies outside.
    """

    low: float
    high: float
    fewest: int
    most: int
    outside: float

    def sets_apart(self, part: int) -> int:
        """-1 for a count below the limits, 1 for one above them, 0 for one that chance explains."""
        return (part > self.most) - (part < self.fewest)


@lru_cache(maxsize=4096)
def limits(whole: int, target: float, tail: float) -> Limits:
    """The limits of a unit with so many seats, more than none, at a target between 0 and 1."""
    if target in (0.0, 1.0):
        return Limits(target, target, whole * int(target), whole * int(target), 0.0)
    fewest, low, below = _lower(whole, target, tail)
    fewest_away, high, above = _lower(whole, 1 - target, tail)
    return Limits(low, 1 - high, fewest, whole - fewest_away, below + above)


def _lower(n: int, p: float, tail: float) -> tuple[int, float, float]:
    """The least count inside, the limit as a proportion, and the probability of any count below it."""
    deviation = sqrt(n * p * (1 - p))
    r = max(0, int(n * p - 7 * deviation) - 40)  # what lies below weighs a millionth of a millionth
    chance = exp(lgamma(n + 1) - lgamma(r + 1) - lgamma(n - r + 1) + r * log(p) + (n - r) * log(1 - p))
    below = 0.0
    while below + chance < tail:
        below += chance
        chance *= (n - r) * p / ((r + 1) * (1 - p))
        r += 1
    share = (below + chance - tail) / chance
    return r, max(0.0, (r - share) / n), below
