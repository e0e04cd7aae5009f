"""A city of two councils behind the wall."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.walls.agencies import City, Connection, signed_in_as
from web.roles import Role


@pytest_asyncio.fixture
async def owner(committed: None) -> AsyncIterator[Connection]:
    async with signed_in_as("convene") as connection:
        yield connection


@pytest_asyncio.fixture
async def city(owner: Connection) -> City:
    """Every case belongs to Brent; each role is held by one person at Lambeth, and the coordinator's at Brent too."""
    made = City()
    rows = await owner.fetch("SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1")
    await made.build(owner, [row["tablename"] for row in rows])
    for role in Role:
        await made.appoint(owner, role, "lambeth")
    await made.appoint(owner, Role.COORDINATOR, "brent")
    await made.appoint(owner, Role.COORDINATOR, "")
    return made
