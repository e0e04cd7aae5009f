"""The incoming half of the mail benchmark: from DATA, and from stored bytes, to the committed response."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from attendance import taking_in
from attendance.reading import ToRead
from attendance.reading_apart import ReadsApart
from bench.mailing.run import LOOPBACK, Bench, say, tell
from demo.programs import Posted
from notifications import inbox
from notifications.smtp import Relay
from notifications.tables import Disposition, Heartbeat, InboundMail

ROOT = Path(__file__).parents[2]
PATIENCE = 60  # seconds for one round, after which the benchmark gives up


async def time_answers(this: Bench) -> None:
    """Every figure of the answers to the letters of this run, and how the answers ended."""
    apart = ReadsApart()
    await apart.start()
    for name, reader in (("here", taking_in.read_here), ("apart", apart)):
        core = await time_reading(this, name, reader)
        await time_taking_in(this, name, core, reader)
    await apart.close()
    async with parts(this) as port:
        for connections in (1, 8):
            await time_end_to_end(this, port, connections)
    await tell_ends()


async def time_reading(this: Bench, name: str, reader: taking_in.Reader) -> float:
    """The pure core: bytes to facts, MIME and calendar, no database; returns the median of answers a second."""
    rates = []
    for _ in range(this.rounds):
        posted = this.fresh()
        mails = [ToRead(one.raw, this.begun.date()) for one in posted]
        begun = time.perf_counter()
        for start in range(0, len(mails), taking_in.AT_ONCE):
            await reader(mails[start : start + taking_in.AT_ONCE])
        rates.append(len(posted) / (time.perf_counter() - begun))
    return tell(f"answers read {name}, no database", rates)


async def time_taking_in(this: Bench, name: str, core: float, reader: taking_in.Reader) -> None:
    """From stored bytes to the committed response, a batch at a time."""
    rates, per_core = [], []
    for _ in range(this.rounds):
        for one in this.fresh():
            await inbox.keep("smtp", one.raw, one.envelope_from, one.envelope_to, now=datetime.now(UTC))
        begun, cpu = time.perf_counter(), cpu_time()
        await taking_in.take_in_all(
            letterhead=this.letterhead, clock=now, reader=reader, authserv_id="", stopping=lambda: False
        )
        rates.append(this.answers / (time.perf_counter() - begun))
        per_core.append(this.answers / (cpu_time() - cpu))
    median = tell(f"answers, stored to taken in, read {name}", rates)
    tell("  for each second of CPU time, PostgreSQL's aside", per_core)
    say(f"  reading without the rest takes {median / core:.0%} as long")


def cpu_time() -> float:
    """Seconds of CPU time that this process and those it started (the one that reads) have used."""
    used = time.process_time()
    for children in Path("/proc/self/task").glob("*/children"):
        for child in children.read_text().split():
            fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
            used += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return used


def now() -> datetime:
    return datetime.now(UTC)


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
