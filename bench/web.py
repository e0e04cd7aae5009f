"""How fast pages are, with PostgreSQL's own wall between agencies and without: `./run bench web`. Asserts nothing.

A year of London's meetings as records, a real web process, and clients that read the trigger list and a meeting's
page: first one that never rests, which shows what a page costs, then sixteen that rest a second or so between pages,
as quick readers do. By turns with the wall and without, so that what else the machine does falls on both.
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
from collections.abc import Iterator
from datetime import UTC, datetime

from bench.reporting.timing import machine
from bench.scheduling.run import say
from bench.serving import city, clients
from demo import scratch
from ports import listen_briefly
from supervise import wait_until_ready
from web.acting import WEB_ROLE

Address = tuple[str, int]
PAGES = {"the trigger list": "/", "a meeting's page": "/meetings/{}"}


def main() -> None:
    """Load, serve, read, print."""
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--meetings", type=int, default=12_000, help="of the year")
    wanted.add_argument("--clients", type=int, default=16)
    wanted.add_argument("--seconds", type=float, default=8.0, help="of each reading")
    wanted.add_argument("--rounds", type=int, default=3)
    given = wanted.parse_args()
    say(f"Python {platform.python_version()}, {platform.platform()}, {machine()}")
    with scratch.database() as url:
        os.environ |= {"DATABASE_URL": url, "CONVENE_DEMO": "yes", "CONVENE_SECRET": secrets.token_urlsafe(32)}
        tokens, reference = asyncio.run(_prepared(url, given.meetings))
        with _serving(url, wall=True) as walled, _serving(url, wall=False) as bare:
            asyncio.run(_compare((walled, bare), tokens, reference, given))
    say(f"at the end {machine()}")


async def _prepared(url: str, meetings: int) -> tuple[dict[str, str], str]:
    import processes
    from demo.contacts import load_contacts
    from installation import load_reference_data

    now = datetime.now(UTC)
    await processes.migrate_schema()
    async with processes.database():
        await load_reference_data(now)
        await load_contacts(now)
        await city.load(url, meetings)
        return await city.sessions(), await city.a_meeting()


@contextlib.contextmanager
def _serving(url: str, *, wall: bool) -> Iterator[tuple[str, int]]:
    """A web process within, at this address."""
    port = listen_briefly("127.0.0.1", 0)
    walled = url.replace("//convene@", f"//{WEB_ROLE}@") if wall else url
    own = {"CONVENE_WEB": f"127.0.0.1:{port}", "CONVENE_BASE_URL": f"http://127.0.0.1:{port}"}
    own |= {"CONVENE_WEB_DATABASE_URL": walled}
    command = [sys.executable, "-m", "bench.serving.served", *([] if wall else ["owner"])]
    with subprocess.Popen(command, env=os.environ | own, stdout=subprocess.DEVNULL) as process:  # noqa: S603 - our own module
        try:
            wait_until_ready(own["CONVENE_BASE_URL"])
            yield "127.0.0.1", port
        finally:
            process.terminate()


async def _compare(
    servers: tuple[Address, Address], tokens: dict[str, str], reference: str, given: argparse.Namespace
) -> None:
    walled, bare = servers
    for page, path in PAGES.items():
        for who, token in tokens.items():
            say(f"{page}, read by a coordinator of {who}")
            address = path.format(reference)
            for many, rest in ((1, 0.0), (given.clients, 1.0)):
                say(f"  {many} at once, resting {rest:g} s")
                taken: dict[str, list[clients.Answers]] = {"without": [], "with": []}
                for _ in range(given.rounds):
                    for name, server in (("without", bare), ("with", walled)):
                        await clients.read(server, address, token, many, 1.0, rest)  # plans and pools are warm
                        taken[name].append(await clients.read(server, address, token, many, given.seconds, rest))
                for name, answers in taken.items():
                    say(f"    {name:8} {clients.together(answers)}")
                ratio = clients.together(taken["with"]).middle / clients.together(taken["without"]).middle
                say(f"    the wall costs {100 * (ratio - 1):+.0f} %")


if __name__ == "__main__":
    main()
