"""A database of its own for one journey or benchmark: made, used and gone, while the user's own is not touched."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

import postgres


class NoScratchDatabase(RuntimeError):
    """No such database could be made; the message says what to do."""


@contextlib.contextmanager
def database() -> Iterator[str]:
    """The address of an empty database within: beside that of DATABASE_URL, else in an embedded server of its own.

    :raises NoScratchDatabase: when the server of DATABASE_URL lets us make none.
    """
    server = os.environ.get("DATABASE_URL")
    with _beside(server) if server else _embedded() as url:
        yield url


@contextlib.contextmanager
def _embedded() -> Iterator[str]:
    state = Path(tempfile.mkdtemp(prefix="convene-scratch-"))
    state.chmod(0o755)  # as root the server runs as another user, who must be able to pass
    try:
        server = postgres.start(state)
        try:
            yield server.url
        finally:
            server.stop()
    finally:
        shutil.rmtree(state, ignore_errors=True)


@contextlib.contextmanager
def _beside(url: str) -> Iterator[str]:
    name = f"convene_scratch_{os.getpid()}"
    try:
        asyncio.run(_tell(url, f'CREATE DATABASE "{name}"'))
    except (asyncpg.PostgresError, OSError) as refused:
        raise NoScratchDatabase(
            f"This needs an empty database of its own, and none could be made: {refused}. Your own was not "
            "touched. Unset DATABASE_URL to use the embedded PostgreSQL, or let this user create databases."
        ) from refused
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        asyncio.run(_tell(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


async def _tell(url: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn=url, timeout=20)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
