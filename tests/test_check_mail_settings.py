"""What `./run check-mail` says of the settings alone, before anything is reached."""

from __future__ import annotations

import os

import check_mail
from check_mail import Wanted
from notifications.findings import Level
from settings import load_settings


async def wrong_settings(**given: str) -> list[str]:
    """What is wrong with the settings; nothing else is looked at."""
    found = []
    async for finding in check_mail.looks(load_settings(os.environ | given), Wanted("", "", None, 1)):
        if finding.part != "Settings":
            break
        found += [finding.says] if finding.level is Level.WRONG else []
    return found


async def test_plain_domains_without_a_server_that_proves_senders_are_wrong() -> None:
    (said,) = await wrong_settings(CONVENE_PLAIN_DOMAINS="police.example", CONVENE_AUTHSERV_ID="")
    assert said.startswith("CONVENE_PLAIN_DOMAINS is set and CONVENE_AUTHSERV_ID is not")


async def test_plain_domains_with_one_are_not() -> None:
    given = {"CONVENE_PLAIN_DOMAINS": "police.example", "CONVENE_AUTHSERV_ID": "mx.council.example"}
    assert await wrong_settings(**given) == []
