"""A backup that the owner makes behind the walls holds every row, and what is restored from it is walled again."""

from __future__ import annotations

import os
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

import postgres
from tests.test_commands import REAL, run
from tests.walls.agencies import City, Connection, acting_as
from web.acting import WEB_ROLE
from web.roles import Role

KEEPER = "walls_keeper"  # owns the tables, and is no superuser
KEPT, RESTORED = "walls_kept", "walls_restored"
TABLES = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"

LOOSE = """
DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT conrelid::regclass AS held, conname FROM pg_constraint WHERE contype = 'f' LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.held, one.conname);
    END LOOP;
END $$
"""


def address(database: str, role: str = KEEPER) -> str:
    return os.environ["DATABASE_URL"].replace("//convene@/postgres", f"//{role}@/{database}")


def program(name: str, *arguments: str) -> None:
    programs = Path(os.environ.get("CONVENE_TEST_SERVER") or postgres._programs())
    done = subprocess.run([programs / name, *arguments], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


async def counted(database: str) -> dict[str, int]:
    connection = await asyncpg.connect(address(database, "convene"))
    try:
        tables = [row["tablename"] for row in await connection.fetch(TABLES)]
        return {table: await connection.fetchval(f'SELECT count(*) FROM "{table}"') for table in tables}
    finally:
        await connection.close()


@pytest_asyncio.fixture
async def keeper(owner: Connection) -> AsyncIterator[None]:
    await owner.execute(f"CREATE ROLE {KEEPER} LOGIN")
    for database in (KEPT, RESTORED):
        await owner.execute(f"CREATE DATABASE {database} OWNER {KEEPER}")
    yield
    for database in (KEPT, RESTORED):
        await owner.execute(f"DROP DATABASE {database} WITH (FORCE)")
    await owner.execute(f"DROP ROLE {KEEPER}")


def migrate(database: str) -> None:
    done = run("migrate", **REAL | {"DATABASE_URL": address(database)})
    assert done.returncode == 0, done.stderr


async def test_a_backup_by_the_owner_holds_every_row_and_is_walled_when_it_is_restored(
    keeper: None, tmp_path: Path
) -> None:
    migrate(KEPT)
    connection = await asyncpg.connect(address(KEPT, "convene"))
    await connection.execute(LOOSE)  # a row of the city's hangs on no other
    city = City()
    await city.build(connection, [row["tablename"] for row in await connection.fetch(TABLES)])
    person = await city.appoint(connection, Role.COORDINATOR, "brent")
    await connection.close()

    dump = str(tmp_path / "convene.dump")
    with pytest.raises(AssertionError, match="row-level security"):
        program("pg_dump", "--format=custom", f"--file={dump}", address(KEPT))
    program("pg_dump", "--enable-row-security", "--format=custom", f"--file={dump}", address(KEPT))
    program("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={address(RESTORED)}", dump)
    migrate(RESTORED)

    kept = await counted(KEPT)
    assert min(kept.values()) > 0, "every table holds something that could be lost"
    assert await counted(RESTORED) == kept
    web = await asyncpg.connect(address(RESTORED, WEB_ROLE))
    try:
        assert await web.fetchval("SELECT count(*) FROM meeting") == 0
        async with acting_as(web, person):
            assert await web.fetchval("SELECT count(*) FROM meeting") == 1
    finally:
        await web.close()
