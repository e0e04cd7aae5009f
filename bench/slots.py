"""How long ranking one meeting takes: `./run bench slots --rounds 200`. Prints, asserts nothing.

Twelve required seats, five working days, each unit with shifts, a published calendar of six appointments a day and
travel to a place; no database, for the diaries are read once before. The seed makes the same diaries each time.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from uuid import UUID

from directory.availability import Diary, Period, merged
from meetings.seats import Capacity
from meetings.slots import SeatAsked, Wanted, propose

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)  # a Monday, so that the deadline is five working days away
DUE = NOW + timedelta(days=7)
MEETING = UUID(int=1)


def wanted(seats: int, *, urgent: bool) -> Wanted:
    capacities = [c.value for c in Capacity]
    asked = (
        SeatAsked(UUID(int=n + 100), f"Unit {n}", (capacities[n % len(capacities)],), required=True)
        for n in range(seats)
    )
    quorum = (Capacity.SOCIAL_WORKER.value, Capacity.HEALTH.value, Capacity.HOME.value)
    due_at = NOW + timedelta(days=1) if urgent else DUE
    return Wanted(MEETING, tuple(asked), quorum, due_at, 60, urgent, "Town hall")


def diary(unit: UUID, dice: random.Random) -> Diary:
    """A fortnight: a shift of eight hours on most days, and six appointments of half an hour to two on each."""
    duty, busy = [], []
    for day in range(-1, 15):
        begins = NOW.replace(hour=0) + timedelta(days=day, hours=dice.choice((6, 7, 8, 9, 12, 14)))
        if dice.random() < 0.9:
            duty.append(Period(begins, begins + timedelta(hours=9)))
        for _ in range(6):
            at = NOW.replace(hour=0) + timedelta(days=day, minutes=15 * dice.randrange(28, 72))
            busy.append(Period(at, at + timedelta(minutes=dice.choice((30, 60, 120)))))
    return Diary(unit, merged(duty), merged(busy), NOW)


def measure(rounds: int, seats: int, *, urgent: bool, dice: random.Random) -> list[float]:
    """Milliseconds of each round, in order of length; new diaries in each."""
    ask, took = wanted(seats, urgent=urgent), []
    for _ in range(rounds):
        known = {seat.unit: diary(seat.unit, dice) for seat in ask.seats}
        began = time.perf_counter()
        propose(ask, known, NOW)
        took.append((time.perf_counter() - began) * 1000)
    return sorted(took)


def machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}{load}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="./run bench slots", description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seats", type=int, default=12)
    options = parser.parse_args()
    print(machine())
    print(f"ranking one meeting of {options.seats} required seats, {options.rounds} rounds")
    for name, urgent in (("over five working days", False), ("urgent, within a day", True)):
        took = measure(options.rounds, options.seats, urgent=urgent, dice=random.Random(7))
        slow = took[int(len(took) * 0.95)]
        print(
            f"{name + ':':24}median {median(took):.1f} ms, 95th of a hundred {slow:.1f} ms, slowest {took[-1]:.1f} ms"
        )


if __name__ == "__main__":
    main()
