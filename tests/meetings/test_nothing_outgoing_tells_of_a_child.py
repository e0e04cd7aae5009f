"""A letter, feed or report that would tell who a child is does not leave, and a person is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from attendance.calendars import TellsOfAChild, calendar_of
from meetings import feeds, outgoing
from meetings.episode_tables import Child
from meetings.feed_tables import Feed, FeedKind
from meetings.letters import Letterhead
from meetings.outgoing import A_REFERENCE, told_in
from meetings.tables import Meeting, MeetingType
from notifications import outbox
from notifications.tables import OutboundMail, OutState
from tests.factories import make_meeting, make_unit
from tests.notifications.test_telling import letter
from web.viewer import MACHINE

pytestmark = pytest.mark.usefixtures("rolled_back")
MINUTE = timedelta(minutes=1)


async def a_meeting(now: datetime, reference: str) -> Meeting:
    meeting = await make_meeting(home=await make_unit(code="CN"), starts_at=now + timedelta(days=3))
    await Child.update({Child.reference: reference}).where(Child.id == meeting.child)
    return meeting


async def sent(now: datetime) -> list[bytes]:
    """What the relay was given of all that waited."""
    taken: list[bytes] = []

    async def relay(content: bytes, envelope_from: str, recipient: str) -> None:
        taken.append(content)

    await outbox.deliver_due(outgoing.guarded(relay), clock=lambda: now + MINUTE)
    return taken


async def write(raw: bytes, now: datetime, uid: str = "") -> None:
    mail = OutboundMail(
        key=uuid4().hex,
        kind="request",
        thread=uuid4().hex,
        uid=uid,
        recipient="desk@met.example",
        envelope_from="meetings@invites.convene.example",
        message_id="<1@invites.convene.example>",
        content=raw,
        sha256="0" * 64,
        created_at=now,
        due_at=now,
    )
    await OutboundMail.insert(mail)


async def test_a_letter_that_tells_nothing_is_sent(now: datetime) -> None:
    meeting = await a_meeting(now, "LCS-7719")
    await write(letter(text=f"Meeting {meeting.reference}, Room 4, call 02079460000"), now, meeting.uid)
    assert len(await sent(now)) == 1


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("LCS-7719", "Room 4, about lcs-7719"),
        ("LCS-7719", "https://meet.example/join/LCS-7719"),
        ("104512", "Room 104512"),
        ("K7B", "for k7b."),
        ("LCS-7719", "NHS 9434765919"),
    ],
)
async def test_a_letter_that_tells_of_the_child_is_held_and_shown_to_a_person(
    reference: str, said: str, now: datetime
) -> None:
    meeting = await a_meeting(now, reference)
    await write(letter(text=said), now, meeting.uid)
    assert await sent(now) == []
    (held,) = await outbox.needing_a_person()
    assert held.state == OutState.REFUSED
    assert held.last_error.startswith("Held: there seems to be ")
    assert held.last_code is None
    assert reference.lower() not in held.last_error.lower()
    assert await sent(now + timedelta(days=2)) == []


async def test_a_letter_about_no_meeting_names_no_child_either(now: datetime) -> None:
    await a_meeting(now, "LCS-7719")
    await write(letter(subject="About LCS-7719"), now)
    assert await sent(now) == []


async def test_a_short_number_is_in_every_letter_by_chance(now: datetime) -> None:
    assert await told_in("Room 2026 at 10", own=["2026", "10"]) == []
    assert await told_in("Room K7B2, 20265", own=["20265"]) == [A_REFERENCE]


async def test_a_reference_that_was_forgotten_is_held_no_more(now: datetime) -> None:
    meeting = await a_meeting(now, "K-7719B")
    assert await told_in("Room K-7719b") == [A_REFERENCE]
    await Child.update({Child.issuer: "removed", Child.reference: uuid4().hex}).where(Child.id == meeting.child)
    assert await told_in("Room K-7719b") == []


async def test_a_feed_that_would_tell_of_a_child_is_not_given_out(now: datetime, letterhead: Letterhead) -> None:
    meeting = await a_meeting(now, "LCS-7719")
    feed = await feeds.make(FeedKind.TYPE, MeetingType.MISSING, by=uuid4(), now=now, letterhead=letterhead)
    row = await Feed.objects().first()
    assert row is not None, feed
    assert b"BEGIN:VEVENT" in await calendar_of(row, letterhead=letterhead, now=now, viewer=MACHINE)
    await Meeting.update({Meeting.place: "Home of LCS-7719"}).where(Meeting.id == meeting.id)
    with pytest.raises(TellsOfAChild):
        await calendar_of(row, letterhead=letterhead, now=now, viewer=MACHINE)
