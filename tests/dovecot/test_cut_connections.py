"""A mailbox whose connection breaks at the worst moments: nothing is lost, and nothing is taken for two."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from notifications import mailbox
from notifications.lmtp import Keep
from notifications.mailbox import Account
from tests.dovecot.conftest import Dovecot
from tests.dovecot.proxy import Wire, a_wire
from tests.dovecot.watching import ANSWER, kept, until, watched

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.faults]


@pytest.fixture
def wire(dovecot: Dovecot) -> Iterator[Wire]:
    with a_wire(dovecot.port) as laid:
        yield laid


@pytest.fixture
def through(account: Account, wire: Wire) -> Account:
    """The mailbox as it is reached by the wire."""
    return replace(account, port=wire.port)


async def test_between_fetch_and_commit(dovecot: Dovecot, through: Account, wire: Wire, keep: Keep) -> None:
    fetched: list[bytes] = []

    async def cut_then_keep(door: str, raw: bytes, envelope_from: str, envelope_to: str) -> None:
        fetched.append(raw)
        if len(fetched) == 1:
            wire.cut()
        await keep(door, raw, envelope_from, envelope_to)

    dovecot.deliver(through.user, ANSWER)
    async with watched(through, cut_then_keep):
        await until(lambda: len(fetched) == 2 and dovecot.unread(through.user) == 0)

    (mail,) = await kept()
    assert (mail.content, mail.copies, wire.connections) == (ANSWER, 2, 2)


async def test_between_fetch_and_a_commit_that_fails(
    dovecot: Dovecot, through: Account, wire: Wire, keep: Keep
) -> None:
    fetched: list[bytes] = []

    async def cut_then_fail(door: str, raw: bytes, envelope_from: str, envelope_to: str) -> None:
        fetched.append(raw)
        if len(fetched) == 1:
            wire.cut()
            raise ConnectionError("the database is away too")
        await keep(door, raw, envelope_from, envelope_to)

    dovecot.deliver(through.user, ANSWER)
    async with watched(through, cut_then_fail):
        await until(lambda: len(fetched) == 2 and dovecot.unread(through.user) == 0)

    assert [(mail.content, mail.copies) for mail in await kept()] == [(ANSWER, 1)]


async def test_in_the_middle_of_the_message(dovecot: Dovecot, through: Account, wire: Wire, keep: Keep) -> None:
    long = ANSWER + b"and a long explanation of it\r\n" * 500
    wire.cut_within = 5000
    dovecot.deliver(through.user, long)
    async with watched(through, keep):
        await until(lambda: dovecot.unread(through.user) == 0)

    assert [(mail.content, mail.copies) for mail in await kept()] == [(long, 1)]
    assert wire.connections == 2


async def test_after_the_commit_before_the_mark_reaches_the_server(
    dovecot: Dovecot, through: Account, wire: Wire, keep: Keep
) -> None:
    wire.cut_before = b"STORE"
    dovecot.deliver(through.user, ANSWER)
    async with watched(through, keep):
        await until(lambda: dovecot.unread(through.user) == 0)

    assert [(mail.content, mail.copies) for mail in await kept()] == [(ANSWER, 2)]


async def test_after_the_mark_before_its_answer_reaches_us(
    dovecot: Dovecot, through: Account, wire: Wire, keep: Keep
) -> None:
    wire.cut_after = b"STORE"
    dovecot.deliver(through.user, ANSWER)
    async with watched(through, keep):
        await until(lambda: wire.connections == 2 and dovecot.unread(through.user) == 0)

    assert [(mail.content, mail.copies) for mail in await kept()] == [(ANSWER, 1)]


async def test_while_idle_by_a_server_that_falls_silent_and_stays_so(
    dovecot: Dovecot, through: Account, wire: Wire, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No end of connection ever comes: the next look at the mailbox finds out, and the door connects anew."""
    monkeypatch.setattr(mailbox, "ANSWER_WITHIN", 2)
    with capture_logs() as logs:
        async with watched(replace(through, poll=3), keep):
            await until(lambda: any(b"IDLE" in said for said in wire.said))
            wire.dead = True
            dovecot.deliver(through.user, ANSWER)
            await until(lambda: dovecot.unread(through.user) == 0, within=15)

    assert wire.connections == 2
    assert [line["event"] for line in logs] == ["mailbox not reached"]


async def test_a_server_without_idle_is_looked_at_again_and_again(
    dovecot: Dovecot, account: Account, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imapclient.IMAPClient.has_capability", lambda client, name: name != "IDLE")
    async with watched(account, keep):
        await asyncio.sleep(0.5)
        dovecot.deliver(account.user, ANSWER)
        await until(lambda: dovecot.unread(account.user) == 0, within=5)

    assert len(await kept()) == 1


async def test_a_server_that_forgets_to_tell_of_news_is_looked_at_again_all_the_same(
    dovecot: Dovecot, account: Account, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silence(client: object, timeout: float) -> list[object]:
        time.sleep(timeout)
        return []

    monkeypatch.setattr("imapclient.IMAPClient.idle_check", silence)
    async with watched(replace(account, poll=2), keep):
        await asyncio.sleep(0.5)
        dovecot.deliver(account.user, ANSWER)
        await until(lambda: dovecot.unread(account.user) == 0, within=6)

    assert len(await kept()) == 1
