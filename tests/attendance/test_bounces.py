"""A letter that came back makes a seat not reached only when a person says so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from attendance import bounces
from attendance.errors import NotAContact
from meetings.tables import MeetingEvent
from notifications import inbox
from notifications.tables import InboundMail, OutboundMail, OutState
from tests.attendance.conftest import HOME
from tests.attendance.mailing import report, take_in
from tests.attendance.reading_pages import words
from tests.browsing import Browser

BY = "the coordinator"
MINUTE = timedelta(minutes=1)


async def letters_to_home() -> set[str]:
    rows = await OutboundMail.select(OutboundMail.state).where(
        (OutboundMail.recipient == HOME) & (OutboundMail.kind == "request")
    )
    return {row["state"] for row in rows}


@pytest.fixture
async def bounced(rolled_back: None, coming: Any, now: datetime) -> InboundMail:
    """The invitation of the home unit was sent, and a report says that it could not be delivered."""
    await OutboundMail.update({OutboundMail.state: OutState.SENT, OutboundMail.settled_at: now - MINUTE}, force=True)
    to = coming.letterhead.bounce_address(coming.invitations["Central North"])
    return await take_in(report("failed"), to, letterhead=coming.letterhead, now=now)


async def test_a_bounce_alone_takes_nothing_back(bounced: InboundMail) -> None:
    assert await letters_to_home() == {OutState.SENT}


async def test_confirmed_its_letters_count_as_refused_and_the_timeline_says_not_reached(
    bounced: InboundMail, coming: Any, now: datetime
) -> None:
    assert await bounces.confirm(bounced.id, letterhead=coming.letterhead, by=BY, now=now)
    assert await letters_to_home() == {OutState.REFUSED}
    events = await MeetingEvent.select(MeetingEvent.what, MeetingEvent.actor)
    assert {"what": "the letters to Central North did not arrive: not reached", "actor": BY} in events


async def test_the_other_units_letters_stay_sent(bounced: InboundMail, coming: Any, now: datetime) -> None:
    await bounces.confirm(bounced.id, letterhead=coming.letterhead, by=BY, now=now)
    others = await OutboundMail.select(OutboundMail.state).where(OutboundMail.recipient != HOME)
    assert {row["state"] for row in others} == {OutState.SENT}


async def test_a_letter_sent_after_the_bounce_may_have_arrived(
    bounced: InboundMail, coming: Any, now: datetime
) -> None:
    await OutboundMail.update({OutboundMail.settled_at: now + MINUTE}, force=True)
    await bounces.confirm(bounced.id, letterhead=coming.letterhead, by=BY, now=now + 2 * MINUTE)
    assert await letters_to_home() == {OutState.SENT}


async def test_it_is_confirmed_once(bounced: InboundMail, coming: Any, now: datetime) -> None:
    assert await bounces.confirm(bounced.id, letterhead=coming.letterhead, by=BY, now=now)
    assert not await bounces.confirm(bounced.id, letterhead=coming.letterhead, by=BY, now=now)


async def test_other_mail_cannot_make_a_seat_not_reached(rolled_back: None, coming: Any, now: datetime) -> None:
    raw = f"From: {HOME}\r\nSubject: Nothing arrived\r\n\r\nUndeliverable.\r\n".encode()
    mail = await take_in(raw, coming.reply_address("Central North"), letterhead=coming.letterhead, now=now)
    assert not await bounces.confirm(mail.id, letterhead=coming.letterhead, by=BY, now=now)


async def test_its_page_offers_it_and_the_post_is_empty_afterwards(
    coordinator: Browser, bounced: InboundMail
) -> None:
    assert "There is no such mailbox" in words(await coordinator.get(f"/post/{bounced.id}/returned"))
    await coordinator.send_form(f"/post/{bounced.id}/returned", decision="not-reached")
    assert await letters_to_home() == {OutState.REFUSED}
    assert "could not be delivered" not in words(await coordinator.get("/post"))


async def test_where_nobody_can_be_invited_instead_nothing_is_recorded_at_all(
    committed: None, convene: Any, now: datetime
) -> None:
    meeting = await convene()
    to = meeting.letterhead.bounce_address(meeting.invitations["Central North"])
    await OutboundMail.update({OutboundMail.state: OutState.SENT, OutboundMail.settled_at: now}, force=True)
    mail = await take_in(report("failed"), to, letterhead=meeting.letterhead, now=now + MINUTE)
    with pytest.raises(NotAContact):
        await bounces.confirm_and_invite(mail.id, meeting.id, letterhead=meeting.letterhead, by=BY, now=now + MINUTE)
    assert await letters_to_home() == {OutState.SENT}
    assert [waiting.id for waiting in await inbox.set_aside_waiting()] == [mail.id]
