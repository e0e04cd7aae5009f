"""Sending through a real Postfix, with and without TLS and signing in; and what is said when it does not work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Literal

import pytest
import pytest_asyncio

from notifications import outbox
from notifications.access_tokens import AccessTokens
from notifications.errors import TryLater
from notifications.imip import Letter
from notifications.smtp import Relay
from notifications.tables import OutboundMail, OutState
from tests.dovecot.conftest import PASSWORD, Dovecot
from tests.dovecot.proxy import a_wire
from tests.postfix.conftest import Postfix, Start
from tests.postfix.stations import Station, officers, until

pytestmark = pytest.mark.faults
LETTER = b"From: meetings@invites.example\r\nSubject: x\r\n\r\nLine\r\n"
SENDER, RECIPIENT = "bounce+aaaabbbbccccddddeeeeffff22@invites.example", "home@police.example"
USER = "convene"
Tls = Literal["starttls", "tls"]


@pytest_asyncio.fixture
async def outside() -> AsyncIterator[Station]:
    async with officers() as station:
        yield station


def started(start_postfix: Start, outside: Station, *, auth: int = 0, main: str = "") -> Postfix:
    return start_postfix("invites.example", 9, outside.port, auth=auth, main=main)


def port_of(postfix: Postfix, tls: Tls) -> int:
    return postfix.submission if tls == "starttls" else postfix.submissions


async def sent(relay: Relay) -> None:
    try:
        await relay.send(LETTER, SENDER, RECIPIENT)
    finally:
        await relay.close()


@pytest.mark.parametrize("tls", ["starttls", "tls"])
class TestUnderTls:
    @pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
    async def test_a_letter_leaves_with_a_user_and_password(
        self,
        dovecot: Dovecot,
        start_postfix: Start,
        outside: Station,
        monkeypatch: pytest.MonkeyPatch,
        tls: Tls,
        mechanism: str,
    ) -> None:
        only = f"smtpd_sasl_mechanism_filter = {mechanism}\n"
        postfix = await asyncio.to_thread(started, start_postfix, outside, auth=dovecot.auth_port, main=only)
        monkeypatch.setenv("SSL_CERT_FILE", postfix.authority)
        await sent(Relay("localhost", port_of(postfix, tls), user=USER, password=PASSWORD, tls=tls))
        await until(lambda: bool(outside.taken), postfix)
        assert f"sasl_method={mechanism}, sasl_username={USER}" in postfix.log()

    async def test_a_letter_leaves_with_an_access_token(
        self, dovecot: Dovecot, start_postfix: Start, outside: Station, monkeypatch: pytest.MonkeyPatch, tls: Tls
    ) -> None:
        dovecot.sign_in.user = USER
        postfix = await asyncio.to_thread(started, start_postfix, outside, auth=dovecot.auth_port)
        monkeypatch.setenv("SSL_CERT_FILE", postfix.authority)
        tokens = AccessTokens(dovecot.sign_in.grant)
        await sent(Relay("localhost", port_of(postfix, tls), user=USER, tokens=tokens, tls=tls))
        await until(lambda: bool(outside.taken), postfix)
        assert f"sasl_method=XOAUTH2, sasl_username={USER}" in postfix.log()

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
    async def test_a_relay_that_nobody_vouches_for_gets_neither_letter_nor_password(
        self,
        dovecot: Dovecot,
        start_postfix: Start,
        outside: Station,
        monkeypatch: pytest.MonkeyPatch,
        tls: Tls,
        host: str,
    ) -> None:
        """By an authority that we do not know, and by one that we know but in another host's name."""
        postfix = await asyncio.to_thread(started, start_postfix, outside, auth=dovecot.auth_port)
        if host == "127.0.0.1":
            monkeypatch.setenv("SSL_CERT_FILE", postfix.authority)
        with a_wire(port_of(postfix, tls)) as wire:
            with pytest.raises(TryLater, match="certificate"):
                await sent(Relay(host, wire.port, user=USER, password=PASSWORD, tls=tls))
            said = b"".join(wire.said)
        assert not [word for word in (b"MAIL", b"AUTH", b"Subject") if word in said]
        assert outside.taken == []


async def test_a_letter_leaves_under_tls_without_a_user(
    start_postfix: Start, outside: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    postfix = await asyncio.to_thread(started, start_postfix, outside, main="smtpd_tls_security_level = encrypt\n")
    monkeypatch.setenv("SSL_CERT_FILE", postfix.authority)
    await sent(Relay("localhost", postfix.port, tls="starttls"))
    await until(lambda: bool(outside.taken), postfix)
    with pytest.raises(TryLater, match="STARTTLS"):
        await sent(Relay("localhost", postfix.port))


async def test_a_relay_that_no_longer_offers_tls_gets_no_letter(start_postfix: Start, outside: Station) -> None:
    postfix = await asyncio.to_thread(started, start_postfix, outside, main="smtpd_tls_security_level = none\n")
    with pytest.raises(TryLater, match="STARTTLS"):
        await sent(Relay("localhost", postfix.port, tls="starttls"))
    assert outside.taken == []


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("by", ["password", "token"])
async def test_a_relay_that_does_not_let_us_in_keeps_the_letter_waiting_and_its_words_are_kept(
    dovecot: Dovecot, start_postfix: Start, outside: Station, monkeypatch: pytest.MonkeyPatch, now: datetime, by: str
) -> None:
    dovecot.sign_in.user = "somebody-else"
    postfix = await asyncio.to_thread(started, start_postfix, outside, auth=dovecot.auth_port)
    monkeypatch.setenv("SSL_CERT_FILE", postfix.authority)
    tokens = AccessTokens(dovecot.sign_in.grant) if by == "token" else None
    relay = Relay("localhost", postfix.submission, user=USER, password="wrong", tokens=tokens, tls="starttls")
    letter = Letter(
        to=RECIPIENT,
        to_name="Home unit",
        from_address="meetings@invites.example",
        from_name="Convene meetings",
        reply_to="meetings@invites.example",
        envelope_from=SENDER,
        subject="Please come",
        text="Please come.\n",
        html="<p>Please come.</p>\n",
        message_id="<one@invites.example>",
        date=now,
    )
    await outbox.enqueue(letter, key="one", kind="request", now=now)
    await outbox.deliver_due(relay.send, clock=lambda: now)
    await relay.close()

    (waiting,) = await OutboundMail.objects()
    assert (waiting.state, waiting.last_code) == (OutState.QUEUED, 535)
    assert waiting.last_error.startswith("on connecting: 5.7.8 Error: authentication failed")
    assert "wrong" not in waiting.last_error
