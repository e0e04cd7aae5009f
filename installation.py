"""The installation that a command works on: that of DATABASE_URL, or else the state of `./run`."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import supervise
from settings import Settings, load_settings

STATE = Path(os.environ.get("CONVENE_STATE", "var")).absolute()
T = TypeVar("T")


async def load_reference_data(now: datetime) -> None:
    """The police units, their places and the suggested rules are there; what was edited since stays."""
    from directory.areas import load_directory
    from meetings.default_rules import load_default_rules

    await load_directory()
    await load_default_rules(now)


@contextlib.asynccontextmanager
async def installation() -> AsyncIterator[Settings]:
    """The database is at this version and open; its settings."""
    import processes

    settings = load_settings()
    processes.sign_in_at(settings.database_url)
    await processes.migrate_schema()
    processes.sign_in_at(settings.service_database_url)
    async with processes.database():
        await load_reference_data(processes.clock_of(settings)())
        yield settings


def with_surroundings(work: Coroutine[Any, Any, T]) -> T:
    """Run against DATABASE_URL, or else against the state of ./run, whether or not that is running."""
    with supervise.surroundings(STATE, beside=True) as around:
        os.environ.update(around.env)
        return asyncio.run(work)
