"""Many sittings find their times at once: each takes one of its options, and none clash. Pure.

First the sitting with the most to lose by waiting is placed: whose second best option is the worst beside its best.
Then chains of moves follow. A sitting that stands badly takes a better time from those who have it, they take theirs
from others, and so on; what costs more in the end is undone, except that now and then a chain that costs a little
more is let stand for a while, because the way out of a tangle often leads through one. The best that was seen counts.
What is drawn by lot is drawn from a fixed seed, and work is counted in chains and not in seconds: the same sittings
always find the same times.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from meetings.board import Board
from meetings.sittings import Option, Sitting

CHAINS: Final = 30  # for each sitting; more find little
MOST_CHAINS: Final = 3_000
STALE: Final = 60  # chains without a better arrangement, after which the best one is gone back to
GIVEN_UP: Final = 5  # times that it is gone back to without having found a better one since; then all is done
LENGTHS: Final = (8, 16, 32)  # of a chain
DRAWN: Final = (1, 3, 5)  # sittings by lot, of which the one that stands worst begins the chain
TOLERATED: Final = (50, 500, 3_000, 13_000)  # by how much a chain may cost more and still stand for a while


@dataclass(frozen=True)
class Arrangement:
    """What each sitting takes, None where it finds nothing, and what it could take instead, the cheapest first.

    `instead` holds what clashes with none of the others as they stand, without what the sitting takes.
    """

    taken: tuple[Option | None, ...]
    instead: tuple[tuple[Option, ...], ...]


def arrange(sittings: Sequence[Sitting], *, chains: int = CHAINS) -> Arrangement:
    """Times for all of them, in the order given; with no chains it is the plain ranking of who has most to lose."""
    board = Board(sittings)
    everybody = range(len(sittings))
    _fill(board, set(everybody))
    if chains:
        _tidy(board)
        _rearrange(board, min(chains * len(sittings), MOST_CHAINS))
        _tidy(board)
    taken = tuple(None if k is None else board.options[i][k] for i, k in enumerate(board.taken))
    return Arrangement(taken, tuple(tuple(board.instead(i)) for i in everybody))


def _fill(board: Board, waiting: set[int]) -> int:
    """Each of these takes the best option left to it, who has most to lose first; returns what they cost."""
    cost = 0
    while waiting:
        chosen = max(waiting, key=lambda i: (*board.to_lose(i), -i))
        waiting.discard(chosen)
        cost += board.put(chosen, board.best(chosen))
    return cost


def _tidy(board: Board) -> None:
    """Who can stand better at nobody's expense does, until nobody can."""
    moved = True
    while moved:
        moved = False
        for i in range(len(board.taken)):
            was, saved = board.taken[i], board.lift(i)
            best = board.best(i)
            better = best is not None and board.price[i][best] < saved
            board.put(i, best if better else was)
            moved |= better


def _rearrange(board: Board, chains: int) -> None:
    """So many chains are tried; the best arrangement that was seen stands at the end."""
    lot = random.Random(0)  # noqa: S311 - the same draw each time, and no secret
    now = least = stale = in_vain = 0
    best = list(board.taken)
    for _ in range(chains):
        begins = max((lot.randrange(len(best)) for _ in range(lot.choice(DRAWN))), key=board.above_best)
        tolerated = lot.choice(TOLERATED) if lot.random() < 0.3 else 0
        now += _Chain(board, lot).moved(begins, lot.choice(LENGTHS), tolerated)
        stale += 1
        if now < least:
            least, best, stale, in_vain = now, list(board.taken), 0, 0
        elif stale > STALE:
            board.restore(best)
            now, stale, in_vain = least, 0, in_vain + 1
            if in_vain >= GIVEN_UP:
                break
    board.restore(best)


class _Chain:
    """One chain of moves: who was moved by it stays where the chain put it, so that it ends."""

    def __init__(self, board: Board, lot: random.Random) -> None:
        self._board, self._lot = board, lot
        self._before: dict[int, int | None] = {}
        self._settled: set[int] = set()
        self._cost = 0

    def moved(self, first: int, steps: int, tolerated: int) -> int:
        """By how much all cost more after the chain that begins there; undone if it is more than is tolerated."""
        self._lift(first)
        waiting = [first]
        for _ in range(steps):
            if not waiting:
                break
            i = waiting.pop(0)
            k, aside = self._choice(i)
            for other in aside:
                self._lift(other)
            waiting += aside
            self._put(i, k)
        for i in waiting:
            self._put(i, self._board.best(i))
        if self._cost <= tolerated:
            return self._cost
        for i in self._before:
            self._board.lift(i)
        for i, k in self._before.items():
            self._board.put(i, k)
        return 0

    def _lift(self, i: int) -> None:
        self._before.setdefault(i, self._board.taken[i])
        self._cost -= self._board.lift(i)

    def _put(self, i: int, k: int | None) -> None:
        self._settled.add(i)
        self._cost += self._board.put(i, k)

    def _choice(self, i: int) -> tuple[int | None, list[int]]:
        """The option that promises to cost all the least, and who has to leave it."""
        board = self._board
        prices, free = board.price[i], board.best(i)
        most = None if free is None else prices[free]
        least, chosen, leave = float("inf"), free, list[int]()
        for k, price in enumerate(prices):
            if price >= least or (most is not None and price > most):
                continue
            aside = board.in_way(i, k) if board.stands_in_way[i][k] else []
            if self._settled.isdisjoint(aside):
                promised = price + 3 * self._lot.random() + sum(map(self._guess, aside))
                if promised < least:
                    least, chosen, leave = promised, k, aside
        return chosen, leave

    def _guess(self, i: int) -> float:
        """What putting it aside may cost: some part of what it costs where nobody else moves."""
        return max(0, self._board.worse_by(i)) * self._lot.uniform(0.2, 0.8)
