"""Hand a batch of claimed letters to the relay, several at once, and settle each by its own answer."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog

from notifications import claims
from notifications.claims import Claimed, Settlement
from notifications.errors import Held, Refused, TryLater

Send = Callable[[bytes, str, str], Awaitable[None]]
DEAD_RELAY = 3  # times in a row without an answer, after which the rest of a batch waits
HOLD = timedelta(seconds=30)  # for this long
ONE_SENDING = timedelta(seconds=70)  # the relay's timeout, and room to settle
GATHERING = 0.01  # seconds in which answers come together to be settled in one statement

_log = structlog.get_logger()


class Batch:
    """Claimed letters on their way. The senders know no database: one statement at a time settles what they heard."""

    def __init__(self, letters: Sequence[Claimed], send: Send, clock: Callable[[], datetime]) -> None:
        self._waiting = deque(letters)
        self._send, self._clock = send, clock
        self._heard: list[Settlement] = []
        self._silences = 0

    async def deliver(self, at_once: int) -> None:
        """Each letter was offered, at most so many at once, and is settled; or waits for another round.

        What the relay took is settled within GATHERING, and also when this is cancelled or a settling fails.
        """
        senders = [asyncio.create_task(self._offer()) for _ in range(min(at_once, len(self._waiting)))]
        busy = set(senders)
        try:
            while busy:
                _, busy = await asyncio.wait(busy, timeout=GATHERING)
                await self._settle()
            await asyncio.gather(*senders)  # a sender's own fault is not swallowed
        finally:
            for sender in busy:
                sender.cancel()
            await asyncio.gather(*senders, return_exceptions=True)
            await self._settle()
        await self._put_back()

    async def _offer(self) -> None:
        """One sender: a letter after the other, until none waits or the relay seems dead or the leases end."""
        while self._waiting and self._silences < DEAD_RELAY:
            if self._clock() > self._waiting[0].lease_until - ONE_SENDING:
                return
            heard, silent = await self._offered(self._waiting.popleft())
            self._heard.append(heard)
            self._silences = self._silences + 1 if silent else 0

    async def _offered(self, letter: Claimed) -> tuple[Settlement, bool]:
        """How the relay took this letter; and whether it did not even answer about it."""
        try:
            await self._send(letter.content, letter.envelope_from, letter.recipient)
        except Refused as refusal:
            _log.warning("letter refused", mail=letter.id, code=refusal.code)
            return claims.refused(letter, refusal.code, refusal.text, now=self._clock()), False
        except TryLater as delay:
            silent = delay.code in (None, 421) and not isinstance(delay, Held)
            if not (silent and self._silences):  # a relay that is down is told once, not for each letter
                _log.info("letter delayed", mail=letter.id, tries=letter.tries, code=delay.code)
            return claims.later(letter, delay.code, delay.text, now=self._clock()), silent
        except Exception as error:  # a fault of ours must not lose the letter or stop the others
            _log.exception("letter not sent", mail=letter.id)
            return claims.later(letter, None, f"internal fault: {type(error).__name__}", now=self._clock()), False
        return claims.sent(letter, now=self._clock()), False

    async def _settle(self) -> None:
        heard, self._heard = self._heard, []
        try:
            await claims.settle(heard)
        except BaseException:
            self._heard = heard + self._heard
            raise

    async def _put_back(self) -> None:
        if self._waiting:
            _log.warning("relay does not answer", waiting=len(self._waiting))
            until = self._clock() + HOLD
            await claims.settle([claims.untried(letter, until=until) for letter in self._waiting])
