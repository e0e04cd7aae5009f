"""A real mail server stands between Convene and the officers, both ways."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from attendance import responses
from attendance.tables import Response
from demo import programs
from meetings import scheduling
from meetings.letters import Letterhead
from notifications import inbox, outbox
from notifications.lmtp import open_door
from notifications.smtp import Relay
from notifications.tables import Disposition, InboundMail, OutboundMail, OutState
from tests.meetings.waiting_children import BY, child_waiting, tomorrow, units_of
from tests.postfix.conftest import Postfix

pytestmark = [pytest.mark.usefixtures("committed", "london"), pytest.mark.faults]


async def until(reached: Callable[[], bool], postfix: Postfix) -> None:
    for _ in range(300):  # 30 seconds
        if reached():
            return
        await asyncio.sleep(0.1)
    raise AssertionError(postfix.log())


async def test_invitations_leave_and_answers_return_through_postfix_with_their_tokens(
    start_postfix: Callable[[str, int, int], Postfix], letterhead: Letterhead, now: datetime
) -> None:
    officers: dict[str, bytes] = {}
    returned: list[str] = []

    async def deliver(door: str, raw: bytes, envelope_from: str, envelope_to: str) -> None:
        officers[envelope_to] = raw

    async def keep(door: str, raw: bytes, envelope_from: str, envelope_to: str) -> None:
        await inbox.keep(door, raw, envelope_from, envelope_to, now=now)
        returned.append(envelope_to)

    boxes = await open_door("smtp", "127.0.0.1", 0, keep=deliver, domain=None, hostname="officers.example")
    door = await open_door("lmtp", "127.0.0.1", 0, keep=keep, domain=letterhead.domain, hostname="convene")
    ports = [server.sockets[0].getsockname()[1] for server in (door, boxes)]
    postfix = await asyncio.to_thread(start_postfix, letterhead.domain, *ports)

    child = await child_waiting(now)
    units = await units_of(child, now)
    await scheduling.set_up(child, tomorrow(now), units, by=BY, now=now, letterhead=letterhead)
    relay = Relay("127.0.0.1", postfix.port)
    while await outbox.deliver_due(relay.send, clock=lambda: now):
        pass
    assert await OutboundMail.count().where(OutboundMail.state == OutState.SENT) == len(units)
    await until(lambda: len(officers) == len(units), postfix)

    for raw in officers.values():
        posted = programs.answer(programs.asked_by(raw), partstat="ACCEPTED", at=datetime.now(UTC))
        await relay.send(posted.raw, posted.envelope_from, posted.envelope_to)
    await until(lambda: len(returned) == len(units), postfix)
    await relay.close()
    while await responses.take_in_one(letterhead=letterhead, now=now):
        pass

    assert await InboundMail.count().where(InboundMail.disposition == Disposition.APPLIED) == len(units)
    assert await Response.count().where(Response.partstat == "ACCEPTED") == len(units)
    for server in (door, boxes):
        server.close()
        await server.wait_closed()
