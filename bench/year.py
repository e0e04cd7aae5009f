"""A year of the simulated London, its meetings set up in three ways: `./run bench year`. Prints, asserts nothing.

In memory: the city's episodes, the suggested rules, the shipped areas, invented duty (bench/scheduling/duty.py).
First come, first served takes the next working morning from nine on, and looks at no diary but the chair's; ranking
takes the best time for each as it comes; planning together looks at nine and at one, and plans all that waits. A unit
can come to one meeting at a time; of two at once it comes to the one set up first.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from dataclasses import replace
from datetime import timedelta
from statistics import median

from bench.scheduling.desks import (
    Desk,
    Tally,
    as_they_come,
    first_come_first_served,
    one_by_one,
    together,
    twice_a_day,
)
from bench.scheduling.duty import duty_of
from bench.scheduling.london import UNTIL, london
from bench.scheduling.run import say


def main() -> None:
    """Live the year in each way and print what came of it."""
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--scale", type=float, default=1.0, help="1 for the whole of London")
    wanted.add_argument("--days", type=int, default=365, help="the last so many days of the year only")
    wanted.add_argument("--minutes", type=int, default=30, help="of each meeting")
    wanted.add_argument("--way", choices=("first", "ranked", "planned"), help="one of the three only")
    wanted.add_argument("--seed", type=int, default=1)
    given = wanted.parse_args()
    say(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.platform()}")
    city = london(given.scale, given.seed)
    since = UNTIL - timedelta(days=given.days)
    city = replace(city, calls=tuple(call for call in city.calls if call.at >= since))
    duty = duty_of(city)
    say(f"{len(city.calls):,} triggers of {given.days} days, meetings of {given.minutes} minutes")
    ways = (
        ("first", "first come, first served", first_come_first_served, as_they_come(city)),
        ("ranked", "ranked one by one", one_by_one, as_they_come(city)),
        ("planned", "planned together, twice a day", together, twice_a_day(city)),
    )
    for way, name, policy, looks in ways:
        if given.way not in (None, way):
            continue
        begun = time.perf_counter()
        tally = Desk(city, duty, given.minutes).live(policy, looks)
        say(f"{name}: {in_words(tally)}; {time.perf_counter() - begun:.0f} s")


def in_words(tally: Tally) -> str:
    """The shares, each with both its numbers."""
    hours = median(waited.total_seconds() / 3600 for waited in tally.waited) if tally.waited else 0
    return ", ".join(
        (
            f"in time {_share(tally.in_time, tally.triggers)}",
            f"both police units free {_share(tally.both_free, tally.two_police_units)}",
            f"all police free {_share(tally.police_free, tally.meetings)}",
            f"quorum free {_share(tally.quorum_free, tally.meetings)}",
            f"median {hours:.0f} hours from trigger to meeting",
        )
    )


def _share(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,} ({part / whole:.1%})" if whole else "none"


if __name__ == "__main__":
    main()
