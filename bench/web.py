"""How fast pages are: `./run bench web` (about a quarter of an hour). Prints, asserts nothing.

A year of London's meetings as records, a real web process, and clients that read the pages most used: first one
that never rests, which shows what a page costs; then sixteen that never rest, which shows how much the machine
carries; then sixteen that think a second or so between pages, as quick readers do. Rounds take turns with the
pages, so that what else the machine does falls on all. Server, PostgreSQL and clients share its cores.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import platform
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime

from bench.reporting.timing import machine
from bench.scheduling.run import say
from bench.serving import city, clients
from demo import scratch
from ports import listen_briefly
from supervise import wait_until_ready

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
FOR_ALL = ("the trigger list", "a meeting's page")  # read by each of the coordinators; the others by London's alone


def main() -> None:
    """Load, serve, read, print."""
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--meetings", type=int, default=12_000, help="of the year")
    wanted.add_argument("--clients", type=int, default=16)
    wanted.add_argument("--seconds", type=float, default=4.0, help="of each reading; of those who think, twice that")
    wanted.add_argument("--rest", type=float, default=1.0, help="seconds between the pages of those who think")
    wanted.add_argument("--rounds", type=int, default=3)
    wanted.add_argument("--page", action="append", choices=list(PAGES), help="only these; may be given again")
    given = wanted.parse_args()
    say(f"Python {platform.python_version()}, {platform.platform()}, {machine()}")
    with scratch.database() as url:
        os.environ |= {"DATABASE_URL": url, "CONVENE_DEMO": "yes", "CONVENE_SECRET": secrets.token_urlsafe(32)}
        tokens, named = asyncio.run(_prepared(url, given.meetings))
        with _serving() as server:
            asyncio.run(_read_all(server, tokens, named, given))
    say(f"at the end {machine()}")


async def _prepared(url: str, meetings: int) -> tuple[dict[str, str], dict[str, str]]:
    """The city is there: the sessions of its coordinators, and what the pages' addresses are made of."""
    import processes
    from demo.contacts import load_contacts
    from installation import load_reference_data
    from reports import posting

    now = datetime.now(UTC)
    await processes.migrate_schema()
    async with processes.database():
        await load_reference_data(now)
        await load_contacts(now)
        await city.load(url, meetings)
        await posting.post_due(datetime.now(UTC))  # as the worker does, so that reports find the ledger written
        return await city.sessions(), await city.named()


@contextlib.contextmanager
def _serving() -> Iterator[clients.Address]:
    """A web process within, at this address; where a page fails, the end of its log is printed."""
    port = listen_briefly("127.0.0.1", 0)
    own = {"CONVENE_WEB": f"127.0.0.1:{port}", "CONVENE_BASE_URL": f"http://127.0.0.1:{port}"}
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen([sys.executable, "-m", "app"], env=os.environ | own, stdout=log, stderr=log) as process,
    ):
        try:
            wait_until_ready(own["CONVENE_BASE_URL"])
            yield "127.0.0.1", port
        except (RuntimeError, OSError):
            log.seek(0)
            say(log.read()[-4000:].decode())
            raise
        finally:
            process.terminate()


async def _read_all(
    server: clients.Address, tokens: dict[str, str], named: dict[str, str], given: argparse.Namespace
) -> None:
    wanted = [
        (f"{page}, for a coordinator of {who}", clients.Reading(server, (PAGES[page].format(**named),), token))
        for page in given.page or PAGES
        for who, token in tokens.items()
        if page in FOR_ALL or who == LONDON
    ]
    if not given.page:
        paths = tuple(path.format(**named) for path in PAGES.values())
        wanted.append(
            (f"any of these pages, for a coordinator of {LONDON}", clients.Reading(server, paths, tokens[LONDON]))
        )
    loads = {
        "one, without rest": (1, given.seconds, 0.0),
        f"{given.clients} at once, without rest": (given.clients, given.seconds, 0.0),
        f"{given.clients} at once, {given.rest:g} s between pages": (given.clients, 2 * given.seconds, given.rest),
    }
    for _, reading in wanted:
        await clients.read(reading, given.clients, given.seconds / 8, 0.0)  # plans, templates and pools are warm
    for load, (many, seconds, rest) in loads.items():
        say(f"{load}; {machine()}")
        taken: dict[str, list[clients.Answers]] = {name: [] for name, _ in wanted}
        for _ in range(given.rounds):
            for name, reading in wanted:
                taken[name].append(await clients.read(reading, many, seconds, rest))
        for name, rounds in taken.items():
            say(f"  {name:55} {clients.together(rounds)}")


if __name__ == "__main__":
    main()
