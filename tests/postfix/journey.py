"""The steps of an invitation's way: written, delivered, answered, taken in."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from attendance import taking_in
from demo import programs
from meetings import setting_up
from meetings.letterhead import Letterhead
from notifications import outbox
from notifications.smtp import Relay
from notifications.tables import OutboundMail, OutState
from tests.meetings.waiting_children import BY, child_waiting, tomorrow, units_of
from tests.postfix.stations import Station
from web.viewer import MACHINE


async def invited(letterhead: Letterhead, now: datetime) -> list[UUID]:
    """A meeting is set up; the units whose invitations wait in the outbox."""
    child = await child_waiting(now)
    units = await units_of(child, now)
    await setting_up.set_up(child, tomorrow(now), units, by=BY, now=now, letterhead=letterhead, viewer=MACHINE)
    return units


async def delivered(relay: Relay, now: datetime) -> None:
    """What waits in the outbox has been taken by the relay, all of it."""
    while await outbox.deliver_due(relay.send, clock=lambda: now):
        pass
    assert await OutboundMail.count() == await OutboundMail.count().where(OutboundMail.state == OutState.SENT)


async def accepted(relay: Relay, outside: Station) -> None:
    """Each officer has accepted, by the calendar program of their choice."""
    for _, raw in outside.taken:
        posted = programs.answer(programs.asked_by(raw), partstat="ACCEPTED", at=datetime.now(UTC))
        await relay.send(posted.raw, posted.envelope_from, posted.envelope_to)


async def taken_in(letterhead: Letterhead, now: datetime, *, authserv_id: str = "") -> None:
    """What the doors kept has its dispositions."""
    while await taking_in.take_in_due(letterhead=letterhead, now=now, authserv_id=authserv_id):
        pass
