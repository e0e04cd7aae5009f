"""The seals on the log: everything that is settled, nothing that is not, and nobody waits for them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import asyncpg
import pytest

from audit import chain, sealing, trail
from audit.seal_tables import Batch, Mark
from audit.tables import Entry


@contextlib.asynccontextmanager
async def apart() -> AsyncIterator[asyncpg.Connection]:
    """Another process's connection."""
    from piccolo_conf import DB

    connection = await DB.get_new_connection()
    try:
        yield connection
    finally:
        await connection.close()


async def act(now: datetime, action: str = "moved") -> None:
    await trail.record("coordinator", action, "meeting:7F3K2M", now=now, detail={"to": now})


async def batches() -> list[Batch]:
    return await Batch.objects().order_by(Batch.number)


async def sealed_actions() -> list[str]:
    ids = [line.id for batch in await batches() for line in chain.read_lines(batch.lines)]
    rows = await Entry.select(Entry.id, Entry.action).where(Entry.id.is_in(ids)) if ids else []
    return [row["action"] for row in sorted(rows, key=lambda row: ids.index(row["id"]))]


async def test_each_batch_follows_from_the_one_before(committed: None, now: datetime) -> None:
    await act(now)
    assert await sealing.seal_due(now) == 1
    await act(now)
    await act(now)
    assert await sealing.seal_due(now + timedelta(seconds=10)) == 2

    first, second = await batches()
    assert (first.number, first.after, first.entries, first.previous) == (1, 0, 1, chain.NOTHING_BEFORE)
    assert (second.number, second.after, second.entries, second.previous) == (2, first.upto, 2, first.head)
    assert second.head == chain.head(first.head, 2, first.upto, second.upto, second.sealed_at, second.lines)


async def test_where_nothing_happened_nothing_is_sealed(committed: None, now: datetime) -> None:
    assert await sealing.seal_due(now) == 0
    await act(now)
    await sealing.seal_due(now)

    assert await sealing.seal_due(now) == 0
    assert len(await batches()) == 1


async def test_an_act_that_commits_late_is_sealed_in_its_place_among_later_ones(
    committed: None, now: datetime
) -> None:
    async with apart() as late, late.transaction():
        await late.execute(
            "INSERT INTO audit_entry (at, actor, action, subject, detail) VALUES ($1, 'late', 'late', 'x', '{}')", now
        )
        await act(now, "early")

        assert await sealing.seal_due(now) == 0  # its number is given out, and it may still appear

    assert await sealing.seal_due(now) == 2
    assert await sealed_actions() == ["late", "early"]


async def test_a_number_that_was_rolled_back_stays_a_gap(committed: None, now: datetime) -> None:
    async with apart() as given_up:
        transaction = given_up.transaction()
        await transaction.start()
        await given_up.execute(
            "INSERT INTO audit_entry (at, actor, action, subject, detail) VALUES ($1, 'a', 'gone', 'x', '{}')", now
        )
        await act(now)
        assert await sealing.seal_due(now) == 0
        await transaction.rollback()

    assert await sealing.seal_due(now) == 1
    assert await sealed_actions() == ["moved"]


async def test_a_transaction_has_its_id_before_its_entry_has_a_number(committed: None) -> None:
    columns = await Entry.raw(
        "SELECT column_name, column_default FROM information_schema.columns WHERE table_name = 'audit_entry'"
    )

    default = {column["column_name"]: column["column_default"] for column in columns}["id"]
    first, _, second = default.partition("THEN")
    assert "pg_current_xact_id() IS NOT NULL" in first
    assert "nextval" in second


async def test_two_workers_seal_each_entry_once(committed: None, now: datetime) -> None:
    for _ in range(30):
        await act(now)

    done = await asyncio.gather(*(sealing.seal_due(now) for _ in range(4)))

    assert sum(done) == 30
    assert len(await sealed_actions()) == 30


async def test_what_waits_for_long_is_sealed_in_batches_of_a_bounded_size(
    committed: None, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "MOST", 10)
    for _ in range(25):
        await act(now)

    assert await sealing.seal_due(now) == 25
    assert [batch.entries for batch in await batches()] == [10, 10, 5]


async def test_a_log_restored_on_another_server_is_sealed_on(committed: None, now: datetime) -> None:
    await act(now)
    await sealing.seal_due(now)
    await act(now)
    await sealing._mark()
    await Mark.update({Mark.xid: 2**40}).where(Mark.id == 1)  # the other server had counted further

    assert await sealing.seal_due(now) == 1


@pytest.mark.parametrize("table", ["audit_entry", "audit_batch"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {}", "UPDATE {} SET {}"])
async def test_the_database_refuses_to_alter_the_log(
    committed: None, now: datetime, table: str, statement: str
) -> None:
    await act(now)
    await sealing.seal_due(now)
    column = {"audit_entry": "actor = 'nobody'", "audit_batch": "entries = 0"}[table]

    async with apart() as owner:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="only added to"):
            await owner.execute(statement.replace("{}", table, 1).replace("{}", column))
