"""Many sittings find their times at once: each takes one of its options, and no unit that must come is asked twice.

What is decided here, and nothing about calendars or deadlines: those are in the options' costs. Pure.

* Two sittings clash where they overlap and share a unit that must come to one of them. They never both stand.
* Sittings that overlap and share a unit that may come only, cost CLASH for each such unit and quarter of an hour.
* Two sittings that share a unit that must come, one beginning as the other ends, save TOGETHER for each such unit.
* A sitting that finds no time costs LEFT, more than any option may.

The way: the sitting with the most to lose by waiting is placed first (its second best option costs the most more than
its best). Then whatever stands badly may put those aside that stand in its way, where all together cost less
afterwards. Nothing is drawn by lot and no clock is read: the same sittings always find the same times.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

LEFT: Final = 10_000_000_000
CLASH: Final = 5  # a quarter of an hour of one unit that may come
TOGETHER: Final = 8
QUARTER: Final = 15
ROUNDS: Final = 6  # of improving, at most; the later ones find next to nothing


@dataclass(frozen=True)
class Option:
    """A time that a sitting may take, in minutes of one common scale, and what it costs to take it."""

    starts: int
    ends: int
    cost: int


@dataclass(frozen=True)
class Sitting:
    """Who must come, who may come, and the times to choose from."""

    must: frozenset[UUID]
    may: frozenset[UUID]
    options: tuple[Option, ...]


@dataclass(frozen=True)
class _Tie:
    """What another sitting has to do with this one."""

    other: int
    never_both: bool
    may_both: int
    must_both: int


@dataclass(frozen=True)
class Arrangement:
    """What each sitting takes, None where it finds nothing, and what it could take instead, the cheapest first.

    `instead` holds what clashes with none of the others as they stand, without what the sitting takes.
    """

    taken: tuple[Option | None, ...]
    instead: tuple[tuple[Option, ...], ...]


def arrange(sittings: Sequence[Sitting]) -> Arrangement:
    """Times for all of them, in the order given."""
    board = _Board(sittings)
    _fill(board, set(range(len(sittings))))
    for _ in range(ROUNDS):
        if not _improve(board):
            break
    taken = tuple(None if k is None else board.options[i][k] for i, k in enumerate(board.taken))
    return Arrangement(taken, tuple(tuple(board.instead(i)) for i in range(len(sittings))))


def total(sittings: Sequence[Sitting], taken: Sequence[Option | None]) -> int:
    """What an arrangement costs, counted pair by pair.

    :raises ValueError: where two of them clash.
    """
    cost = sum(LEFT if option is None else option.cost for option in taken)
    placed = [(s, option) for s, option in zip(sittings, taken, strict=True) if option is not None]
    for position, (one, at) in enumerate(placed):
        for other, then in placed[:position]:
            cost += _between(_tie(0, one, other), at, then)
    return cost


def _between(tie: _Tie, at: Option, then: Option) -> int:
    shared = min(at.ends, then.ends) - max(at.starts, then.starts)
    if shared > 0:
        if tie.never_both:
            raise ValueError("a unit that must come is asked to two sittings at once")
        return CLASH * tie.may_both * shared // QUARTER
    return -TOGETHER * tie.must_both if shared == 0 else 0


def _tie(number: int, one: Sitting, other: Sitting) -> _Tie:
    must_both = len(one.must & other.must)
    crossed = (one.must & other.may) or (one.may & other.must)
    return _Tie(number, bool(must_both or crossed), len(one.may & other.may), must_both)


class _Board:
    """Who has taken which option, and what every option would cost now; kept up with each step."""

    def __init__(self, sittings: Sequence[Sitting]) -> None:
        self.options = [sorted(s.options, key=lambda o: (o.starts, o.ends)) for s in sittings]
        self.taken: list[int | None] = [None] * len(sittings)
        self.price = [[o.cost for o in own] for own in self.options]
        self.stands_in_way = [[0] * len(own) for own in self.options]
        self._starts = [[o.starts for o in own] for own in self.options]
        self._longest = [max((o.ends - o.starts for o in own), default=0) for own in self.options]
        self.ties = [list(_ties(number, sittings)) for number in range(len(sittings))]

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

    def _weigh(self, tie: _Tie, j: int, k: int, at: Option, option: Option, sign: int) -> None:
        shared = min(at.ends, option.ends) - max(at.starts, option.starts)
        if shared > 0:
            if tie.never_both:
                self.stands_in_way[j][k] += sign
            else:
                self.price[j][k] += sign * (CLASH * tie.may_both * shared // QUARTER)
        elif shared == 0:
            self.price[j][k] -= sign * TOGETHER * tie.must_both


def _ties(number: int, sittings: Sequence[Sitting]) -> Iterator[_Tie]:
    own = sittings[number]
    for other, sitting in enumerate(sittings):
        if other == number:
            continue
        tie = _tie(other, own, sitting)
        if tie.never_both or tie.may_both:
            yield tie


def _fill(board: _Board, waiting: set[int]) -> int:
    """Each of these takes the best option left to it, who has most to lose first; returns what they cost."""
    cost = 0
    while waiting:
        chosen = max(waiting, key=lambda i: (*board.to_lose(i), -i))
        waiting.discard(chosen)
        cost += board.put(chosen, board.best(chosen))
    return cost


def _improve(board: _Board) -> bool:
    """Each in turn, who stands worst first, moves to where all cost less; returns whether any did."""
    moved = False
    for i in sorted(range(len(board.taken)), key=lambda i: (-_above_best(board, i), i)):
        moved |= _better(board, i)
    return moved


def _above_best(board: _Board, i: int) -> int:
    return board.now(i) - min((o.cost for o in board.options[i]), default=LEFT)


def _better(board: _Board, i: int) -> bool:
    """The first of its options, the cheapest first, that makes all cost less, those put aside placed anew."""
    here, now = board.taken[i], board.now(i)
    wanted = sorted((k for k, price in enumerate(board.price[i]) if price < now), key=board.price[i].__getitem__)
    return any(k != here and _push(board, i, k) for k in wanted)


def _push(board: _Board, i: int, k: int) -> bool:
    """It takes that option, and who stood in the way finds another, if all cost less so; else all is as before."""
    aside = board.in_way(i, k)
    before = [(one, board.taken[one]) for one in (*aside, i)]
    cost = sum(board.lift(one) for one, _ in reversed(before))
    after = board.put(i, k) + _fill(board, set(aside))
    if after < cost:
        return True
    for one in (*aside, i):
        board.lift(one)
    for one, was in before:
        board.put(one, was)
    return False
