"""What the tests of calendar feeds share: the time, who makes one, and how it is read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from directory.tables import Unit
from meetings import feeds
from meetings.feed_tables import FeedKind
from meetings.letters import Letterhead
from tests.attendance.clocked import Clock
from tests.browsing import CITY_DESK, Browser
from tests.notifications.outgoing.sent import Stream
from web import signin
from web.appointing import appoint
from web.tables import Person

UNIT = "Central North"


async def person(email: str = "coordinator@council.example") -> UUID:
    known = await Person.select(Person.id).where(Person.email == email).first()
    if known is not None:
        found: UUID = known["id"]
        return found
    added = await signin.add_person(email, "Missing coordinator", now=Clock.at)
    for post in CITY_DESK:
        await appoint(added, post, by="tests", now=datetime.now(UTC))
    return added


async def address_of(kind: FeedKind, subject: str, letterhead: Letterhead, *, by: UUID | None = None) -> str:
    """The path of a new feed's address."""
    if kind == FeedKind.UNIT:
        unit = await Unit.select(Unit.code).where(Unit.name == subject).first()
        subject = unit["code"] if unit else subject
    feed = await feeds.make(kind, subject, by=by or await person(), now=Clock.at, letterhead=letterhead)
    return letterhead.feed_link(feed).removeprefix(letterhead.base_url)


def told(letterhead: Letterhead) -> dict[str, Any]:
    return {"by": "tests", "now": Clock.at, "letterhead": letterhead}


def iso(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


async def opened(browser: Browser, address: str) -> Stream:
    answer = await browser.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    return Stream(answer.content)
