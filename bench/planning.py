"""How well and how fast many meetings are planned at once: `./run bench planning`. Prints, asserts nothing.

A hundred waiting meetings over twelve command units and forty partner units for a week, made up by a seed. First the
planner of the product and the plain ranking, one meeting after the other by their deadlines. Then the planner beside
an exact solver, OR-Tools CP-SAT, on what the solver can hold: starts at full and half hours before the deadline, and
only those who must come. The solver is a package of the tests; where it is not installed, that part is left out.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Mapping, Sequence
from itertools import combinations
from uuid import UUID

from bench.scheduling import made
from bench.scheduling.run import say
from directory.availability import Diary, Free, Period, merged
from meetings.arranging import CHAINS, arrange
from meetings.planning import Asked, plan
from meetings.sittings import Sitting, total
from meetings.slots import Slot, Wanted, propose

LEFT = 1_000_000  # for the solver: more than any time before the deadline costs


def main() -> None:
    """Plan, rank, solve, print."""
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--meetings", type=int, default=100)
    wanted.add_argument("--seeds", type=int, default=3)
    wanted.add_argument("--seconds", type=float, default=60, help="for the solver, each time; 0 leaves it out")
    given = wanted.parse_args()
    say(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.platform()}")
    for minutes in (30, 60):
        for seed in range(given.seeds):
            waiting, diaries = made.waiting(given.meetings, seed, minutes), made.diaries(seed)
            say(f"{given.meetings} meetings of {minutes} minutes, seed {seed}")
            compare(waiting, diaries)
            if given.seconds:
                solve(waiting, diaries, given.seconds)


def compare(waiting: Sequence[Wanted], diaries: Mapping[UUID, Diary]) -> None:
    """The plan beside the plain ranking."""
    begun = time.perf_counter(), time.thread_time()
    planned = plan(waiting, diaries, made.NOW)
    took = f"{time.perf_counter() - begun[0]:.1f} s, {time.thread_time() - begun[1]:.1f} of a processor"
    say(f"  planned together: {_counts(list(planned.placed.values()))}; {took}")
    since = time.perf_counter()
    ranked = ranking(waiting, diaries)
    say(f"  ranked one by one: {_counts(ranked)}; {time.perf_counter() - since:.1f} s")


def ranking(waiting: Sequence[Wanted], diaries: Mapping[UUID, Diary]) -> list[Slot]:
    """Each meeting's best time, in the order of their deadlines, what was given before being taken."""
    known, found = dict(diaries), []
    for one in sorted(waiting, key=lambda w: w.due_at):
        slot = propose(one, known, made.NOW, at_most=1).slots[0]
        found.append(slot)
        for seat in one.seats:
            diary = known[seat.unit]
            known[seat.unit] = Diary(seat.unit, diary.duty, merged((*diary.busy, slot.period)))
    return found


def solve(waiting: Sequence[Wanted], diaries: Mapping[UUID, Diary], seconds: float) -> None:
    """The plain ranking of who has most to lose, the same with chains of moves, and the exact solver."""
    sittings = [_reduced(Asked.of(one, diaries, made.NOW).sitting) for one in waiting]
    costs = {}
    for name, chains in (("most to lose first", 0), ("and chains of moves", CHAINS)):
        begun = time.thread_time()
        found = arrange(sittings, chains=chains)
        costs[name] = total(sittings, found.taken)
        say(f"  {name}: cost {costs[name]:,}; {time.thread_time() - begun:.1f} s of a processor")
    try:
        from bench.scheduling.exact import arrange_exactly
    except ImportError:
        say("  OR-Tools is not installed: ./run test installs it")
        return
    exact = arrange_exactly(sittings, seconds=seconds, left=LEFT, hint=found.taken)
    ours = costs["and chains of moves"]
    proved = "proved the best" if exact.proved else f"none costs less than {exact.bound:,.0f}"
    say(f"  CP-SAT from there on, {seconds:.0f} s on two cores: cost {exact.cost:,.0f}, {proved}")
    say(f"  gap: {ours / exact.cost - 1:.1%} to its best, at most {ours / max(exact.bound, 1) - 1:.1%} to the best")


def _reduced(sitting: Sitting) -> Sitting:
    return Sitting(sitting.must, frozenset(), tuple(o for o in sitting.options if o.starts % 30 == 0))


def _counts(slots: Sequence[Slot]) -> str:
    away = sum(any(s.seats[seat.unit] is not Free.FREE for seat in s.wanted.seats if seat.police) for s in slots)
    late, unmet = sum(slot.late for slot in slots), sum(bool(slot.missing) for slot in slots)
    return (
        f"{len(slots)} with a time, {late} late, {away} without all police, {unmet} without quorum, {_twice(slots)}"
    )


def _twice(slots: Sequence[Slot]) -> str:
    """How often a unit that must come to one of two is asked to both at once."""
    held: dict[UUID, list[tuple[Period, bool]]] = {}
    for slot in slots:
        for seat in slot.wanted.seats:
            held.setdefault(seat.unit, []).append((slot.period, seat.required))
    twice = sum(
        (needed or also) and one.overlaps(other)
        for times in held.values()
        for (one, needed), (other, also) in combinations(times, 2)
    )
    return f"{twice} double bookings"


if __name__ == "__main__":
    main()
