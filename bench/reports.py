"""How long the reports take: `./run bench reports`. Prints, asserts nothing.

First a year of meetings as records: how long it takes to post them, to count a report, and to recount it from the
records. Then ten years of a country as facts, made by a seed: the ledger is made of them and recounted, and each
figure is read from the ledger, and once from the facts. Each size has a database of its own, beside the one in
DATABASE_URL, or in an embedded server where that is not set, dropped at the end. The largest takes 15 GB of disk.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys

from bench.reporting.timing import machine
from bench.scheduling.run import say
from demo import scratch


def main() -> None:
    """Load, time, print."""
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--meetings", type=int, default=20_000, help="of the year of records; 0 for none")
    wanted.add_argument("--seats", type=int, nargs="*", default=[2_500_000, 25_000_000], help="of each ten years")
    wanted.add_argument("--rounds", type=int, default=7)
    wanted.add_argument("--seed", type=int, default=1)
    given = wanted.parse_args()
    rounds = max(1, given.rounds)
    say(f"Python {platform.python_version()}, {platform.platform()}, {machine()}")
    if given.meetings:
        _measure("records", given.meetings, rounds)
    for seats in given.seats:
        _measure("facts", seats, rounds, given.seed)


def _measure(what: str, *numbers: int) -> None:
    """In a process of its own, because a process keeps to the database that it began with."""
    with scratch.database() as url:
        command = [sys.executable, "-m", f"bench.reporting.of_{what}", *map(str, numbers)]
        subprocess.run(command, check=True, env=os.environ | {"DATABASE_URL": url})  # noqa: S603  # our own modules and numbers


if __name__ == "__main__":
    main()
