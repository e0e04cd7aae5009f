"""What the seals of the log cost: `./run bench audit`. Prints, asserts nothing.

Commits of one act each, by so many clients, for some seconds: without the sealer, with it sealing each second,
and, to compare, with the seal made within each transaction. Then entries are written in bulk, sealed in one go
and verified, with the memory that took. In a database of its own, dropped at the end.
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
    """Commit, seal, verify, print."""
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--clients", type=int, default=8)
    wanted.add_argument("--seconds", type=int, default=5, help="of each way of committing")
    wanted.add_argument("--rounds", type=int, default=3)
    wanted.add_argument("--entries", type=int, default=200_000, help="sealed and verified")
    given = wanted.parse_args()
    say(f"Python {platform.python_version()}, {platform.platform()}, {machine()}")
    numbers = (given.clients, given.seconds, given.rounds, given.entries)
    with scratch.database() as url:
        command = [sys.executable, "-m", "bench.auditing.sealed", *map(str, numbers)]
        subprocess.run(command, check=True, env=os.environ | {"DATABASE_URL": url})  # noqa: S603  # our own modules and numbers


if __name__ == "__main__":
    main()
