"""A letter that Convene sends to itself every five minutes, by the relay and its own door: whether mail comes in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import processes
from notifications import round_trip, troubles
from notifications.findings import Finding, Level
from notifications.smtp import Relay
from settings import Settings

ROUND = "go round"
EVERY = 300.0  # seconds; by no tick, for it is mail
PATIENCE = 120.0  # seconds for it to come back


class Lost(RuntimeError):
    """The letter did not come back; what is known of it stands under Post."""


class Canary:
    """One such letter after another, until `stopping`. `seconds` is what the last took, None where it was lost."""

    def __init__(self, settings: Settings, relay: Relay, stopping: asyncio.Event) -> None:
        self.relay, self.station, self.clock = relay, processes.station_of(settings), processes.clock_of(settings)
        self.demo, self.stopping = settings.demo, stopping
        self.seconds: float | None = None

    def rounds(self) -> list[tuple[str, Callable[[], Awaitable[object]], float]]:
        """None in the demonstration, whose relay goes to the officers and no further."""
        return [] if self.demo else [(ROUND, self.go_round, EVERY)]

    async def go_round(self, patience: float = PATIENCE) -> None:
        """A letter left and came back with its plus-address, and how long that took is known.

        :raises Lost: when it did not, and then people are told; and when we stop, and then they are not.
        """
        began = time.monotonic()
        found = await self._found(patience)
        self.seconds = time.monotonic() - began if found and found.level is not Level.WRONG else None
        if found and self.seconds is None:
            await troubles.met(ROUND, found.says, now=self.clock())
        if self.seconds is None:
            raise Lost
        await troubles.over(ROUND)

    async def _found(self, patience: float) -> Finding | None:
        going = round_trip.gone_round(self.relay, self.station, clock=self.clock, patience=patience)
        tasks = asyncio.ensure_future(going), asyncio.ensure_future(self.stopping.wait())
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        return tasks[0].result() if tasks[0].done() and not tasks[0].cancelled() else None
