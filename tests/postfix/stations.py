"""Where mail ends in these tests: the officers' mail server, and Convene's own doors."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from notifications import inbox
from notifications.lmtp import open_door
from tests.dovecot.conftest import Dovecot
from tests.postfix.conftest import Postfix

INTO_DOVECOT = """\
dovecot unix - n n - - pipe
  flags=DRhu user=nobody argv=/usr/lib/dovecot/dovecot-lda -c {conf} -o log_path=/dev/stderr
  -o stats_writer_socket_path= -d {user} -f ${{sender}}
"""
TO_DOVECOT = """\
transport_maps = inline:{{ {{ {domain} = dovecot: }} }}
dovecot_destination_recipient_limit = 1
"""


def into_dovecot(domain: str, dovecot: Dovecot, user: str) -> tuple[str, str]:
    """Lines of main.cf and master.cf by which the domain's mail goes to one mailbox, its address written whole."""
    return TO_DOVECOT.format(domain=domain), INTO_DOVECOT.format(conf=dovecot.home / "dovecot.conf", user=user)


@dataclass
class Station:
    """A server that takes mail, and what it took: recipient and bytes."""

    port: int = 0
    taken: list[tuple[str, bytes]] = field(default_factory=list)


@contextlib.asynccontextmanager
async def officers(*, domain: str | None = None) -> AsyncIterator[Station]:
    """The officers' mail server. Recipients elsewhere than in `domain`, where given, get 550."""
    station = Station()

    async def deliver(door: str, raw: bytes, envelope_from: str, envelope_to: str) -> None:
        station.taken.append((envelope_to, raw))

    server = await open_door("smtp", "127.0.0.1", 0, keep=deliver, domain=domain, hostname="officers.example")
    station.port = server.sockets[0].getsockname()[1]
    try:
        yield station
    finally:
        server.close()
        await server.wait_closed()


@contextlib.asynccontextmanager
async def own_door(protocol: Literal["smtp", "lmtp"], domain: str, now: datetime) -> AsyncIterator[Station]:
    """A door of Convene's, which keeps what it takes."""
    station = Station()

    async def keep(door: str, raw: bytes, envelope_from: str, envelope_to: str) -> None:
        await inbox.keep(door, raw, envelope_from, envelope_to, now=now)
        station.taken.append((envelope_to, raw))

    server = await open_door(protocol, "127.0.0.1", 0, keep=keep, domain=domain, hostname="convene")
    station.port = server.sockets[0].getsockname()[1]
    try:
        yield station
    finally:
        server.close()
        await server.wait_closed()


async def until(reached: Callable[[], bool], postfix: Postfix) -> None:
    for _ in range(300):  # 30 seconds
        if await asyncio.to_thread(reached):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(postfix.log()[-3000:])
