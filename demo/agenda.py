"""What is still to happen in the simulated year, in the order of time. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from itertools import count

Act = Callable[[datetime], Awaitable[None]]  # told the instant at which it happens


class Agenda:
    """Acts with their instants; of two at one instant, the one put down first comes first."""

    def __init__(self) -> None:
        self._waiting: list[tuple[datetime, int, Act]] = []
        self._serial = count()

    def put(self, at: datetime, act: Act) -> None:
        """The act happens at that instant; one put down for the past happens next."""
        heapq.heappush(self._waiting, (at, next(self._serial), act))

    def due(self, until: datetime) -> Iterator[tuple[datetime, Act]]:
        """The acts up to and with that instant, each taken off as it is given, with those put down meanwhile."""
        while self._waiting and self._waiting[0][0] <= until:
            at, _, act = heapq.heappop(self._waiting)
            yield at, act
