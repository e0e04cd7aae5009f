"""What the long-running processes share: a pool, a clock, and a clean stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

from demo.clock import MovedClock
from meetings.letters import Letterhead
from settings import Settings

Clock = Callable[[], datetime]


def clock_of(settings: Settings) -> Clock:
    """The real time in UTC; in the demonstration, that time moved forward."""
    return MovedClock(settings.state / "clock") if settings.demo else lambda: datetime.now(UTC)


def letterhead_of(settings: Settings) -> Letterhead:
    """Convene's own side of its letters, as configured."""
    return Letterhead(
        domain=settings.mail_domain,
        mailbox=settings.mailbox,
        sender_name=settings.sender_name,
        marking=settings.marking,
        base_url=settings.base_url,
        secret=settings.secret,
    )


@contextlib.asynccontextmanager
async def database(most: int = 10) -> AsyncIterator[None]:
    """Piccolo's pool is open within."""
    from piccolo_conf import DB  # imported late: it reads DATABASE_URL, which the settings check first

    await DB.start_connection_pool(min_size=1, max_size=most)
    try:
        yield
    finally:
        await DB.close_connection_pool()


def stop_signal() -> asyncio.Event:
    """An event that is set by SIGTERM or SIGINT, so that the work in hand can be finished first."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop
