"""How long a year of meetings takes to post, to report and to recount, in the database of DATABASE_URL."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from functools import partial

import processes
from bench.reporting.records import NOW, SEATS, load
from bench.reporting.timing import TYPE, timed
from bench.scheduling.run import say


async def measure(meetings: int, rounds: int) -> None:
    """Load, post, then a line a period: from the ledger, and from the records."""
    await processes.migrate_schema()
    begun = time.perf_counter()
    await load(os.environ["DATABASE_URL"], meetings)
    say(f"{meetings:,} meetings with {meetings * SEATS:,} seats loaded in {time.perf_counter() - begun:.1f} s")
    async with processes.database():
        await _time_reports(rounds)


async def _time_reports(rounds: int) -> None:
    from reports import figures, periods, posting
    from reports.counts import Asked

    posted = await timed(1, partial(posting.post_due, NOW))
    say(f"posted in {posted.middle / 1000:.1f} s; milliseconds from the ledger: median (slowest); from the records")
    for period in (periods.month(2026, 10), periods.quarter(2026, 3), periods.financial_year(2026)):
        asked = Asked(period.since, period.until, TYPE, NOW)
        ledger = await timed(rounds, partial(figures.count, asked))
        afresh = await timed(1, partial(figures.recount, asked))
        due = (await figures.count(asked)).meetings.total.due
        ratio = afresh.middle / ledger.middle
        say(f"  {period.name:32} {due:7,} meetings {ledger!s:20} {afresh.middle:9.0f}  x{ratio:.0f}")


if __name__ == "__main__":
    asyncio.run(measure(int(sys.argv[1]), int(sys.argv[2])))
