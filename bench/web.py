"""How fast pages are: `./run bench web` (about a quarter of an hour). Prints, asserts nothing.

A year of London's meetings as records, real web processes, and clients that read the pages most used. First one that
never rests, of one process with and of one without the wall in the database, by turns: what a page costs, and what of
that the wall. Then sixteen, shared among the processes as a proxy does it: sixteen that never rest, which shows how
much the machine carries; and sixteen that think a second or so between pages, as quick readers do. Rounds take turns
with the pages, so that what else the machine does falls on all. Web, PostgreSQL and clients share its cores.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import secrets
from datetime import UTC, datetime

from bench.reporting.timing import machine
from bench.scheduling.run import say
from bench.serving import city, clients
from bench.serving.web_processes import Running, milliseconds_spent, serving
from demo import scratch

LONDON = "all of London"
PAGES = {
    "the trigger list": "/",
    "a meeting's page": "/meetings/{coming}",
    "the meetings": "/meetings",
    "a meeting to set up": "/waiting/{child}",
    "a register": "/meetings/{past}/register",
    "the directory": "/directory",
    "a unit's hours": "/directory/{unit}/hours",
    "what to follow up": "/follow-up",
    "reports": "/reports",
}
FOR_ALL = ("the trigger list", "a meeting's page", "the meetings", "what to follow up")  # the others: London's alone
Wanted = dict[str, tuple[tuple[str, ...], str]]  # what is read: paths, and the token of a session


def main() -> None:
    """Load, serve, read, print."""
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--meetings", type=int, default=12_000, help="of the year")
    wanted.add_argument("--processes", type=int, default=2, help="web processes that share the clients")
    wanted.add_argument("--clients", type=int, default=16)
    wanted.add_argument("--seconds", type=float, default=4.0, help="of each reading; of those who think, twice that")
    wanted.add_argument("--rest", type=float, default=1.0, help="seconds between the pages of those who think")
    wanted.add_argument("--rounds", type=int, default=3)
    wanted.add_argument("--page", action="append", choices=list(PAGES), help="only these; may be given again")
    given = wanted.parse_args()
    say(f"Python {platform.python_version()}, {platform.platform()}, {machine()}")
    with scratch.database() as url:
        os.environ |= {"DATABASE_URL": url, "CONVENE_DEMO": "yes", "CONVENE_SECRET": secrets.token_urlsafe(32)}
        read = asyncio.run(_prepared(url, given))
        with serving(1) as walled, serving(1, "bench.serving.unwalled") as unwalled:
            asyncio.run(_one_by_one(walled, unwalled, read, given))
        with serving(given.processes) as processes:
            asyncio.run(_all_at_once(processes, read, given))
    say(f"at the end {machine()}")


async def _prepared(url: str, given: argparse.Namespace) -> Wanted:
    """The city is there, and what its coordinators read."""
    import processes
    from demo.contacts import load_contacts
    from installation import load_reference_data
    from reports import posting

    now = datetime.now(UTC)
    await processes.migrate_schema()
    async with processes.database():
        await load_reference_data(now)
        await load_contacts(now)
        await city.load(url, given.meetings)
        await posting.post_due(datetime.now(UTC))  # as the worker does, so that reports find the ledger written
        tokens, named = await city.sessions(), await city.named()
    found: Wanted = {
        f"{page}, for a coordinator of {who}": ((PAGES[page].format(**named),), token)
        for page in given.page or PAGES
        for who, token in tokens.items()
        if page in FOR_ALL or who == LONDON
    }
    if not given.page:
        every = tuple(path.format(**named) for path in PAGES.values())
        found[f"any of these pages, for a coordinator of {LONDON}"] = every, tokens[LONDON]
    return found


async def _one_by_one(walled: Running, unwalled: Running, wanted: Wanted, given: argparse.Namespace) -> None:
    """What each page costs one client, with the wall and without it."""
    say(f"one client, without rest; in brackets milliseconds of a processor, web and PostgreSQL; {machine()}")
    sides = {"with": walled, "without": unwalled}
    taken: dict[tuple[str, str], list[clients.Answers]] = {(name, side): [] for name in wanted for side in sides}
    spent = dict.fromkeys(taken, 0.0)
    for turn in range(given.rounds + 1):
        for name, (paths, token) in wanted.items():
            for side, running in sides.items():
                reading = clients.Reading(running.servers, paths, token)
                before = await milliseconds_spent(running)
                answers = await clients.read(reading, 1, given.seconds / 2, 0.0)
                if turn:  # in the first, plans and templates are made
                    spent[name, side] += await milliseconds_spent(running) - before
                    taken[name, side].append(answers)
    for name in wanted:
        whole, bare = (clients.together(taken[name, side]) for side in sides)
        cost, least = spent[name, "with"] / len(whole.taken), spent[name, "without"] / len(bare.taken)
        compared = f"without the wall {bare.median:4.1f} ({least:4.1f}: {cost / least:.2f})"
        say(f"  {name:55} {whole} ({cost:4.1f}), {compared}")


async def _all_at_once(running: Running, wanted: Wanted, given: argparse.Namespace) -> None:
    """What many clients wait for."""
    readings = {name: clients.Reading(running.servers, paths, token) for name, (paths, token) in wanted.items()}
    for reading in readings.values():
        await clients.read(reading, given.clients, given.seconds / 4, 0.0)  # plans, templates and pools are warm
    many = f"{given.clients} clients at once, {len(running.servers)} processes"
    loads = {
        f"{many}, without rest": (given.seconds, 0.0),
        f"{many}, {given.rest:g} s between pages": (2 * given.seconds, given.rest),
    }
    for load, (seconds, rest) in loads.items():
        say(f"{load}; {machine()}")
        taken: dict[str, list[clients.Answers]] = {name: [] for name in readings}
        for _ in range(given.rounds):
            for name, reading in readings.items():
                taken[name].append(await clients.read(reading, given.clients, seconds, rest))
        for name, rounds in taken.items():
            say(f"  {name:55} {clients.together(rounds)}")


if __name__ == "__main__":
    main()
