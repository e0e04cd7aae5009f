"""A mailbox on a real IMAP server: each message is committed, and only then marked as read."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from dataclasses import replace
from secrets import token_urlsafe
from typing import Literal

import pytest
from structlog.testing import capture_logs

from notifications import mailbox
from notifications.access_tokens import PAUSE, AccessTokens
from notifications.lmtp import Keep
from notifications.mailbox import Account
from tests.dovecot.conftest import PASSWORD, Dovecot, free_ports
from tests.dovecot.watching import ANSWER, TOKEN, kept, until, watched

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.faults]


async def test_a_message_is_kept_byte_for_byte_and_then_read(dovecot: Dovecot, account: Account, keep: Keep) -> None:
    dovecot.deliver(account.user, ANSWER)
    async with watched(account, keep):
        await until(lambda: dovecot.unread(account.user) == 0)

    (mail,) = await kept()
    assert (mail.door, mail.content, mail.copies) == ("imap", ANSWER, 1)
    assert (mail.envelope_from, mail.envelope_to) == ("home@police.example", TOKEN)


async def test_a_message_is_unread_as_long_as_it_is_not_committed(
    dovecot: Dovecot, account: Account, keep: Keep
) -> None:
    unread: list[int] = []

    async def look_then_keep(door: str, raw: bytes, envelope_from: str, envelope_to: str) -> None:
        unread.append(await asyncio.to_thread(dovecot.unread, account.user))
        await keep(door, raw, envelope_from, envelope_to)

    dovecot.deliver(account.user, ANSWER)
    async with watched(account, look_then_keep):
        await until(lambda: dovecot.unread(account.user) == 0)

    assert unread == [1]


async def test_a_message_that_is_not_kept_stays_unread_and_the_next_round_takes_it(
    dovecot: Dovecot, account: Account, keep: Keep
) -> None:
    second = ANSWER + b"The second.\r\n"
    tries: list[bytes] = []

    async def fail_at_first(door: str, raw: bytes, envelope_from: str, envelope_to: str) -> None:
        tries.append(raw)
        if len(tries) == 1:
            raise ConnectionError("the database is away")
        await keep(door, raw, envelope_from, envelope_to)

    for raw in (ANSWER, second):
        dovecot.deliver(account.user, raw)
    async with watched(account, fail_at_first):
        await until(lambda: dovecot.unread(account.user) == 0)

    assert tries == [ANSWER, second, ANSWER]
    assert [mail.copies for mail in await kept()] == [1, 1]


async def test_a_message_fetched_again_because_the_mark_was_missed_is_one_message(
    dovecot: Dovecot, account: Account, keep: Keep
) -> None:
    fetched: list[bytes] = []

    async def keep_and_lose_the_connection(door: str, raw: bytes, envelope_from: str, envelope_to: str) -> None:
        await keep(door, raw, envelope_from, envelope_to)
        fetched.append(raw)
        if len(fetched) == 1:
            await asyncio.to_thread(dovecot.disconnect, account.user)

    dovecot.deliver(account.user, ANSWER)
    async with watched(account, keep_and_lose_the_connection):
        await until(lambda: len(fetched) == 2 and dovecot.unread(account.user) == 0)

    assert [mail.copies for mail in await kept()] == [2]


@pytest.mark.parametrize("folders", [("INBOX", "Nowhere", "Junk"), ("Nowhere", "Junk", "INBOX")])
async def test_every_folder_is_looked_at_and_one_that_is_not_there_is_named_and_stops_no_other(
    dovecot: Dovecot, account: Account, keep: Keep, folders: tuple[str, ...]
) -> None:
    dovecot.deliver(account.user, ANSWER)
    with capture_logs() as logs:
        async with watched(replace(account, folders=folders), keep):
            await until(lambda: dovecot.unread(account.user) == 0)
            dovecot.deliver(account.user, ANSWER + b"From the junk.\r\n", "Junk")
            await until(lambda: dovecot.unread(account.user, "Junk") == 0)

    assert len(await kept()) == 2
    told = [line["folder"] for line in logs if line["event"].startswith("there is no such folder")]
    assert sorted(told) == sorted({*told})
    assert "Nowhere" in told


async def test_a_folder_deleted_and_made_anew_loses_nothing_and_applies_nothing_twice(
    dovecot: Dovecot, account: Account, keep: Keep
) -> None:
    """Its UIDVALIDITY changes and its numbers begin again: an old message put back into it is known by its bytes."""
    second = ANSWER + b"The second.\r\n"
    dovecot.deliver(account.user, ANSWER, "Answers")
    async with watched(replace(account, folders=("INBOX", "Answers")), keep):
        await until(lambda: dovecot.unread(account.user, "Answers") == 0)
        before = dovecot.validity(account.user, "Answers")
        await asyncio.sleep(1.1)  # Dovecot's validity is the second of the folder's making
        dovecot.command(account.user, "delete Answers", "create Answers")
        for raw in (second, ANSWER):
            dovecot.deliver(account.user, raw, "Answers")
        assert dovecot.validity(account.user, "Answers") != before
        await until(lambda: dovecot.unread(account.user, "Answers") == 0)

    assert [(mail.content, mail.copies) for mail in await kept()] == [(ANSWER, 2), (second, 1)]


async def test_new_mail_wakes_the_door_long_before_its_next_look(
    dovecot: Dovecot, account: Account, keep: Keep
) -> None:
    dovecot.deliver(account.user, ANSWER)
    async with watched(replace(account, poll=60), keep):
        await until(lambda: dovecot.unread(account.user) == 0)
        await asyncio.sleep(0.5)
        dovecot.deliver(account.user, ANSWER + b"The second.\r\n")
        await until(lambda: dovecot.unread(account.user) == 0, within=4)

    assert len(await kept()) == 2


async def test_a_connection_cut_while_nothing_happens_is_made_again(
    dovecot: Dovecot, account: Account, keep: Keep
) -> None:
    dovecot.deliver(account.user, ANSWER)
    with capture_logs() as logs:
        async with watched(replace(account, poll=60), keep):
            await until(lambda: dovecot.unread(account.user) == 0)
            await asyncio.sleep(0.5)
            dovecot.disconnect(account.user)
            await until(lambda: bool(logs))
            dovecot.deliver(account.user, ANSWER + b"The second.\r\n")
            await until(lambda: dovecot.unread(account.user) == 0)

    assert [line["event"] for line in logs] == ["mailbox not reached"]
    assert len(await kept()) == 2


async def test_a_message_that_is_too_large_stays_unread_and_is_told_of_once(
    dovecot: Dovecot, account: Account, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "LARGEST", 1000)
    dovecot.deliver(account.user, ANSWER + b"more\r\n" * 200)
    dovecot.deliver(account.user, ANSWER)
    with capture_logs() as logs:
        async with watched(account, keep):
            await until(lambda: dovecot.unread(account.user) == 1)
            await asyncio.sleep(2.5)  # two rounds more

    assert [line["event"] for line in logs] == ["message too large, left unread"]
    assert [mail.content for mail in await kept()] == [ANSWER]
    assert dovecot.unread(account.user) == 1


async def test_a_wrong_password_is_told_and_tried_again(dovecot: Dovecot, account: Account, keep: Keep) -> None:
    with capture_logs() as logs:
        async with watched(replace(account, password="wrong"), keep) as watching:
            await until(lambda: len(logs) == 2)
            assert not watching.done()

    assert [(line["error"], line["again_in"]) for line in logs[:2]] == [("LoginError", 1.0), ("LoginError", 2.0)]


@pytest.mark.parametrize("password", [PASSWORD, "wrong"])
async def test_a_watch_that_is_told_to_stop_ends_at_once(
    dovecot: Dovecot, account: Account, keep: Keep, password: str
) -> None:
    async with watched(replace(account, password=password, poll=60), keep):
        await asyncio.sleep(2)
        told = time.monotonic()
    assert time.monotonic() - told < 2


async def test_the_door_process_watches_the_mailbox_of_its_settings_and_ends_when_told(
    dovecot: Dovecot, account: Account
) -> None:
    smtp, lmtp = free_ports()
    configured = {
        "CONVENE_DEMO": "no",
        "CONVENE_SECRET": token_urlsafe(32),
        "CONVENE_MAIL_DOMAIN": "invites.council.gov.uk",
        "CONVENE_SMTP_DOOR": f"127.0.0.1:{smtp}",
        "CONVENE_LMTP_DOOR": f"127.0.0.1:{lmtp}",
        "CONVENE_IMAP": f"localhost:{dovecot.port}",
        "CONVENE_IMAP_TLS": "none",
        "CONVENE_IMAP_USER": account.user,
        "CONVENE_IMAP_PASSWORD": PASSWORD,
    }
    dovecot.deliver(account.user, ANSWER)
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "door", env=os.environ | configured)
    try:
        await until(lambda: dovecot.unread(account.user) == 0, within=30)
    finally:
        process.terminate()
        ended = await asyncio.wait_for(process.wait(), 10)

    assert ended == 0
    assert [mail.envelope_to for mail in await kept()] == ["meetings@invites.council.gov.uk"]


@pytest.mark.parametrize("tls", ["tls", "starttls"])
class TestUnderTls:
    async def test_a_message_is_kept(
        self,
        dovecot: Dovecot,
        account: Account,
        keep: Keep,
        tls: Literal["tls", "starttls"],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.home / "certificate.pem"))
        port = dovecot.tls_port if tls == "tls" else dovecot.port
        dovecot.deliver(account.user, ANSWER)
        async with watched(replace(account, tls=tls, port=port), keep):
            await until(lambda: dovecot.unread(account.user) == 0)
        assert len(await kept()) == 1

    async def test_a_server_that_nobody_vouches_for_never_gets_the_password(
        self, dovecot: Dovecot, account: Account, keep: Keep, tls: Literal["tls", "starttls"]
    ) -> None:
        port = dovecot.tls_port if tls == "tls" else dovecot.port
        with capture_logs() as logs:
            async with watched(replace(account, tls=tls, port=port), keep):
                await until(lambda: bool(logs))
        assert logs[0]["error"] == "SSLCertVerificationError"


class TestByTokenInsteadOfPassword:
    """XOAUTH2, with tokens that Dovecot asks the sign-in service about."""

    async def test_a_message_is_kept(self, dovecot: Dovecot, account: Account, keep: Keep) -> None:
        dovecot.sign_in.user = account.user
        dovecot.deliver(account.user, ANSWER)
        by_token = replace(account, password="", tokens=AccessTokens(dovecot.sign_in.grant))
        async with watched(by_token, keep):
            await until(lambda: dovecot.unread(account.user) == 0)
        assert len(await kept()) == 1

    async def test_a_token_that_is_taken_no_more_is_replaced(
        self, dovecot: Dovecot, account: Account, keep: Keep
    ) -> None:
        now = 0.0
        dovecot.sign_in.user = account.user
        tokens = AccessTokens(dovecot.sign_in.grant, seconds=lambda: now)
        dovecot.sign_in.valid.remove(tokens.current())
        now = PAUSE
        dovecot.deliver(account.user, ANSWER)
        with capture_logs() as logs:
            async with watched(replace(account, password="", tokens=tokens), keep):
                await until(lambda: dovecot.unread(account.user) == 0)
        assert [(line["event"], line["error"]) for line in logs] == [("mailbox not reached", "LoginError")]

    async def test_a_token_for_another_mailbox_lets_nobody_in(
        self, dovecot: Dovecot, account: Account, keep: Keep
    ) -> None:
        dovecot.sign_in.user = "somebody-else"
        dovecot.deliver(account.user, ANSWER)
        with capture_logs() as logs:
            by_token = replace(account, password="", tokens=AccessTokens(dovecot.sign_in.grant))
            async with watched(by_token, keep):
                await until(lambda: bool(logs))
        assert logs[0]["error"] == "LoginError"
        assert dovecot.unread(account.user) == 1

    async def test_why_there_is_no_token_is_told_by_its_code_alone(
        self, dovecot: Dovecot, account: Account, keep: Keep
    ) -> None:
        wrong = replace(dovecot.sign_in.grant, client_secret="not-the-secret")
        with capture_logs() as logs:
            async with watched(replace(account, password="", tokens=AccessTokens(wrong)), keep):
                await until(lambda: bool(logs))
        assert (logs[0]["error"], logs[0]["why"]) == ("NoToken", "invalid_client")
        assert "not-the-secret" not in str(logs)
