"""The ledger follows the records: what changed, and whose time came, is posted in batches, each exactly once.

A batch is one transaction over one snapshot: the old facts are taken off the ledger, new ones replace them and are
added to it. Who posts locks the one row of LedgerState, so that a second poster waits for the next round; who is
killed leaves nothing behind. Facts are as of `posted_to`, which moves with the batches and never past `now`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from asyncpg.exceptions import SerializationError

from reports.ledger_tables import LedgerState
from reports.ledgers import BASES, FACTS, LEDGERS, run
from reports.snapshot import one_snapshot
from reports.touched import forget, given_by, noted

AT_ONCE = 500  # notes, and meetings or triggers whose time came, in one batch
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
ONE = 1  # the id of the only row of LedgerState


async def post_due(now: datetime, *, stopping: Callable[[], bool] = lambda: False) -> None:
    """Everything that changed, and every start and deadline up to `now`, is posted, unless somebody else posts."""
    while await post_batch(now) and not stopping():
        pass


async def post_batch(now: datetime) -> bool:
    """One batch is posted; false when nothing is left, or somebody else is posting."""
    try:
        async with one_snapshot(read_only=False):
            return await _post(now)
    except SerializationError:  # another poster finished between our snapshot and our lock
        return False


async def _post(now: datetime) -> bool:
    state = await locked_state()
    if state is None:
        return False
    reached = await _reached(state["posted_to"], now)
    notes = await noted(AT_ONCE)
    given = await given_by(notes, state["posted_to"], reached)
    if not any(given.values()) and not notes:
        await _move(reached)
        return False
    await replace_facts(given | {"now": reached})
    await forget([note["id"] for note in notes])
    await _move(reached)
    return len(notes) == AT_ONCE or reached < now


async def locked_state() -> dict[str, Any] | None:
    """The row that says how far the ledger is posted, locked; None while somebody else has it."""
    await LedgerState.raw(
        "insert into ledger_state (id, posted_to) values ({}, {}) on conflict do nothing",
        ONE,
        BEGINNING,
    )
    rows: list[dict[str, Any]] = await LedgerState.raw("select * from ledger_state for update skip locked")
    return rows[0] if rows else None


async def replace_facts(given: Mapping[str, object]) -> None:
    """The facts of the given meetings, triggers, decisions and disputes are as of `now`, and so is the ledger."""
    given = {**given, "sources": [one for base in BASES for one in _list(given[f"{base}s"])]}
    for kept in LEDGERS:
        lines, facts = FACTS[kept.added_up], FACTS[kept.made]
        columns = ", ".join((*kept.dimensions, *(kept.counts if kept.counts != ("n",) else ())))
        old = given["sources"] if kept.source == "source" else given["meetings"]
        await run(lines, given, kept.upsert("-", lines.text))
        await LedgerState.raw(f"delete from {kept.facts} where {kept.source} = any({{}})", old)  # our names
        made = f"insert into {kept.facts} ({columns}) select {columns} from ({facts.text}) as made"
        await run(facts, given, made)
        await run(lines, given, kept.upsert("", lines.text))


async def _reached(posted_to: datetime, now: datetime) -> datetime:
    """How far this batch goes: to `now`, or to the last start or deadline of a full batch."""
    reached = max(posted_to, now)
    for table, column in (("meeting", "starts_at"), ("trigger", "due_at")):
        rows = await LedgerState.raw(
            f"select {column} as at from {table} where {column} > {{}} and {column} <= {{}} "  # our names
            f"order by {column} offset {AT_ONCE - 1} limit 1",
            posted_to,
            reached,
        )
        reached = rows[0]["at"] if rows else reached
    return reached


async def _move(reached: datetime) -> None:
    await LedgerState.raw("update ledger_state set posted_to = {} where posted_to < {}", reached, reached)


def _list(value: object) -> list[UUID]:
    assert isinstance(value, list), "what is given is given as lists"
    return value
