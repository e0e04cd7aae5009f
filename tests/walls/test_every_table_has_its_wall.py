"""Every table of the database has policies, or a reason why it needs none; and the roles are granted no more."""

from __future__ import annotations

from typing import Any

import pytest

from tests.walls.agencies import Connection
from walls.scopes import SCOPES
from web.acting import SERVICE_ROLE, WEB_ROLE

PICCOLOS_OWN = {"migration"}
_WALLS = """
SELECT c.relname::text AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced,
    (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) AS policies,
    has_table_privilege($1, c.oid, 'DELETE') AS may_delete,
    has_table_privilege($1, c.oid, 'TRUNCATE') AS may_truncate,
    has_table_privilege($1, c.oid, 'INSERT, UPDATE') AS may_change
FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
"""


@pytest.fixture
async def tables(owner: Connection) -> dict[str, Any]:
    return {row["name"]: row for row in await owner.fetch(_WALLS, WEB_ROLE)}


async def test_every_table_is_named_with_whose_its_rows_are(tables: dict[str, Any]) -> None:
    """A new table: say in walls/scopes.py whose its rows are, or why it needs no policy."""
    assert sorted(tables.keys() - SCOPES.keys() - PICCOLOS_OWN) == []
    assert sorted(SCOPES.keys() - tables.keys()) == []
    assert [name for name, scope in SCOPES.items() if bool(scope.rows) == bool(scope.why)] == []


async def test_every_table_with_policies_forces_them_on_its_owner_too(tables: dict[str, Any]) -> None:
    walled = {name for name, scope in SCOPES.items() if scope.rows}
    assert {name for name in walled if not tables[name]["forced"] or tables[name]["policies"] != 3} == set()
    assert len(walled) > 60


async def test_pages_delete_nothing_but_working_papers_and_calendars(tables: dict[str, Any]) -> None:
    working_papers = {"asked_file", "busy_time", "kept_plan", "promise", "published_calendar"}
    assert {name for name, table in tables.items() if table["may_delete"]} == working_papers
    assert not any(table["may_truncate"] for table in tables.values())
    assert not any(tables[name]["may_change"] for name in PICCOLOS_OWN)


async def test_neither_role_owns_or_bypasses_anything(owner: Connection) -> None:
    said = (
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = $1"
    )
    owned = "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = $1"
    for role in (WEB_ROLE, SERVICE_ROLE):
        assert tuple(await owner.fetchrow(said, role) or ()) == (False,) * 5
        assert await owner.fetchval(owned, role) == 0


@pytest.mark.parametrize("role", [WEB_ROLE, SERVICE_ROLE])
async def test_neither_role_alters_the_log_of_acts(owner: Connection, role: str) -> None:
    may = "SELECT has_table_privilege($1, 'audit_entry', $2)"
    granted = {right: await owner.fetchval(may, role, right) for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE")}
    assert granted == {"INSERT": True, "UPDATE": False, "DELETE": False, "TRUNCATE": False}


async def test_walls_that_stand_are_left_alone_and_broken_ones_are_raised_again(owner: Connection) -> None:
    from walls.raising import raise_walls

    assert not await raise_walls(owner, {})
    await owner.execute("ALTER TABLE meeting NO FORCE ROW LEVEL SECURITY")
    assert await raise_walls(owner, {})
    await owner.execute(f"GRANT DELETE ON meeting TO {WEB_ROLE}")
    assert await raise_walls(owner, {})
    assert not await owner.fetchval("SELECT has_table_privilege($1, 'meeting', 'DELETE')", WEB_ROLE)
