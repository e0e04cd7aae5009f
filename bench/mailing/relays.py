"""The relays that letters are timed against: one in this process, Postfix's own sink, and a whole Postfix."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import tempfile
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from bench.mailing.run import LOOPBACK
from notifications.lmtp import open_door

POSTFIX = Path("/usr/sbin/postfix")
SINK = Path("/usr/sbin/smtp-sink")
SOURCE = Path("/usr/sbin/smtp-source")
MAIN = """\
compatibility_level = 3.6
queue_directory = {home}/spool
data_directory = {home}/lib
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.example
mydestination =
local_recipient_maps =
alias_maps =
mynetworks = 127.0.0.0/8
smtpd_forbid_bare_newline = yes
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_tls_security_level = none
default_transport = discard:
disable_dns_lookups = yes
maillog_file = {home}/maillog
maillog_file_prefixes = /tmp, /var
"""
MASTER = """\
127.0.0.1:{port} inet  n - n - - smtpd
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
discard   unix  - - n - - discard
error     unix  - - n - - error
retry     unix  - - n - - error
anvil     unix  - - n - 1 anvil
proxymap  unix  - - n - - proxymap
postlog   unix-dgram n - n - 1 postlogd
"""


Started = Callable[[], contextlib.AbstractAsyncContextManager[int]]


def available() -> dict[str, Started]:
    """The relays beside the one in this process that this machine and user can start; each yields its port."""
    found: dict[str, Started] = {}
    if SINK.exists() and SOURCE.exists():
        found["smtp-sink"] = smtp_sink
        if POSTFIX.exists() and os.geteuid() == 0:
            found["Postfix"] = postfix
    return found


@contextlib.asynccontextmanager
async def here(taken: list[bytes]) -> AsyncIterator[int]:
    """Says 250 at once, in this process, whose time it shares; keeps what it took."""

    async def keep(door: str, raw: bytes, envelope_from: str, envelope_to: str) -> None:
        taken.append(raw)

    server = await open_door("smtp", LOOPBACK, 0, keep=keep, domain=None, hostname="sink.example")
    yield int(server.sockets[0].getsockname()[1])
    server.close()
    await server.wait_closed()


@contextlib.asynccontextmanager
async def smtp_sink() -> AsyncIterator[int]:
    """Postfix's test server: a process of its own that throws all away."""
    port = free_port()
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = await asyncio.create_subprocess_exec(SINK, *user, f"{LOOPBACK}:{port}", "200", stderr=DEVNULL)
    try:
        await listening(port)
        yield port
    finally:
        process.terminate()
        await process.wait()


@contextlib.asynccontextmanager
async def postfix() -> AsyncIterator[int]:
    """Postfix as an installation has it: the letter is in its queue, on the disk, before the 250; then discarded."""
    port = free_port()
    home = _home(port)
    await _told(home, "start")
    try:
        await listening(port)
        yield port
    finally:
        await _told(home, "stop")
        shutil.rmtree(home, ignore_errors=True)


def _home(port: int) -> Path:
    home = Path(tempfile.mkdtemp(prefix="convene-bench-postfix-"))
    home.chmod(0o755)
    for folder in ("etc", "spool", "lib"):
        (home / folder).mkdir()
    shutil.chown(home / "lib", "postfix")
    (home / "etc/main.cf").write_text(MAIN.format(home=home))
    (home / "etc/master.cf").write_text(MASTER.format(port=port))
    return home


async def _told(home: Path, command: str) -> None:
    order = (POSTFIX, "-c", home / "etc", command)
    process = await asyncio.create_subprocess_exec(*order, stdout=DEVNULL, stderr=DEVNULL)
    await process.wait()


async def ceiling(port: int, letters: int, connections: int, size: int) -> float:
    """How many letters of that size, in octets, the relay takes in a second from Postfix's own test client."""
    options = ["-s", str(connections), "-m", str(letters), "-l", str(size), "-f", "a@a.example", "-t", "b@b.example"]
    loop = asyncio.get_running_loop()
    begun = loop.time()
    process = await asyncio.create_subprocess_exec(SOURCE, *options, f"{LOOPBACK}:{port}", stderr=DEVNULL)
    await process.wait()
    return letters / (loop.time() - begun)


async def listening(port: int) -> None:
    """:raises TimeoutError: when nothing listens there within ten seconds."""
    for _ in range(100):
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection(LOOPBACK, port)
            writer.close()
            return
        await asyncio.sleep(0.1)
    raise TimeoutError(f"nothing listens on port {port}")


def free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as taken:
        return int(taken.getsockname()[1])
