"""The worker's rounds about the log of acts: it is sealed, its head is sent elsewhere, and managers are told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from attendance import unusual_reading
from audit import heads_file, sealing
from meetings import break_glass_round
from meetings.letters import Letterhead
from web import head_letters
from web.letters import Sender

Clock = Callable[[], datetime]
Round = Callable[[], Awaitable[object]]


class Overseer:
    """What is done about the log, by the application's clock.

    :param heads: a file that heads are appended to, and `letters_to` an address that gets one each day; or neither.
    """

    def __init__(self, letterhead: Letterhead, clock: Clock, *, heads: Path | None, letters_to: str) -> None:
        self.letterhead, self.clock, self.heads, self.letters_to = letterhead, clock, heads, letters_to
        self.stopping: Callable[[], bool] = lambda: False
        self._written: tuple[int, datetime] | None = None

    def rounds(self, tick: float) -> list[tuple[str, Round, float]]:
        """Each with the seconds between two."""
        return [("seal", self.seal, tick), ("oversee", self.oversee, 6 * tick)]

    async def seal(self) -> None:
        """Every act that is settled is sealed onto the ones before, and the newest head is elsewhere."""
        now = self.clock()
        await sealing.seal_due(now, stopping=self.stopping)
        head = await sealing.newest()
        if head and self.heads:
            self._written = await asyncio.to_thread(heads_file.append, self.heads, head, now=now, last=self._written)
        if head and self.letters_to:
            sender = Sender(self.letterhead.sender_address(), self.letterhead.sender_name, self.letterhead.base_url)
            await head_letters.send_daily(head, self.letters_to, sender, now=now)

    async def oversee(self) -> None:
        """Managers are told of unusual reading, and asked each week to review emergency access.

        Like appointments, that access follows the real time.
        """
        real_now = datetime.now(UTC)
        await unusual_reading.report(self.clock(), real_now=real_now, letterhead=self.letterhead)
        await break_glass_round.ask_for_reviews(real_now, posted_at=self.clock(), letterhead=self.letterhead)
