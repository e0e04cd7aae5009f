"""Four web processes count together: whoever spreads tries over them, or over forged addresses, gains nothing."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from audit.tables import Entry
from tests.browsing import COORDINATOR, letters_to_sign_in
from web import askings, signin
from web.throttle import AT_MOST, Kind

pytestmark = pytest.mark.faults
ROOT = Path(__file__).parents[2]
_TOKEN = re.compile(r'name="_csrf_token" value="([0-9a-f]+)"')


@pytest_asyncio.fixture
async def processes(committed: None) -> AsyncIterator[list[str]]:
    """Where four web processes answer; this machine is their proxy."""
    with ExitStack() as stack:
        free = [stack.enter_context(socket.socket()) for _ in range(4)]
        for one in free:
            one.bind(("127.0.0.1", 0))
        ports = [str(one.getsockname()[1]) for one in free]
    env = os.environ | {"CONVENE_PROXIES": "127.0.0.0/8", "CONVENE_BASE_URL": "http://convene.example"}
    served = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.forking_web", *ports, cwd=ROOT, env=env, stdin=asyncio.subprocess.PIPE
    )
    try:
        yield [await _ready(f"http://127.0.0.1:{port}") for port in ports]
    finally:
        assert served.stdin is not None
        served.stdin.close()
        await asyncio.wait_for(served.wait(), 60)


async def _ready(address: str) -> str:
    async with httpx.AsyncClient(trust_env=False) as http:
        for _ in range(600):
            try:
                if (await http.get(f"{address}/ready")).status_code == 200:
                    return address
            except httpx.TransportError:
                await asyncio.sleep(0.1)
    raise AssertionError(f"{address} is not ready")


async def test_abuse_case_39_a_spray_over_four_processes_with_forged_addresses_is_held_up_as_one(
    processes: list[str],
) -> None:
    await signin.add_person(COORDINATOR, "Missing coordinator", now=datetime.now(UTC))
    tries = AT_MOST[Kind.ASKING] + 20
    async with httpx.AsyncClient(trust_env=False, timeout=60) as http:
        token = _TOKEN.search((await http.get(f"{processes[0]}/sign-in")).text)
        assert token

        async def tried(number: int) -> int:
            """Each from another forged address, at the next process; the proxy adds the one real address."""
            forged = {"X-Forwarded-For": f"198.51.{number % 7}.{number}, 203.0.113.9"}
            form = {"email": COORDINATOR, "_csrf_token": token[1]}
            return (await http.post(f"{processes[number % 4]}/sign-in", data=form, headers=forged)).status_code

        statuses = [await tried(number) for number in range(20)]
        statuses += await asyncio.gather(*(tried(number) for number in range(20, tries)))
        elsewhere = {"X-Forwarded-For": "198.51.100.1, 203.0.113.10"}
        form = {"email": "nobody@council.example", "_csrf_token": token[1]}
        other = await http.post(f"{processes[1]}/sign-in", data=form, headers=elsewhere)
    assert sorted(statuses) == [303] * AT_MOST[Kind.ASKING] + [429] * 20
    assert other.status_code == 303  # who comes from elsewhere is not held up
    assert len(await letters_to_sign_in()) == askings.FROM_ONE_NETWORK
    assert await Entry.count().where(Entry.action == "held up a network") == 1
