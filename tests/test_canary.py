"""The letter that Convene sends to itself: it comes back and is timed, or people are told that it did not."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from canary import Canary, Lost
from notifications import round_trip, troubles
from notifications.lmtp import open_door
from notifications.smtp import Relay
from notifications.tables import InboundMail
from settings import Settings, load_settings

DOMAIN = "invites.council.gov.uk"
pytestmark = pytest.mark.usefixtures("committed")


def settings(**more: str) -> Settings:
    return load_settings(os.environ | {"CONVENE_DEMO": "no", "CONVENE_MAIL_DOMAIN": DOMAIN} | more)


@contextlib.asynccontextmanager
async def station(*, keeps: bool) -> AsyncIterator[Relay]:
    """A relay that hands mail straight to Convene's door, or to somewhere from which nothing comes back."""

    async def keep(door: str, raw: bytes, envelope_from: str, envelope_to: str) -> None:
        if keeps:
            secret, now = settings().secret, datetime.now(UTC)
            assert await round_trip.kept(door, raw, envelope_from, envelope_to, secret=secret, now=now)

    server = await open_door("smtp", "127.0.0.1", 0, keep=keep, domain=DOMAIN, hostname="convene")
    relay = Relay("127.0.0.1", server.sockets[0].getsockname()[1])
    try:
        yield relay
    finally:
        await relay.close()
        server.close()
        await server.wait_closed()


async def test_a_letter_that_comes_back_is_timed_and_bothers_nobody() -> None:
    async with station(keeps=True) as relay:
        canary = Canary(settings(), relay, asyncio.Event())
        await canary.go_round()
    assert canary.seconds is not None
    assert 0 < canary.seconds < 60
    assert await troubles.standing() == []
    assert [mail.disposition for mail in await InboundMail.objects()] == ["recorded"]


async def test_one_that_is_lost_is_told_until_one_comes_back() -> None:
    stopping = asyncio.Event()
    async with station(keeps=False) as relay:
        with pytest.raises(Lost):
            await Canary(settings(), relay, stopping).go_round(patience=0.5)
    (trouble,) = await troubles.standing()
    assert "no door had it" in trouble.said
    async with station(keeps=True) as relay:
        await Canary(settings(), relay, stopping).go_round()
    assert await troubles.standing() == []


async def test_whoever_stops_does_not_wait_for_it_and_nobody_is_told() -> None:
    stopping = asyncio.Event()
    async with station(keeps=False) as relay:
        going = asyncio.ensure_future(Canary(settings(), relay, stopping).go_round(patience=600))
        stopping.set()
        with pytest.raises(Lost):
            await asyncio.wait_for(going, 30)
    assert await troubles.standing() == []


def test_none_is_sent_in_the_demonstration() -> None:
    relay = Relay("127.0.0.1", 9)
    assert Canary(settings(CONVENE_DEMO="yes"), relay, asyncio.Event()).rounds() == []
    assert len(Canary(settings(), relay, asyncio.Event()).rounds()) == 1
