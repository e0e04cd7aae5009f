"""How long each figure of the reports takes, from the ledger and from the facts, and what both weigh."""

from __future__ import annotations

import re
import resource
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median

import asyncpg

from bench.scheduling.run import say

TYPE = "missing strategy meeting"
FIGURES = ("seats", "types", "months", "meetings", "tallies", "medians")
_SIZES = """
select c.relname as name, c.reltuples::bigint as lines, pg_table_size(c.oid) as bytes, pg_indexes_size(c.oid) as index
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and n.nspname = 'public' and c.relname ~ '^(seat|meeting|tally)_(fact|ledger)$'
order by c.relname
"""


@dataclass(frozen=True)
class Times:
    """Milliseconds of several rounds."""

    taken: Sequence[float]

    @property
    def middle(self) -> float:
        return median(self.taken)

    def __str__(self) -> str:
        return f"{self.middle:9.1f} ({max(self.taken):.1f})"


async def timed(rounds: int, work: Callable[[], Awaitable[object]]) -> Times:
    """How long each of the rounds took, reading the rows into Python included."""
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        await work()
        taken.append((time.perf_counter() - begun) * 1000)
    return Times(taken)


async def time_figures(connection: asyncpg.Connection, rounds: int, now: datetime) -> None:
    """For each kind of period a line a figure: the ledger's median and slowest, the facts' time, and the ratio."""
    from reports import figures, periods
    from reports.counts import Asked

    days = (
        periods.month(2026, 10),
        periods.quarter(2026, 3),
        periods.financial_year(2025),
        periods.between(date(2025, 10, 13), date(2026, 10, 12)),
        periods.between(date(2016, 11, 1), date(2026, 10, 31)),
    )
    await connection.execute("set jit = off")  # as figures.count does
    say("milliseconds from the ledger: median (slowest); once from the facts; the ratio")
    for period in days:
        asked = Asked(period.since, period.until, TYPE, now)
        whole = await timed(rounds, partial(figures.count, asked))
        say(f"{period.days}: the whole report {whole}")
        first, last = period.first, period.last + timedelta(days=1)
        kept = figures.days_of(first, last) | {"type": TYPE, "now": now}
        kept |= {"months_since": date(last.year - 3, last.month, 1), "months_until": last.replace(day=1)}
        afresh = kept | {"opening": last, "closing": last, "spans": [], "begun": []}
        for name in FIGURES:
            ledger = await timed(rounds, partial(_run, connection, name, kept))
            facts = "" if name == "months" else await timed(1, partial(_run, connection, name, afresh))
            ratio = f"{facts.middle:11.0f}  x{facts.middle / ledger.middle:.0f}" if isinstance(facts, Times) else ""
            say(f"  {name:9} {ledger!s:20} {ratio}")


async def _run(connection: asyncpg.Connection, name: str, given: Mapping[str, object]) -> None:
    from reports.figures import QUERIES

    query = QUERIES[f"{name}_counted"]
    numbers = count(1)
    await connection.fetch(re.sub(r"\{\}", lambda _: f"${next(numbers)}", query.text), *query.values(given))


async def print_weights(connection: asyncpg.Connection) -> None:
    """The tables with their lines and bytes, and the memory of this process and of the server."""
    for name, lines, kept, index in await connection.fetch(_SIZES):
        say(f"  {name:16} {lines:>12,} lines {kept / 1e6:8,.0f} MB, indexes {index / 1e6:,.0f}")
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    shared = await connection.fetchval("show shared_buffers")
    say(f"  memory: this process {own:,.0f} MB at its highest, PostgreSQL's shared buffers {shared}, {backends()}")


def backends() -> str:
    """The memory that PostgreSQL's processes have of their own, where this machine tells."""
    private = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            told = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if told["Name"].strip() == "postgres" and "RssAnon" in told:
            private.append(int(told["RssAnon"].split()[0]) / 1024)
    return f"the largest of its processes {max(private):,.0f} MB of its own" if private else "its processes not told"


def machine() -> str:
    """The processor, the cores, the memory and what else is at work."""
    cpu = Path("/proc/cpuinfo")
    names = [line.split(":", 1)[1].strip() for line in cpu.read_text().splitlines() if line.startswith("model name")]
    memory = Path("/proc/meminfo").read_text().split()[1]
    load = Path("/proc/loadavg").read_text().split()[0]
    return f"{len(names)} cores of {names[0]}, {int(memory) / 1e6:.0f} GB of memory, load {load}"
