"""Commits beside the sealer, and a log sealed and verified; in the database of DATABASE_URL."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import resource
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from statistics import median

import asyncpg

import processes
from audit import sealing, verifying
from bench.scheduling.run import say

Commit = Callable[[asyncpg.Connection], Awaitable[None]]
_ACT = """
INSERT INTO audit_entry (at, actor, action, subject, detail)
VALUES (now(), '0194b2c8-5f0e-7cc3-98c4-000000000001', 'opened the meeting', 'meeting:7F3K2M', '{"page": 1}')
"""


async def act(connection: asyncpg.Connection) -> None:
    """A transaction that writes one act, as a page does that shows a case."""
    await connection.execute(_ACT)


async def act_chained(connection: asyncpg.Connection) -> None:
    """The same with its seal: each commit waits for the one before."""
    async with connection.transaction():
        head = await connection.fetchval("SELECT head FROM chained FOR UPDATE")
        await connection.execute(_ACT)
        await connection.execute("UPDATE chained SET head = $1", hashlib.sha256(head.encode()).hexdigest())


async def commits(clients: int, seconds: float, commit: Commit) -> float:
    """Commits a second, by so many clients at once."""
    from piccolo_conf import DB

    connections = [await DB.get_new_connection() for _ in range(clients)]
    until, done = time.monotonic() + seconds, 0

    async def client(connection: asyncpg.Connection) -> None:
        nonlocal done
        while time.monotonic() < until:
            await commit(connection)
            done += 1

    began = time.monotonic()
    await asyncio.gather(*map(client, connections))
    took = time.monotonic() - began
    for connection in connections:
        await connection.close()
    return done / took


@contextlib.asynccontextmanager
async def sealing_each_second() -> AsyncIterator[None]:
    async def rounds() -> None:
        while True:
            await sealing.seal_due(datetime.now(UTC))
            await asyncio.sleep(1)

    task = asyncio.create_task(rounds())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def ways_of_committing(clients: int, seconds: int, rounds: int) -> None:
    from piccolo_conf import DB

    await DB._run_in_new_connection("CREATE TABLE chained (head text)")
    await DB._run_in_new_connection("INSERT INTO chained VALUES ('')")
    plain, sealed, chained = [], [], []
    for _ in range(rounds):
        plain.append(await commits(clients, seconds, act))
        await sealing.seal_due(datetime.now(UTC))
        async with sealing_each_second():
            sealed.append(await commits(clients, seconds, act))
        chained.append(await commits(clients, seconds, act_chained))
        await sealing.seal_due(datetime.now(UTC))
    say(f"{clients} clients, medians of {rounds} rounds of {seconds} s, one act a commit:")
    say(f"  without the sealer           {median(plain):9,.0f} commits/s")
    say(f"  with it, sealing each second {median(sealed):9,.0f} commits/s, in this same process")
    say(f"  the seal in each transaction {median(chained):9,.0f} commits/s")


async def lag_of_the_sealer(rate: int, seconds: int) -> None:
    """How old the oldest entry without a seal is, ten times a second, while so many commits a second come."""
    from piccolo_conf import DB

    oldest = "SELECT now() - min(at) AS age FROM audit_entry WHERE id > (SELECT max(upto) FROM audit_batch)"
    writer, looker = [await DB.get_new_connection() for _ in range(2)]
    ages, done, began = [], 0, time.monotonic()

    async def looks() -> None:
        while True:
            await asyncio.sleep(0.1)
            age = await looker.fetchval(oldest)
            ages.append(age.total_seconds() if age else 0.0)

    async with sealing_each_second():
        looking = asyncio.create_task(looks())
        while (passed := time.monotonic() - began) < seconds:
            while done < passed * rate:
                await act(writer)
                done += 1
            await asyncio.sleep(0.005)
        looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking
    for connection in (writer, looker):
        await connection.close()
    await sealing.seal_due(datetime.now(UTC))
    say(f"{done / seconds:,.0f} commits/s of {rate} wanted, for {seconds} s, by one client, sealing each second:")
    say(f"  the oldest entry without a seal is {median(ages):.1f} s old as a median, {max(ages):.1f} s at most")


async def sealed_and_verified(entries: int) -> None:
    from piccolo_conf import DB

    per = 100_000
    for first in range(0, entries, per):
        await DB._run_in_new_connection(
            f"{_ACT.split('VALUES')[0]} SELECT {_ACT.split('VALUES (')[1].strip()[:-1]} "
            f"FROM generate_series(1, {min(per, entries - first)})"
        )
    began = time.monotonic()
    done = await sealing.seal_due(datetime.now(UTC))
    say(f"{done:,} entries sealed in {time.monotonic() - began:,.1f} s")
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    verified = await verifying.verify()
    took, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    say(f"{verified.entries:,} entries verified in {took:,.1f} s, {verified.entries / took:,.0f} a second")
    say(f"at most {after / 1024:,.0f} MB of memory, {(after - before) / 1024:,.0f} MB of it for verifying")
    assert not verified.findings, verified.findings[:3]
    sizes = "SELECT pg_total_relation_size('audit_entry') AS log, pg_total_relation_size('audit_batch') AS seals"
    size = (await DB._run_in_new_connection(sizes))[0]
    say(f"the log takes {size['log'] / 1e6:,.0f} MB with its indexes, the seals {size['seals'] / 1e6:,.0f} MB")


async def main(clients: int, seconds: int, rounds: int, entries: int) -> None:
    await processes.migrate_schema()
    async with processes.database():
        await ways_of_committing(clients, seconds, rounds)
        await lag_of_the_sealer(200, 4 * seconds)
        await sealed_and_verified(entries)


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
