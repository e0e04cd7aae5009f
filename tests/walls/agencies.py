"""Two agencies, one row of the other's in every table, and connections that sign in as the roles do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import asyncpg

from web.acting import Acting, Way
from web.roles import Role

Connection: TypeAlias = "asyncpg.Connection[Any]"

# A value for a column that must have one, by its type; nothing in the walls asks for more than ids, codes and times.
_VALUES = {
    "uuid": "gen_random_uuid()",
    "boolean": "false",
    "jsonb": "'{}'",
    "bytea": "''",
    "date": "date '2026-11-16'",
    "time without time zone": "time '10:00'",
    "timestamp with time zone": "timestamptz '2026-11-16 10:00+00'",
}
_NUMBERS = ("bigint", "integer", "smallint", "numeric", "real", "double precision")
_COLUMNS = """
SELECT column_name::text AS name, data_type::text AS type, is_nullable = 'NO' AS needed,
    coalesce(column_default LIKE '%nextval%', false) AS counted
FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position
"""


class City:
    """Lambeth's and Brent's councils with one unit and one place each; every case there is belongs to Brent."""

    def __init__(self) -> None:
        self.agencies = {"lambeth": uuid4(), "brent": uuid4()}
        self.units = {"lambeth": uuid4(), "brent": uuid4()}
        self.people: dict[tuple[Role, str], UUID] = {}
        self.rows: dict[str, UUID] = {}

    async def build(self, owner: Connection, tables: Sequence[str]) -> None:
        """One row of Brent's in each of these tables, whatever the tables ask for."""
        await owner.execute("SET session_replication_role = replica")  # no trigger and no foreign key has a say here
        for name in ("lambeth", "brent"):
            await owner.execute("INSERT INTO agency VALUES ($1, $2, $2, '')", self.agencies[name], name)
            unit = "INSERT INTO unit (id, code, name, kind, agency) VALUES ($1, $2, $2, 'social care', $3)"
            await owner.execute(unit, self.units[name], f"{name}-care", self.agencies[name])
            await owner.execute("INSERT INTO place VALUES ($1, $1, true)", name)
            area = "INSERT INTO area (id, place, unit, source) VALUES (gen_random_uuid(), $1, $2, '')"
            await owner.execute(area, name, self.units[name])
        self.rows = {table: uuid4() for table in tables}
        for table in tables:
            if table not in ("agency", "unit", "place", "area", "person", "appointment", "migration"):
                await self._add(owner, table)
        await owner.execute("SET session_replication_role = DEFAULT")

    async def appoint(self, owner: Connection, role: Role, agency: str) -> UUID:
        """Somebody new in this role at the agency, or at every one where that is ""."""
        person = self.people[role, agency] = uuid4()
        new = "INSERT INTO person (id, email, title, agency_code) VALUES ($1, $2, 'somebody', '')"
        await owner.execute(new, person, f"{person}@council.example")
        post = (
            "INSERT INTO appointment (id, person, role, agency_code, unit_code, since, given_by) "
            "VALUES (gen_random_uuid(), $1, $2, $3, '', now() - interval '1 day', 'tests')"
        )
        await owner.execute(post, person, role.value, agency)
        return person

    async def _add(self, owner: Connection, table: str) -> None:
        named: dict[str, str] = {}
        for column in await owner.fetch(_COLUMNS, table):
            value = self._value(table, column["name"], column["type"])
            if not column["counted"] and (value or column["needed"]):
                named[column["name"]] = value or _of_type(column["type"])
        names = ", ".join(f'"{name}"' for name in named)
        await owner.execute(f'INSERT INTO "{table}" ({names}) VALUES ({", ".join(named.values())})')

    def _value(self, table: str, column: str, of_type: str) -> str:
        """What makes the row Brent's: its own id, the row that it hangs on, the unit, the place; else nothing."""
        hangs_on = {
            "step": "escalation_step",
            "letter": "escalation_letter",
            "dispute": "lead_dispute",
            "report": "teams_report",
            "move": "placement_move",
            "plan": "kept_plan",
            "cause": "episode",
        }
        if of_type == "uuid" and column == "id":
            return f"'{self.rows[table]}'"
        if of_type == "uuid" and column in ("home_unit", "unit", "to_unit"):
            return f"'{self.units['brent']}'"
        if column in ("home_place", "about_place", "place") and of_type == "character varying":
            return "'brent'"
        if column == "uid" and table in ("meeting", "outbound_mail", "inbound_mail"):
            return "'of-brent'"
        parent = hangs_on.get(column, column)
        if of_type == "uuid" and parent in self.rows and parent != "person":
            return f"'{self.rows[parent]}'"
        return ""


def _of_type(of_type: str) -> str:
    if of_type in _NUMBERS:
        return "1"
    if of_type == "ARRAY":
        return "'{}'"
    return _VALUES.get(of_type, "'x'")


@asynccontextmanager
async def signed_in_as(role: str) -> AsyncIterator[Connection]:
    """A connection of its own, signed in at the server as this role."""
    from piccolo_conf import DB

    connection = await asyncpg.connect(DB.config["dsn"], user=role)
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def acting_as(
    connection: Connection, person: UUID | None, way: Way = Way.PERSON, *, of_one_moment: bool = False
) -> AsyncIterator[None]:
    """A transaction on this behalf, as the engine begins one, or one for a page; undone at its end."""
    transaction = connection.transaction(isolation="repeatable_read" if of_one_moment else None)
    await transaction.start()
    try:
        if person is not None or way is not Way.PERSON:
            await connection.execute(Acting(way, person=person).settings())
        yield
    finally:
        await transaction.rollback()
