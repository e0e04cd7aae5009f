"""A real Postfix with the map that Convene makes: a letter travels verified, or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from notifications.smtp import Relay
from notifications.tls_promises import as_map, demanded
from tests.dovecot.conftest import free_ports
from tests.postfix.conftest import Postfix, Start
from tests.postfix.stations import until

pytestmark = pytest.mark.faults
LETTER = b"From: meetings@invites.example\r\nSubject: x\r\n\r\nLine\r\n"
SENDER = "bounce+aaaabbbbccccddddeeeeffff22@invites.example"
TAKEN, DEMANDING = "home@other.example", "home@localhost"  # two domains of one server, found without DNS


class _Taken:
    """What a server of the other side took, and whether it came under TLS."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, bool]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        self.letters.append((envelope.rcpt_tos[0], session.ssl is not None))
        return "250 taken"


@contextlib.asynccontextmanager
async def other_side(home: Path | None, port: int) -> AsyncIterator[_Taken]:
    """A server of the invitees: with the certificate for `localhost` found in this folder, or without any TLS."""
    taken, context = _Taken(), None
    if home is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(home / "certificate.pem", home / "key.pem")
    controller = Controller(taken, hostname="127.0.0.1", port=port, tls_context=context)
    await asyncio.to_thread(controller.start)
    try:
        yield taken
    finally:
        await asyncio.to_thread(controller.stop)


def started(start_postfix: Start, folder: Path, port: int, servers: list[str]) -> Postfix:
    """Postfix that obeys the map of a directory in which `localhost` demands encryption, of these servers."""
    table = folder / "tls_policy"
    table.write_text(as_map({"localhost": demanded(servers)}))
    main = (
        f"smtp_tls_policy_maps = texthash:{table}\n"
        "smtp_tls_security_level = may\n"
        "smtp_tls_CAfile = $data_directory/../authority.pem\n"
        f"relayhost =\nsmtp_tcp_port = {port}\n"
        f"transport_maps = inline:{{ {{ other.example = smtp:[localhost]:{port} }} }}\n"
    )
    return start_postfix("invites.example", 9, port, main=main)


async def sent(postfix: Postfix) -> None:
    relay = Relay("127.0.0.1", postfix.port)
    for recipient in (DEMANDING, TAKEN):
        await relay.send(LETTER, SENDER, recipient)
    await relay.close()


@pytest.mark.parametrize("servers", [[], ["localhost"]])
async def test_it_travels_to_a_server_whose_certificate_is_good(
    start_postfix: Start, tmp_path: Path, servers: list[str]
) -> None:
    (port,) = free_ports(1)
    postfix = await asyncio.to_thread(started, start_postfix, tmp_path, port, servers)
    async with other_side(postfix.home, port) as taken:
        await sent(postfix)
        await until(lambda: len(taken.letters) == 2, postfix)
    assert set(taken.letters) == {(TAKEN, True), (DEMANDING, True)}


@pytest.mark.parametrize(("tls", "servers"), [(False, []), (True, ["mx.police.example"])])
async def test_it_waits_where_the_server_cannot_or_bears_another_name_and_the_others_travel(
    start_postfix: Start, tmp_path: Path, tls: bool, servers: list[str]
) -> None:
    (port,) = free_ports(1)
    postfix = await asyncio.to_thread(started, start_postfix, tmp_path, port, servers)
    async with other_side(postfix.home if tls else None, port) as taken:
        await sent(postfix)
        await until(lambda: bool(taken.letters) and f"to=<{DEMANDING}>" in postfix.log(), postfix)
        said = [line for line in postfix.log().splitlines() if f"to=<{DEMANDING}>" in line]
    assert [recipient for recipient, _ in taken.letters] == [TAKEN]
    assert all("status=deferred" in line for line in said)
