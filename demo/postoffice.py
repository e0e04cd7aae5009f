"""The officers' mail server of the demonstration: takes every message by SMTP and keeps it for the mailroom."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from demo.tables import Delivered
from notifications.lmtp import open_door


async def open_post_office(host: str, port: int, *, clock: Callable[[], datetime]) -> asyncio.Server:
    """An SMTP server that accepts mail for anybody, on loopback, and commits it before it says 250."""

    async def keep(door: str, raw: bytes, envelope_from: str, envelope_to: str) -> None:
        await Delivered.insert(
            Delivered(received_at=clock(), envelope_from=envelope_from, recipient=envelope_to.lower(), content=raw)
        )

    return await open_door("smtp", host, port, keep=keep, domain=None, hostname="officers.example")
