"""What `./run check-mail` says of the relay's table is what a real Postfix does with it."""

from __future__ import annotations

import asyncio
import contextlib
import os
from pathlib import Path

import pytest

import check_mail
from check_mail import Wanted
from directory.reach_tables import Answers, MailDomain, Tls
from notifications.findings import Level
from notifications.smtp import Relay
from settings import load_settings
from tests.postfix.conftest import Postfix, Start
from tests.postfix.stations import officers, until

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.faults]
DOMAIN = "localhost"  # a mail domain that is found without DNS
LETTER = b"From: meetings@invites.example\r\nSubject: x\r\n\r\nLine\r\n"


def started(start_postfix: Start, table: Path, port: int) -> Postfix:
    main = (
        f"smtp_tls_policy_maps = texthash:{table}\nsmtp_tls_security_level = may\n"
        f"relayhost =\ntransport_maps =\nsmtp_tcp_port = {port}\n"
    )
    return start_postfix("invites.example", 9, port, main=main)


async def said(table: Path, relay: int) -> list[tuple[Level, str]]:
    """What is found about encryption; the letter that goes round is not waited for."""
    env = {
        "CONVENE_DEMO": "no",
        "CONVENE_MAIL_DOMAIN": "invites.council.gov.uk",
        "CONVENE_RELAY": f"127.0.0.1:{relay}",
        "CONVENE_RELAY_TLS_POLICY": str(table),
    }
    looks = check_mail.looks(load_settings(os.environ | env), Wanted(patience=1), database=contextlib.nullcontext)
    return [(found.level, found.says) async for found in looks if found.part == "Encryption"]


@pytest.mark.parametrize(
    ("demanded", "line", "level", "says", "waits"),
    [
        (True, f"{DOMAIN} verify", Level.RIGHT, f"enforces what the directory demands, for {DOMAIN}", True),
        (True, f"{DOMAIN} may", Level.WRONG, f"does not enforce: {DOMAIN} (only may)", False),
        (True, "other.example verify", Level.WRONG, f"does not enforce: {DOMAIN} (not in the table)", False),
        (
            False,
            f"{DOMAIN} verify",
            Level.ADVICE,
            f"enforces encryption for {DOMAIN}, and the directory does not",
            True,
        ),
        (False, f"{DOMAIN} may", Level.RIGHT, "the relay enforces it for none", False),
    ],
)
async def test_what_is_said_to_be_enforced_waits_and_what_is_not_travels_in_clear(
    start_postfix: Start, tmp_path: Path, demanded: bool, line: str, level: Level, says: str, waits: bool
) -> None:
    if demanded:
        tls, answers = Tls.ENFORCED.value, Answers.TOKENS.value
        await MailDomain.insert(MailDomain(domain=DOMAIN, tls=tls, answers=answers))
    table = tmp_path / "tls_policy"
    table.write_text(f"{line}\n")
    async with officers() as in_clear:  # a server that cannot encrypt
        postfix = await asyncio.to_thread(started, start_postfix, table, in_clear.port)
        relay = Relay("127.0.0.1", postfix.port)
        await relay.send(LETTER, "bounce+aaaabbbbccccddddeeeeffff22@invites.example", f"home@{DOMAIN}")
        await relay.close()
        await until(lambda: f"to=<home@{DOMAIN}>" in postfix.log(), postfix)
        found = await said(table, postfix.port)
    assert (found[0][0], says in found[0][1]) == (level, True)
    assert ([recipient for recipient, _ in in_clear.taken] == []) is waits
