"""The post of the journey: the same exchange, but every letter and every answer goes over a real socket.

Convene's letters leave by SMTP to the officers' mail server. The officers answer what that server holds, by SMTP and
sometimes LMTP, through Convene's own mail doors.
"""

from __future__ import annotations

import asyncio
import contextlib
import smtplib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from demo import programs
from demo.agenda import Agenda
from demo.exchange import Exchange
from demo.postoffice import open_post_office
from demo.programs import Posted
from demo.tables import Delivered
from meetings.letters import Letterhead
from notifications import inbox
from notifications.lmtp import open_door
from notifications.smtp import Relay

_LOOPBACK = "127.0.0.1"
_EVERY_SO_MANY_BY_LMTP, _EVERY_SO_MANY_TWICE = 5, 17


class SetClock:
    """A clock that stands where it was last set; everything of one journey reads it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Doors:
    """The open doors of one journey: where Convene hands its letters over, and where answers are handed in."""

    relay: Relay
    smtp_door: Relay
    lmtp_port: int


@dataclass
class Posting:
    """What went over the wire, counted on this side of it."""

    accepted: int = 0  # letters for which the officers' server said 250
    handed_in: int = 0  # messages for which one of Convene's doors said 250, those said twice counted twice
    distinct: set[tuple[bytes, str]] = field(default_factory=set)


@contextlib.asynccontextmanager
async def open_doors(letterhead: Letterhead, clock: SetClock) -> AsyncIterator[Doors]:
    """Convene's mail doors and the officers' mail server listen on free loopback ports within."""

    async def keep(door: str, raw: bytes, envelope_from: str, envelope_to: str) -> None:
        await inbox.keep(door, raw, envelope_from, envelope_to, now=clock())

    servers = [
        await open_post_office(_LOOPBACK, 0, clock=clock),
        await open_door("smtp", _LOOPBACK, 0, keep=keep, domain=letterhead.domain, hostname="convene.example"),
        await open_door("lmtp", _LOOPBACK, 0, keep=keep, domain=letterhead.domain, hostname="convene.example"),
    ]
    officers, smtp, lmtp = (server.sockets[0].getsockname()[1] for server in servers)
    doors = Doors(
        Relay(_LOOPBACK, officers, hostname="convene.example"),
        Relay(_LOOPBACK, smtp, hostname="officers.example"),
        lmtp,
    )
    try:
        yield doors
    finally:
        await doors.relay.close()
        await doors.smtp_door.close()
        for server in servers:
            server.close()
            await server.wait_closed()


class Wire(Exchange):
    """The exchange over real sockets; the clock follows the simulated time."""

    def __init__(self, seed: int, letterhead: Letterhead, agenda: Agenda, doors: Doors, clock: SetClock) -> None:
        super().__init__(seed, letterhead, agenda, unusual_from=clock())
        self._doors, self._clock = doors, clock
        self.posting = Posting()

    async def deliver(self, now: datetime) -> None:
        """Every letter that is due has been taken by the officers' mail server."""
        self._clock.at = now
        await super().deliver(now)

    async def _hand_over(self, now: datetime, raw: bytes, envelope_from: str, recipient: str) -> None:
        await self._doors.relay.send(raw, envelope_from, recipient)
        self.posting.accepted += 1

    async def _hand_in(self, posted: Posted, now: datetime) -> None:
        """The answer has gone through a door; every now and then its sender says it twice, as mail servers do."""
        self._clock.at = now
        number = self.posting.handed_in + 1
        for _ in range(2 if number % _EVERY_SO_MANY_TWICE == 0 else 1):
            if number % _EVERY_SO_MANY_BY_LMTP == 0:
                await asyncio.to_thread(_by_lmtp, self._doors.lmtp_port, posted)
            else:
                await self._doors.smtp_door.send(posted.raw, posted.envelope_from, posted.envelope_to)
            self.posting.handed_in += 1
        self.posting.distinct.add((posted.raw, posted.envelope_to.lower()))

    async def _asked(self, address: str, uid: str) -> programs.Asked | None:
        """What the unit's mailbox holds about the meeting; None where the newest is a cancellation."""
        rows: list[dict[str, Any]] = (
            await Delivered.select(Delivered.content)
            .where(Delivered.recipient == address.lower())
            .order_by(Delivered.id, ascending=False)
        )
        for row in rows:
            found = programs.about(bytes(row["content"]), uid)
            if found is not None:
                return found if found.method == "REQUEST" else None
        return None


def _by_lmtp(port: int, posted: Posted) -> None:
    with smtplib.LMTP(_LOOPBACK, port, local_hostname="officers.example") as door:
        door.sendmail(posted.envelope_from, [posted.envelope_to], posted.raw)
