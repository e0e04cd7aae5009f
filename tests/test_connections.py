"""Connections go back to the pool without a word to the server, and nothing of ours stays on them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("audit", "notifications", "web", "directory", "meetings", "attendance", "reports", "privacy", "demo")
LASTING = re.compile(
    r"\bset (session|jit|role|work_mem|enable_\w+|statement_timeout|timezone)\b|set_config\([^)]*, ?false\)"
    r"|\bdeclare \w+ cursor\b|\bcreate temp|['\"]listen \w|pg_(try_)?advisory_lock\(",
    re.IGNORECASE,
)


async def test_a_connection_goes_back_without_a_round_trip(database: None) -> None:
    from piccolo_conf import DB

    assert DB.pool is not None
    connection = await DB.pool.acquire()
    asked: list[str] = []
    connection.add_query_logger(lambda record: asked.append(record.query))
    await connection.fetch("SELECT 1")
    await DB.pool.release(connection)
    assert asked == ["SELECT 1"]


async def test_a_transaction_that_was_left_open_is_rolled_back(database: None) -> None:
    from piccolo_conf import DB

    assert DB.pool is not None
    connection = await DB.pool.acquire()
    await connection.execute("BEGIN; SET LOCAL work_mem = '64kB'; CREATE TABLE left_open (id int)")
    await DB.pool.release(connection)
    (found,) = await DB._run_in_pool("SELECT to_regclass('left_open') AS it")
    assert found["it"] is None


@pytest.mark.parametrize("room", ROOMS)
def test_no_statement_of_ours_outlives_its_transaction(room: str) -> None:
    lasting = [
        f"{file.relative_to(ROOT)}: {found[0]}"
        for file in sorted((ROOT / room).rglob("*"))
        if file.suffix in (".py", ".sql")
        for found in LASTING.finditer(file.read_text())
    ]
    assert lasting == []
