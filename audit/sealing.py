"""Seal what was written down: batches of settled entries, each hashed onto the one before, apart from every commit.

An entry is numbered before its transaction commits, so a number that is missing now may be rolled back for good or
appear in a minute. When an entry may be sealed, without waiting for anybody and without any lock that a commit meets:

1. `_mark` reads the highest number given out, and only then takes a transaction id of its own. The log numbers an
   entry after its transaction has an id (the default of `audit_entry.id` sees to that), so whoever was given one of
   these numbers has an older id than the mark.
2. Once no transaction as old as the mark's is open, each of these numbers is in the table or never will be.
3. Then everything up to the mark is sealed; a gap in it stays a gap, and an entry that appears in one was put there.

A transaction that stays open holds sealing up, and nothing else; the database ends one that sleeps for a minute.
Of two workers the second waits at the mark's row and finds the work done.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from audit import chain
from audit.seal_tables import Batch, Mark

MOST = 10_000  # entries of one batch: what is held in memory at once

_MARK = """
INSERT INTO audit_mark (id, upto, xid) VALUES (1, {}, pg_current_xact_id()::text::bigint)
ON CONFLICT (id) DO UPDATE SET upto = excluded.upto, xid = excluded.xid
"""
LAST_NUMBER = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS upto FROM audit_entry_id_seq"
_SETTLED = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint > {} AS settled"
_STRANGE = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint <= {} AS strange"
ENTRIES = """
SELECT id, at, actor, action, subject, detail::text AS detail FROM audit_entry
WHERE id > {} AND id <= {} ORDER BY id LIMIT {}
"""


async def seal_due(now: datetime, *, stopping: Callable[[], bool] = lambda: False) -> int:
    """Every entry whose turn has come is sealed; how many were. What could not be yet is the next round's."""
    sealed = 0
    while not stopping():
        await _mark()
        entries = await _seal(now)
        sealed += entries
        if entries < MOST:
            break
    return sealed


async def newest() -> chain.Head | None:
    """The head that stands for the whole log so far; None before the first batch."""
    row = (
        await Batch.select(Batch.number, Batch.upto, Batch.sealed_at, Batch.head)
        .order_by(Batch.number, ascending=False)
        .first()
    )
    return chain.Head(row["number"], row["upto"], row["sealed_at"], row["head"]) if row else None


async def _mark() -> None:
    """The next mark is set, where the last one was sealed up to. Two statements, in this order, in no transaction.

    A mark with an id that this server has not reached comes from another server, by a backup: it is set anew.
    """
    mark, sealed = await Mark.select(Mark.upto, Mark.xid).first(), await newest()
    if mark is not None:
        strange = (await Mark.raw(_STRANGE, mark["xid"]))[0]["strange"]
        if not strange and mark["upto"] > (sealed.upto if sealed else 0):
            return
    upto = (await Mark.raw(LAST_NUMBER))[0]["upto"]
    if mark is None or strange or upto > mark["upto"]:
        await Mark.raw(_MARK, upto)


async def _seal(now: datetime) -> int:
    """The next batch up to the mark is sealed, if the mark is settled; how many entries it has."""
    async with Batch._meta.db.transaction():
        marked = await Mark.raw("SELECT upto, xid FROM audit_mark WHERE id = 1 FOR UPDATE")
        last = await newest()
        after = last.upto if last else 0
        if not marked or marked[0]["upto"] <= after or not await _is_settled(marked[0]["xid"]):
            return 0
        rows = await Batch.raw(ENTRIES, after, marked[0]["upto"], MOST)
        if rows:
            await _add(rows, last, marked[0]["upto"] if len(rows) < MOST else rows[-1]["id"], now)
        return len(rows)


async def _is_settled(xid: int) -> bool:
    return bool((await Mark.raw(_SETTLED, xid))[0]["settled"])


async def _add(rows: list[dict[str, Any]], last: chain.Head | None, upto: int, now: datetime) -> None:
    lines = b"".join(chain.line(chain.Row(**row)) for row in rows)
    number, after, previous = (last.number + 1, last.upto, last.hash) if last else (1, 0, chain.NOTHING_BEFORE)
    await Batch.insert(
        Batch(
            number=number,
            after=after,
            upto=upto,
            entries=len(rows),
            lines=lines,
            previous=previous,
            head=chain.head(previous, number, after, upto, now, lines),
            sealed_at=now,
        )
    )
