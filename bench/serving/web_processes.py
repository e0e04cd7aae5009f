"""Web processes at addresses of their own, as they stand behind a proxy that shares what comes among them."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from bench.scheduling.run import say
from bench.serving.clients import Address
from ports import listen_briefly
from supervise import wait_until_ready


@dataclass(frozen=True)
class Running:
    """Web processes: where they answer, and their numbers on this machine."""

    servers: tuple[Address, ...]
    numbers: tuple[int, ...]


@contextlib.contextmanager
def serving(many: int, module: str = "app") -> Iterator[Running]:
    """So many run within."""
    with contextlib.ExitStack() as started:
        each = [started.enter_context(_one(module)) for _ in range(many)]
        yield Running(tuple(server for server, _ in each), tuple(number for _, number in each))


async def milliseconds_spent(running: Running) -> float:
    """What the processes and all that PostgreSQL runs for clients of this database had of the processors so far.

    Linux tells it; the server must be on this machine, as the embedded one is.
    """
    connection = await asyncpg.connect(dsn=os.environ["DATABASE_URL"])
    try:
        backends = await connection.fetch("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        numbers = {*running.numbers, *(row["pid"] for row in backends)} - {connection.get_server_pid()}
    finally:
        await connection.close()
    return sum(map(_nanoseconds_of, numbers)) / 1e6


def _nanoseconds_of(number: int) -> int:
    return int(Path(f"/proc/{number}/schedstat").read_text().split()[0])


@contextlib.contextmanager
def _one(module: str) -> Iterator[tuple[Address, int]]:
    """One runs within, at this address; where a page fails, the end of its log is printed."""
    port = listen_briefly("127.0.0.1", 0)
    own = {"CONVENE_WEB": f"127.0.0.1:{port}", "CONVENE_BASE_URL": f"http://127.0.0.1:{port}"}
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen(  # noqa: S603 - a module of ours
            [sys.executable, "-m", module], env=os.environ | own, stdout=log, stderr=log
        ) as process,
    ):
        try:
            wait_until_ready(own["CONVENE_BASE_URL"])
            yield ("127.0.0.1", port), process.pid
        except (RuntimeError, OSError):
            log.seek(0)
            say(log.read()[-4000:].decode())
            raise
        finally:
            process.terminate()
