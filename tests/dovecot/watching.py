"""A mailbox that is watched, and what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable

from notifications import mailbox
from notifications.lmtp import Keep
from notifications.mailbox import Account
from notifications.tables import InboundMail

TOKEN = "meetings+aaaabbbbccccddddeeeeffff22@invites.example"
ANSWER = (
    b"Return-Path: <home@police.example>\r\nDelivered-To: convene@council.example\r\n"
    b"X-Original-To: " + TOKEN.encode() + b"\r\nTo: meetings@invites.example\r\n\r\nYes, \xff we come.\r\n"
)


@contextlib.asynccontextmanager
async def watched(account: Account, keep: Keep) -> AsyncIterator[asyncio.Task[None]]:
    """The mailbox is watched within; afterwards the watch has ended as it is told to."""
    stop = asyncio.Event()
    watching = asyncio.create_task(mailbox.watch(account, keep=keep, stop=stop))
    try:
        yield watching
    finally:
        stop.set()
        await watching


async def until(reached: Callable[[], bool], within: float = 30) -> None:
    """Within so many seconds it comes to that: one try to connect may take 12 of them (`mailbox.ANSWER_WITHIN`)."""
    end = time.monotonic() + within
    while not await asyncio.to_thread(reached):
        assert time.monotonic() < end, "it did not come to that"
        await asyncio.sleep(0.05)


async def kept() -> list[InboundMail]:
    return await InboundMail.objects().order_by(InboundMail.id)
