"""Who has taken which time, and what every other time would cost now; kept up with each step. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from meetings.sittings import CLASH, LEFT, QUARTER, TOGETHER, Option, Sitting, Tie, ties_of


class Board:
    """The sittings by number, their options in order of time; `taken` holds the number of an option, or None."""

    def __init__(self, sittings: Sequence[Sitting]) -> None:
        self.options = [sorted(s.options, key=lambda o: (o.starts, o.ends)) for s in sittings]
        self.taken: list[int | None] = [None] * len(sittings)
        self.price = [[o.cost for o in own] for own in self.options]
        self.stands_in_way = [[0] * len(own) for own in self.options]
        self._starts = [[o.starts for o in own] for own in self.options]
        self._longest = [max((o.ends - o.starts for o in own), default=0) for own in self.options]
        self.ties = [list(ties_of(number, sittings)) for number in range(len(sittings))]

    def best(self, i: int) -> int | None:
        """The cheapest option that is free for it, the earliest of those alike."""
        free = [k for k, ways in enumerate(self.stands_in_way[i]) if not ways]
        return min(free, key=self.price[i].__getitem__, default=None)

    def to_lose(self, i: int) -> tuple[int, int]:
        """By how much its second best option is worse than its best, and the best's cost."""
        prices = self.price[i]
        free = sorted(prices[k] for k, ways in enumerate(self.stands_in_way[i]) if not ways)
        if not free:
            return (0, LEFT)
        return ((free[1] if len(free) > 1 else LEFT) - free[0], -free[0])

    def instead(self, i: int) -> list[Option]:
        """What else is free for it, the cheapest first."""
        free = [k for k, ways in enumerate(self.stands_in_way[i]) if not ways and k != self.taken[i]]
        return [self.options[i][k] for k in sorted(free, key=self.price[i].__getitem__)]

    def now(self, i: int) -> int:
        """What it costs as it stands."""
        k = self.taken[i]
        return LEFT if k is None else self.price[i][k]

    def in_way(self, i: int, k: int) -> list[int]:
        """Those who stand in the way of that option."""
        at = self.options[i][k]
        return [
            tie.other
            for tie in self.ties[i]
            if tie.never_both
            and (theirs := self.taken[tie.other]) is not None
            and at.starts < self.options[tie.other][theirs].ends
            and self.options[tie.other][theirs].starts < at.ends
        ]

    def put(self, i: int, k: int | None) -> int:
        """It takes that option, which nobody stands in the way of, or none; returns what that costs."""
        self.taken[i] = k
        if k is None:
            return LEFT
        cost = self.price[i][k]
        self._tell(i, self.options[i][k], 1)
        return cost

    def lift(self, i: int) -> int:
        """It gives its option up; returns what that saves."""
        k = self.taken[i]
        self.taken[i] = None
        if k is None:
            return LEFT
        self._tell(i, self.options[i][k], -1)
        return self.price[i][k]

    def _tell(self, i: int, at: Option, sign: int) -> None:
        for tie in self.ties[i]:
            j = tie.other
            starts, options = self._starts[j], self.options[j]
            first = bisect_left(starts, at.starts - self._longest[j])
            for k in range(first, bisect_right(starts, at.ends)):
                self._weigh(tie, j, k, at, options[k], sign)

    def _weigh(self, tie: Tie, j: int, k: int, at: Option, option: Option, sign: int) -> None:
        shared = min(at.ends, option.ends) - max(at.starts, option.starts)
        if shared > 0:
            if tie.never_both:
                self.stands_in_way[j][k] += sign
            else:
                self.price[j][k] += sign * (CLASH * tie.may_both * shared // QUARTER)
        elif shared == 0:
            self.price[j][k] -= sign * TOGETHER * tie.must_both

    def above_best(self, i: int) -> int:
        """By how much it stands worse than where it would like to, whoever is there."""
        return self.now(i) - min((o.cost for o in self.options[i]), default=LEFT)

    def worse_by(self, i: int) -> int:
        """By how much it would stand worse, had it to leave for the best that is free."""
        free = (p for k, p in enumerate(self.price[i]) if not self.stands_in_way[i][k] and k != self.taken[i])
        return min(free, default=LEFT) - self.now(i)

    def restore(self, taken: Sequence[int | None]) -> None:
        """All stand as they once did."""
        changed = [i for i, k in enumerate(taken) if k != self.taken[i]]
        for i in changed:
            self.lift(i)
        for i in changed:
            self.put(i, taken[i])
