"""The ledger equals a recount from the facts, and the facts one from the records; or the difference is named.

`./run ledger check` recounts everything, a round of the worker each night the ledger and a share of the facts. What
differs is kept in LedgerDifference until it was found equal again; no report of its months shows figures till then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from reports.figures import PATH, TEXTS, WORDS, YEAR_BEGINS
from reports.ledger_tables import LedgerDifference, LedgerState
from reports.ledgers import FACTS, LEDGERS, Kept
from reports.queries import load
from reports.snapshot import one_snapshot
from reports.touched import given_by, waiting

log = structlog.get_logger()
AT_ONCE = 2_000  # meetings whose facts are recounted in one reading
MOST = 500  # differences that are logged and kept of one check
MONTHS = load(
    PATH,
    words=WORDS,
    texts=TEXTS,
    instead={
        "edge_seats": "seats_of_month",
        "edge_meetings": "meetings_of_month",
        "edge_tallies": "tallies_of_month",
    },
)
UNTOLD = ("seat", "meeting", "source", "day", "month", "police")
FIRST, LAST = UUID(int=0), UUID(int=2**128 - 1)
LEDGER_NAMES = tuple(kept.ledger for kept in LEDGERS)
FACT_NAMES = tuple(kept.facts for kept in LEDGERS)
_RECORDS = {"meeting": "meeting", "trigger": "trigger", "decision": "not_convened", "dispute": "lead_dispute"}


@dataclass(frozen=True)
class Difference:
    """One number that is not what a recount says. `what` names it: the type, the cut or fact, the count."""

    ledger: str
    month: date
    what: str
    posted: int
    recounted: int

    def __str__(self) -> str:
        kept = self.ledger.replace("_", " ")
        return f"{self.month:%B %Y}, {kept}, {self.what}: posted {self.posted}, recounted {self.recounted}."


async def check_all(now: datetime) -> list[Difference]:
    """Every line and every fact was recounted; what differs is returned, kept and logged."""
    found, reached = await _months(), FIRST
    while reached < LAST:
        differing, reached = await _facts(reached)
        found += differing
    await _keep(found, (*LEDGER_NAMES, *FACT_NAMES), now)
    return found


async def check_ledger(now: datetime) -> list[Difference]:
    """Every line of the ledger was recounted from the facts; what differs is returned, kept and logged."""
    found = await _months()
    await _keep(found, LEDGER_NAMES, now)
    return found


async def check_some_facts(now: datetime, after: UUID) -> UUID:
    """The facts of the next share of the records were recounted; returns where the next share begins."""
    found, reached = await _facts(after)
    await _keep(found, (), now)
    return FIRST if reached == LAST else reached


async def months_kept() -> list[date]:
    """The first day of every month from the first fact or line to the last."""
    ends = await LedgerState.raw(
        " union all ".join(
            f"select min(day) as first, max(day) as last from {kept.facts} "  # our names
            f"union all select min(month), max(month) from {kept.ledger}"
            for kept in LEDGERS
        )
    )
    days = [row[end] for row in ends for end in ("first", "last") if row[end]]
    if not days:
        return []
    first, last = min(days), max(days)
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def years_of(months: Iterable[date]) -> list[date]:
    """The first of April of every financial year of these months."""
    return [date(year, YEAR_BEGINS, 1) for year in sorted({one.year - (one.month < YEAR_BEGINS) for one in months})]


def year_given(april: date) -> tuple[date, date]:
    """The values that Kept.year() asks for."""
    return april, april.replace(year=april.year + 1)


def month_given(month: date) -> dict[str, object]:
    """The values by which the queries of MONTHS find the facts of one month."""
    return {"first": month, "last": (month + timedelta(days=32)).replace(day=1)}


async def _months() -> list[Difference]:
    """What differs between months of the ledger and their facts, or years and their months; one snapshot each."""
    found: list[Difference] = []
    months = await months_kept()
    for month in months:
        async with one_snapshot():
            for kept in LEDGERS:
                query = MONTHS[kept.added_up]
                found += await _span_of(kept, "month", month, query.text, query.values(month_given(month)))
    for april in years_of(months):
        async with one_snapshot():
            for kept in LEDGERS:
                found += await _span_of(kept, "year", april, kept.year(), year_given(april))
    return found


async def _span_of(kept: Kept, span: str, month: date, made: str, values: Sequence[object]) -> list[Difference]:
    """What differs between the lines of a month or year and those that `made` says they are."""
    key = ", ".join(kept.key)
    names = ", ".join(kept.counts)
    sums = ", ".join(f"sum(p_{name})::bigint as p_{name}, sum(r_{name})::bigint as r_{name}" for name in kept.counts)
    nothing = ", ".join("0" for _ in kept.counts)
    columns = ", ".join((*(f"p_{name}" for name in kept.counts), *(f"r_{name}" for name in kept.counts)))
    differs = " or ".join(f"sum(p_{name}) <> sum(r_{name})" for name in kept.counts)
    text = (
        f"select {key}, {sums} from (select {key}, {nothing}, {names} from ({made}) as recounted "
        f"union all select {key}, {names}, {nothing} from {kept.ledger} where span = {{}} and month = {{}}) "
        f"as b ({key}, {columns}) "
        f"group by {key} having {differs}"
    )
    rows = await LedgerState.raw(text, *values, span, month)
    units, whole = await _units() if rows else {}, "the year from here, " if span == "year" else ""
    return [
        Difference(
            kept.ledger, month, f"{whole}{_words(kept.key, row, units)}, {name}", row[f"p_{name}"], row[f"r_{name}"]
        )
        for row in rows
        for name in kept.counts
        if row[f"p_{name}"] != row[f"r_{name}"]
    ]


async def _facts(after: UUID) -> tuple[list[Difference], UUID]:
    """What differs between facts and records among the next meetings, triggers, decisions and disputes by their ids.

    What waits to be posted is left out. Returns how far that went, too.
    """
    async with one_snapshot():
        states = await LedgerState.raw("select posted_to from ledger_state")
        if not states:
            return [], LAST
        ends = await LedgerState.raw(
            "select id from meeting where id > {} order by id offset {} limit 1", after, AT_ONCE - 1
        )
        until, posted_to = ends[0]["id"] if ends else LAST, states[0]["posted_to"]
        given: dict[str, object] = {"now": posted_to}
        for base, table in _RECORDS.items():
            rows = await LedgerState.raw(f"select id from {table} where id > {{}} and id <= {{}}", after, until)
            given[f"{base}s"] = [row["id"] for row in rows]
        skipped = await given_by(await waiting(), posted_to, posted_to)
        left_out = {one for ids in skipped.values() for one in ids}
        found: list[Difference] = []
        for kept in LEDGERS:
            found += await _facts_of(kept, given, (after, until), left_out)
        return found, until


async def _facts_of(
    kept: Kept, given: Mapping[str, object], between: tuple[UUID, UUID], left_out: set[UUID]
) -> list[Difference]:
    counts = kept.counts if kept.counts != ("n",) else ()
    columns, query = ", ".join((*kept.dimensions, *counts)), FACTS[kept.made]
    text = (
        f"select {columns}, sum(side)::int as side from (select {columns}, 1 as side from ({query.text}) as made "
        f"union all select {columns}, -1 from {kept.facts} where {kept.source} > {{}} and {kept.source} <= {{}}) b "
        f"group by {columns} having sum(side) <> 0"
    )
    rows = await LedgerState.raw(text, *query.values(given), *between)
    units = await _units() if rows else {}
    sums: dict[tuple[date, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        if row[kept.source] in left_out:
            continue
        words = _words(
            [name for name in kept.dimensions if name not in ("seat", "meeting", "source", "day")], row, units
        )
        for name in kept.counts:
            number = abs(row["side"]) * (row[name] if counts else 1)
            sums[row["day"].replace(day=1), words, name][row["side"] > 0] += number
    return [
        Difference(kept.facts, month, f"{words}, {name}", posted, recounted)
        for (month, words, name), (posted, recounted) in sums.items()
        if posted != recounted
    ]


async def _units() -> dict[UUID, str]:
    return {row["id"]: row["code"] for row in await LedgerState.raw("select id, code from unit")}


def _words(names: Iterable[str], row: Mapping[str, Any], units: Mapping[UUID, str]) -> str:
    """By what a line or fact is told from others; a unit by its code."""
    told = [row[name] for name in names if name not in UNTOLD and row[name] not in (None, "")]
    return ", ".join(units.get(value, str(value)) if isinstance(value, UUID) else str(value) for value in told)


async def _keep(found: Sequence[Difference], whole: Sequence[str], now: datetime) -> None:
    """What differs is on record, and what was found equal again is settled.

    :param whole: the ledgers and tables of facts that were recounted as a whole.
    """
    for one in found[:MOST]:
        log.error("the ledger differs", difference=str(one))
    async with LedgerDifference._meta.db.transaction():
        known = await LedgerDifference.objects().where(LedgerDifference.settled_at.is_null())
        standing = {(one.ledger, one.month, one.what): one for one in found[:MOST]}
        gone = [row.id for row in known if row.ledger in whole or (row.ledger, row.month, row.what) in standing]
        if gone:
            await LedgerDifference.update({LedgerDifference.settled_at: now}).where(LedgerDifference.id.is_in(gone))
        if standing:
            await LedgerDifference.insert(
                *(
                    LedgerDifference(
                        ledger=one.ledger,
                        month=one.month,
                        what=one.what[:600],
                        posted=one.posted,
                        recounted=one.recounted,
                        found_at=now,
                    )
                    for one in standing.values()
                )
            )
