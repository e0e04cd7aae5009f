"""The embedded PostgreSQL: up, adopted, recovered after a crash, stopped; and nobody's directory opened."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

import postgres
from tests.folders import passable


@pytest.fixture
def state() -> Iterator[Path]:
    """A state directory that others may pass through, as a checkout usually is."""
    with passable() as folder:
        yield folder
        pid = postgres.pid_of(folder / "postgres" / "data")
        if pid is not None:
            os.kill(pid, signal.SIGQUIT)


async def ask(server: postgres.Server, query: str) -> object:
    connection = await asyncpg.connect(dsn=server.url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


def process(server: postgres.Server) -> int:
    pid = postgres.pid_of(server.data)
    assert pid is not None
    return pid


def owner(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def private_sockets(state: Path) -> Path:
    return Path((state / "postgres" / "run-is-at").read_text())


async def test_a_second_start_adopts_the_living_server_and_can_stop_it(state: Path) -> None:
    first = postgres.start(state)
    second = postgres.start(state)
    assert process(first) == process(second)
    second.stop()
    assert postgres.pid_of(first.data) is None
    first.stop()


async def test_committed_rows_are_there_after_the_server_is_killed(state: Path) -> None:
    server = postgres.start(state)
    await ask(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(process(server), signal.SIGKILL)
    again = postgres.start(state)
    assert await ask(again, "SELECT answer FROM kept") == 42
    again.stop()


async def test_what_is_asked_right_after_a_crash_is_answered_by_a_living_server(state: Path) -> None:
    server = postgres.start(state)
    for _ in range(3):
        os.kill(process(server), signal.SIGKILL)
        server = postgres.start(state)
        assert await ask(server, "SELECT 1") == 1
    server.stop()


async def test_a_process_id_left_behind_that_now_belongs_to_another_program_is_not_taken_for_the_server(
    state: Path,
) -> None:
    server = postgres.start(state)
    server.stop()
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n")
    again = postgres.start(state)
    assert process(again) != os.getpid()
    again.stop()


async def test_two_states_have_two_servers_that_do_not_disturb_one_another(state: Path) -> None:
    other = state / "other"
    one, two = postgres.start(state), postgres.start(other)
    one.stop()
    assert await ask(two, "SELECT 1") == 1
    two.stop()


async def test_no_existing_directory_is_opened_to_others(state: Path) -> None:
    """Where the way is closed to the service user, root's data go elsewhere instead of opening it."""
    closed = state / "closed"
    closed.mkdir(mode=0o700)
    server = postgres.start(closed / "var")
    assert closed.stat().st_mode & 0o777 == 0o700
    assert server.data.is_relative_to(closed) == (os.geteuid() != 0)
    assert await ask(server, "SELECT 1") == 1
    server.stop()
    if os.geteuid() == 0:
        shutil.rmtree(server.data.parent)


async def test_the_server_never_runs_as_root_and_its_files_are_private(state: Path) -> None:
    server = postgres.start(state)
    assert owner(process(server)) != 0
    assert server.data.stat().st_mode & 0o077 == 0
    server.stop()


async def test_a_path_too_long_for_a_socket_gets_a_private_short_one(state: Path) -> None:
    deep = state / ("d" * 90)
    server = postgres.start(deep)
    assert await ask(server, "SELECT 1") == 1
    sockets = private_sockets(deep)
    assert sockets.stat().st_mode & 0o077 == 0
    server.stop()
    shutil.rmtree(sockets)


def test_python_killed_outright_leaves_a_server_that_the_next_start_takes_over_and_stops(state: Path) -> None:
    start = f"postgres.start(pathlib.Path({str(state)!r}))"
    code = f"import postgres, time, pathlib; {start}; print('up', flush=True); time.sleep(60)"
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"up\n"
    child.kill()
    child.wait()
    child.stdout.close()
    server = postgres.start(state)
    server.stop()
    end = time.monotonic() + 5
    while postgres.pid_of(server.data) is not None and time.monotonic() < end:
        time.sleep(0.05)
    assert postgres.pid_of(server.data) is None
