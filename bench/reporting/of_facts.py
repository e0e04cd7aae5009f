"""How long ten years of a country's facts take to fold, to recount and to report, in the database of DATABASE_URL."""

from __future__ import annotations

import asyncio
import os
import sys
from functools import partial

import asyncpg

import processes
from bench.reporting.facts import load
from bench.reporting.records import NOW
from bench.reporting.timing import print_weights, time_figures, timed
from bench.scheduling.run import say


async def measure(seats: int, rounds: int, seed: int) -> None:
    """Load, make the ledger, recount it, then each figure."""
    await processes.migrate_schema()
    connection = await asyncpg.connect(dsn=os.environ["DATABASE_URL"])
    async with processes.database():
        await _measure(connection, seats, rounds, seed)
    await connection.close()


async def _measure(connection: asyncpg.Connection, seats: int, rounds: int, seed: int) -> None:
    from reports import anew, recount

    loaded = await timed(1, partial(load, connection, seats, seed))
    say(f"{seats:,} seats: facts loaded in {loaded.middle / 1000:.0f} s")
    made = await timed(1, anew.make_ledger_anew)
    say(f"the ledger made of them in {made.middle / 1000:.0f} s")
    await connection.execute("vacuum (analyze)")
    differences = []

    async def check() -> None:
        differences.extend(await recount.check_ledger(NOW))

    checked = await timed(1, check)
    say(f"recounted in {checked.middle / 1000:.0f} s: differences {len(differences)}")
    await time_figures(connection, rounds, NOW)
    await print_weights(connection)


if __name__ == "__main__":
    asyncio.run(measure(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
