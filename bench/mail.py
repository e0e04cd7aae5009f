"""How fast letters leave and answers are taken in: `./run bench mail`. Prints, asserts nothing; under two minutes.

A database of its own is made as for the other benchmarks, and dropped at the end. Letters go to a sink in this
process that says 250 at once, then to Postfix's smtp-sink and to a Postfix of its own, where they are installed.
Answers go through a real mail door and a real worker, each a process of its own. Every figure is the median of
`--rounds`, with the slowest and the fastest beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import secrets
from datetime import UTC, datetime, timedelta

import processes
from bench.mailing.incoming import time_answers
from bench.mailing.outgoing import time_invitations
from bench.mailing.run import Bench, say
from demo import scratch
from demo.contacts import load_contacts
from directory.areas import load_directory
from meetings.default_rules import load_default_rules
from meetings.letters import Letterhead

DOMAIN = "invites.convene.example"


def main() -> None:
    """Set up, send, answer, print."""
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--meetings", type=int, default=20, help="set up and sent in each round")
    wanted.add_argument("--answers", type=int, default=300, help="in each round")
    wanted.add_argument("--rounds", type=int, default=3)
    wanted.add_argument("--relay", choices=("here", "all"), default="all", help="here: leave Postfix out")
    given = wanted.parse_args()
    say(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.platform()}")
    with scratch.database() as url:
        os.environ["DATABASE_URL"] = url
        asyncio.run(bench(max(1, given.meetings), max(1, given.answers), max(1, given.rounds), given.relay == "all"))


async def bench(meetings: int, answers: int, rounds: int, others: bool) -> None:
    own = Letterhead(DOMAIN, "meetings", "Convene", "OFFICIAL", "https://convene.example", secrets.token_urlsafe(32))
    this = Bench(datetime.now(UTC) - timedelta(hours=1), answers, rounds, own)
    await processes.migrate_schema()
    async with processes.database():
        await load_directory()
        await load_contacts(this.begun)
        await load_default_rules(this.begun)
        await time_invitations(this, meetings, others)
        await time_answers(this)


if __name__ == "__main__":
    main()
