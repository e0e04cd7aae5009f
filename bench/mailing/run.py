"""One run of the mail benchmark: what its parts share, and how a figure is printed."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from demo import programs
from demo.programs import Posted, Program
from meetings.letters import Letterhead

LOOPBACK = "127.0.0.1"
PARTSTATS = ("ACCEPTED", "TENTATIVE", "DECLINED")
WAYS = (Program.OUTLOOK, Program.OUTLOOK, Program.APPLE, Program.GOOGLE, Program.THUNDERBIRD)


@dataclass
class Bench:
    """One run: its letters, and fresh answers to them."""

    begun: datetime
    answers: int
    rounds: int
    letterhead: Letterhead
    taken: list[bytes] = field(default_factory=list)  # letters for which the sink said 250
    _seconds: count[int] = field(default_factory=lambda: count(1))

    def fresh(self) -> list[Posted]:
        """So many answers that were never sent before, as the programs of WAYS write them, one to each letter."""
        asked = [programs.asked_by(raw) for raw in self.taken]
        found: list[Posted] = []
        while len(found) < self.answers:
            second = next(self._seconds)
            at, partstat = self.begun + timedelta(seconds=second), PARTSTATS[second % 3]
            for number, one in enumerate(asked[: self.answers - len(found)]):
                way = WAYS[number % len(WAYS)]
                found.append(programs.answer(one, partstat=partstat, at=at, program=way))
        return found


def tell(name: str, rates: list[float]) -> float:
    median = statistics.median(rates)
    say(f"{name:52} {median:8,.0f} a second ({min(rates):,.0f} to {max(rates):,.0f})")
    return median


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  # printing is what a benchmark is for
