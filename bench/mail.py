"""How fast letters leave and answers are taken in: `./run bench mail`. Prints, asserts nothing; under 90 seconds.

A database of its own is made as for the other benchmarks, and dropped at the end. Letters go to a sink on loopback
that says 250 at once. Answers go through a real mail door and a real worker, each a process of its own. Every figure
is the median of `--rounds`, with the slowest and the fastest beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import platform
import secrets
import socket
import statistics
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

import processes
from attendance import responses
from attendance.reading_apart import ReadsApart
from demo import programs, scratch
from demo.contacts import load_contacts
from demo.programs import Posted, Program
from directory.areas import load_directory
from meetings import scheduling
from meetings.default_rules import load_default_rules
from meetings.intake import record
from meetings.intake.reports import EpisodeReport
from meetings.letters import Letterhead
from meetings.proposal import propose
from meetings.tables import Child, Grading
from meetings.waiting import triggers_waiting
from meetings.when import When
from notifications import inbox, outbox
from notifications.lmtp import open_door
from notifications.smtp import Relay
from notifications.tables import Disposition, Heartbeat, InboundMail

ROOT = Path(__file__).parents[1]
LOOPBACK = "127.0.0.1"
DOMAIN = "invites.convene.example"
LAMBETH = "E09000022"
PARTSTATS = ("ACCEPTED", "TENTATIVE", "DECLINED")
WAYS = (Program.OUTLOOK, Program.OUTLOOK, Program.APPLE, Program.GOOGLE, Program.THUNDERBIRD)
PATIENCE = 60  # seconds for one round, after which the benchmark gives up


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


def main() -> None:
    """Set up, send, answer, print."""
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--meetings", type=int, default=20, help="set up and sent in each round")
    wanted.add_argument("--answers", type=int, default=300, help="in each round")
    wanted.add_argument("--rounds", type=int, default=3)
    given = wanted.parse_args()
    say(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.platform()}")
    with scratch.database() as url:
        os.environ["DATABASE_URL"] = url
        asyncio.run(bench(max(1, given.meetings), max(1, given.answers), max(1, given.rounds)))


async def bench(meetings: int, answers: int, rounds: int) -> None:
    own = Letterhead(DOMAIN, "meetings", "Convene", "OFFICIAL", "https://convene.example", secrets.token_urlsafe(32))
    this = Bench(datetime.now(UTC) - timedelta(hours=1), answers, rounds, own)
    await processes.migrate_schema()
    async with processes.database():
        await load_directory()
        await load_contacts(this.begun)
        await load_default_rules(this.begun)
        await time_invitations(this, meetings)
        apart = ReadsApart()
        await apart.start()
        for name, reader in (("here", responses.read_here), ("apart", apart)):
            core = await time_reading(this, name, reader)
            await time_taking_in(this, name, core, reader)
        await apart.close()
        async with parts(this) as port:
            for connections in (1, 8):
                await time_end_to_end(this, port, connections)
        await tell_ends()


async def time_invitations(this: Bench, meetings: int) -> None:
    """From `set_up`, which writes the letters, to the sink's 250 and the letter marked as sent."""

    async def keep(door: str, raw: bytes, envelope_from: str, envelope_to: str) -> None:
        this.taken.append(raw)

    sink = await open_door("smtp", LOOPBACK, 0, keep=keep, domain=None, hostname="sink.example")
    relay = Relay(LOOPBACK, sink.sockets[0].getsockname()[1], hostname="convene.example")
    whole, written = [], []
    for _ in range(this.rounds):
        waiting = [await child_waiting(this.begun) for _ in range(meetings)]
        before, begun = len(this.taken), time.perf_counter()
        for child in waiting:
            await set_up(this, child)
        half = time.perf_counter()
        while await outbox.deliver_due(relay.send, clock=lambda: this.begun, limit=10):
            pass
        letters = len(this.taken) - before
        written.append(letters / (half - begun))
        whole.append(letters / (time.perf_counter() - begun))
    await relay.close()
    sink.close()
    await sink.wait_closed()
    tell("invitations, set_up to written", written)
    tell("invitations, set_up to 250 and marked", whole)


async def child_waiting(now: datetime) -> str:
    """A meeting must be called; the child's reference."""
    reference = f"BENCH-{secrets.token_hex(4)}"
    report = EpisodeReport(
        source="bench",
        source_reference=reference,
        issuer="bench",
        child=reference,
        started_at=now - timedelta(hours=3),
        reported_at=now - timedelta(hours=2),
        police_grading=Grading.HIGH,
        home_place=LAMBETH,
    )
    await record.report_episode(report, actor="bench", now=now)
    return reference


async def set_up(this: Bench, reference: str) -> None:
    """The meeting for the child, every proposed unit invited."""
    child = (await Child.select(Child.id).where(Child.reference == reference))[0]["id"]
    proposal = await propose(await triggers_waiting(child), this.begun.date())
    when = When(this.begun + timedelta(hours=21), 60, "", "https://meet.example/r/42")
    units = [seat.unit for seat in proposal.seats]
    await scheduling.set_up(child, when, units, by="bench", now=this.begun, letterhead=this.letterhead)


async def time_reading(this: Bench, name: str, reader: responses.Reader) -> float:
    """The pure core: bytes to facts, MIME and calendar, no database; returns the median of answers a second."""
    rates = []
    for _ in range(this.rounds):
        posted = this.fresh()
        begun = time.perf_counter()
        for one in posted:
            await reader(one.raw)
        rates.append(len(posted) / (time.perf_counter() - begun))
    return tell(f"answers read {name}, no database", rates)


async def time_taking_in(this: Bench, name: str, core: float, reader: responses.Reader) -> None:
    """From stored bytes to the committed response, one message at a time."""
    rates, per_core = [], []
    for _ in range(this.rounds):
        for one in this.fresh():
            await inbox.keep("smtp", one.raw, one.envelope_from, one.envelope_to, now=datetime.now(UTC))
        begun, cpu = time.perf_counter(), time.process_time()
        while await responses.take_in_one(letterhead=this.letterhead, now=datetime.now(UTC), reader=reader):
            pass
        rates.append(this.answers / (time.perf_counter() - begun))
        per_core.append(this.answers / (time.process_time() - cpu))
    median = tell(f"answers, stored to taken in, read {name}", rates)
    tell("  for each second of this process's CPU time", per_core)
    say(f"  reading without the rest is {median / core:.0%} of that time")


async def time_end_to_end(this: Bench, port: int, connections: int) -> None:
    """From the first DATA to the last 250, and to the last answer taken in by the worker beside it."""
    kept, taken = [], []
    for _ in range(this.rounds):
        posted = iter(this.fresh())
        senders = [Relay(LOOPBACK, port, hostname="officers.example") for _ in range(connections)]
        begun = time.perf_counter()
        await asyncio.gather(*(send_all(sender, posted) for sender in senders))
        kept.append(this.answers / (time.perf_counter() - begun))
        await until(nothing_waits)
        taken.append(this.answers / (time.perf_counter() - begun))
        for sender in senders:
            await sender.close()
    tell(f"answers, connections: {connections}, DATA to 250 (kept)", kept)
    tell(f"answers, connections: {connections}, DATA to taken in", taken)


async def send_all(sender: Relay, posted: Iterator[Posted]) -> None:
    """This connection hands in what no other has taken, until nothing is left."""
    for one in posted:
        await sender.send(one.raw, one.envelope_from, one.envelope_to)


async def nothing_waits() -> bool:
    return not await InboundMail.exists().where(InboundMail.disposition == Disposition.KEPT)


async def worker_at_work() -> bool:
    return await Heartbeat.exists().where(Heartbeat.job == "take in")


async def until(fulfilled: Callable[[], Awaitable[bool]]) -> None:
    """:raises TimeoutError: when it is not fulfilled within PATIENCE."""
    for _ in range(PATIENCE * 50):
        if await fulfilled():
            return
        await asyncio.sleep(0.02)
    raise TimeoutError("The mail door or the worker did not do its work; try each alone to see what it says.")


@contextlib.asynccontextmanager
async def parts(this: Bench) -> AsyncIterator[int]:
    """A mail door and a worker run as processes within; yields the port of the SMTP door, once both are at work."""
    smtp, lmtp, relay = free_port(), free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="convene-bench-") as state:
        env = os.environ | {
            "CONVENE_STATE": state,
            "CONVENE_DEMO": "yes",
            "CONVENE_SECRET": this.letterhead.secret,
            "CONVENE_MAIL_DOMAIN": this.letterhead.domain,
            "CONVENE_SMTP_DOOR": f"{LOOPBACK}:{smtp}",
            "CONVENE_LMTP_DOOR": f"{LOOPBACK}:{lmtp}",
            "CONVENE_RELAY": f"{LOOPBACK}:{relay}",
            "CONVENE_TICK": "1",
        }
        begun = [
            await asyncio.create_subprocess_exec(sys.executable, "-m", part, cwd=ROOT, env=env, stderr=DEVNULL)
            for part in ("door", "worker")
        ]
        try:
            await until(worker_at_work)
            await until(partial(listening, smtp))
            yield smtp
        finally:
            for part in begun:
                part.terminate()
                await part.wait()


def free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as taken:
        return int(taken.getsockname()[1])


async def listening(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(LOOPBACK, port)
    except OSError:
        return False
    writer.close()
    return True


async def tell_ends() -> None:
    """How the answers of all rounds ended, so that nobody measures a refusal."""
    rows = await InboundMail.raw("SELECT disposition, count(*) AS n FROM inbound_mail GROUP BY 1 ORDER BY 2 DESC")
    say("ended as: " + ", ".join(f"{row['n']:,} {row['disposition']}" for row in rows))


def tell(name: str, rates: list[float]) -> float:
    median = statistics.median(rates)
    say(f"{name:52} {median:8,.0f} a second ({min(rates):,.0f} to {max(rates):,.0f})")
    return median


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  # printing is what a benchmark is for


if __name__ == "__main__":
    main()
