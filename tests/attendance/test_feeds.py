"""Calendars to subscribe to: what they show, to whom, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from audit.tables import Entry
from directory.tables import Unit
from meetings import feeds
from meetings.letters import Letterhead
from meetings.scheduling import call_off, move, remove_seat
from meetings.tables import Child, Feed, FeedKind, Meeting, MeetingType
from meetings.when import When
from tests.attendance.conftest import HOUR, UNITS
from tests.attendance.mailing import from_home
from tests.attendance.reading_pages import words
from tests.browsing import Browser
from tests.notifications.outgoing.checkers import libical_complaints, read_by_icaljs
from tests.notifications.outgoing.facts import broken_in_calendar
from tests.notifications.outgoing.sent import Stream
from web import signin
from web.tables import Person

DAY = timedelta(days=1)
UNIT = "Central North"


class Clock:
    """What time the application believes it is."""

    at: datetime


@pytest.fixture(scope="module")
def app() -> Litestar:
    """The application with the tests' own letterhead, so that its addresses open; each test sets its clock."""
    from app import create_app
    from settings import load_settings
    from tests.conftest import SECRET

    told = {"DATABASE_URL": "postgresql://nowhere/", "CONVENE_SECRET": SECRET, "CONVENE_DEMO": "yes"}
    return create_app(load_settings(told), clock=lambda: Clock.at)


@pytest.fixture(autouse=True)
def _on_time(now: datetime) -> None:
    Clock.at = now + HOUR


async def person(email: str = "coordinator@council.example") -> UUID:
    known = await Person.select(Person.id).where(Person.email == email).first()
    if known is not None:
        found: UUID = known["id"]
        return found
    return await signin.add_person(email, "Missing coordinator", now=Clock.at)


async def address_of(kind: FeedKind, subject: str, letterhead: Letterhead, *, by: UUID | None = None) -> str:
    """The path of a new feed's address."""
    if kind == FeedKind.UNIT:
        unit = await Unit.select(Unit.code).where(Unit.name == subject).first()
        subject = unit["code"] if unit else subject
    feed = await feeds.make(kind, subject, by=by or await person(), now=Clock.at, letterhead=letterhead)
    return letterhead.feed_link(feed).removeprefix(letterhead.base_url)


async def opened(browser: Browser, address: str) -> Stream:
    answer = await browser.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    return Stream(answer.content)


class TestReading:
    async def test_a_unit_reads_when_and_where_its_seat_and_how_many_accepted(
        self, stranger: Browser, coming: Any, letterhead: Letterhead
    ) -> None:
        await from_home(coming, at=Clock.at, partstat="ACCEPTED")
        shown = await opened(stranger, await address_of(FeedKind.UNIT, UNIT, letterhead))

        (event,) = shown.events
        assert shown.value("X-WR-CALNAME") == "Convene: Central North"
        assert f"UID:{coming.uid}" in event
        assert f"SUMMARY:Missing strategy meeting {coming.reference}" in event
        assert "DTSTART;TZID=Europe/London:20261120T100000" in event
        assert shown.value("DESCRIPTION") == (
            "Seat: Central North\\, as home police\\nAccepted: 1 of 3\\n\\nJoin: https://meet.example/room"
        )

    async def test_who_convenes_reads_who_is_asked_but_not_how_to_join(
        self, stranger: Browser, coming: Any, letterhead: Letterhead
    ) -> None:
        me = await person()
        await Meeting.update({Meeting.set_up_by: str(me)}).where(Meeting.id == coming.id)
        for kind, subject in ((FeedKind.COORDINATOR, ""), (FeedKind.TYPE, MeetingType.MISSING)):
            shown = await opened(stranger, await address_of(kind, subject, letterhead))
            assert "Asked: Camden children's services\\, Central North\\, East Area" in shown.value("DESCRIPTION")
            assert "meet.example" not in shown.raw.decode()

    async def test_it_names_no_child_no_person_and_holds_nothing_to_answer_with(
        self, stranger: Browser, coming: Any, letterhead: Letterhead
    ) -> None:
        shown = await opened(stranger, await address_of(FeedKind.UNIT, UNIT, letterhead))
        child = await Child.objects().first()
        assert child is not None
        text = "\n".join(shown.lines)
        secrets = [letterhead.token(i) for i in coming.invitations.values()] + ["/answer/", "ATTENDEE", "ALARM"]
        assert not [told for told in (child.reference, str(child.id), child.issuer, *secrets) if told in text]
        assert shown.address("ORGANIZER") == letterhead.sender_address()

    async def test_only_the_meetings_it_is_for_are_in_it(
        self, stranger: Browser, coming: Any, convene: Any, letterhead: Letterhead
    ) -> None:
        other = await convene(units=UNITS[1:])
        ours = await opened(stranger, await address_of(FeedKind.UNIT, UNIT, letterhead))
        theirs = await opened(stranger, await address_of(FeedKind.UNIT, "East Area", letterhead))
        panels = await opened(stranger, await address_of(FeedKind.TYPE, MeetingType.PANEL, letterhead))
        mine = await opened(stranger, await address_of(FeedKind.COORDINATOR, "", letterhead))

        assert [line.removeprefix("UID:") for line in ours.of("UID")] == [coming.uid]
        assert {line.removeprefix("UID:") for line in theirs.of("UID")} == {coming.uid, other.uid}
        assert panels.events == mine.events == []

    async def test_a_move_is_seen_with_its_sequence_and_when_it_was_made(
        self, stranger: Browser, coming: Any, letterhead: Letterhead, now: datetime
    ) -> None:
        address = await address_of(FeedKind.UNIT, UNIT, letterhead)
        before = await opened(stranger, address)
        when = When(now + 3 * DAY, 45, "Room 1", "")
        await move(coming.reference, when, by="tests", now=Clock.at, letterhead=letterhead)
        after = await opened(stranger, address)

        assert (before.value("SEQUENCE"), after.value("SEQUENCE")) == ("0", "1")
        assert (before.value("LAST-MODIFIED"), after.value("LAST-MODIFIED")) == (
            "20261118T100000Z",
            "20261118T110000Z",
        )
        assert {
            "DTSTART;TZID=Europe/London:20261121T100000",
            "DTEND;TZID=Europe/London:20261121T104500",
        } <= set(after.events[0])
        assert after.value("LOCATION") == "Room 1"

    async def test_one_called_off_stays_as_cancelled_for_thirty_days_past_its_end(
        self, stranger: Browser, coming: Any, letterhead: Letterhead
    ) -> None:
        address = await address_of(FeedKind.UNIT, UNIT, letterhead)
        await call_off(
            coming.reference,
            asked_by="police",
            reason="set up in error",
            by="tests",
            now=Clock.at,
            letterhead=letterhead,
        )
        shown = await opened(stranger, address)
        assert (shown.value("STATUS"), shown.value("SUMMARY")) == (
            "CANCELLED",
            f"Called off: missing strategy meeting {coming.reference}",
        )
        assert "meet.example" not in shown.raw.decode()

        Clock.at = coming.ends_at + 30 * DAY
        assert len((await opened(stranger, address)).events) == 1
        Clock.at += timedelta(seconds=1)
        assert (await opened(stranger, address)).events == []

    async def test_a_unit_whose_seat_was_removed_sees_the_meeting_no_more(
        self, stranger: Browser, coming: Any, letterhead: Letterhead
    ) -> None:
        address = await address_of(FeedKind.UNIT, UNIT, letterhead)
        await remove_seat(coming.reference, coming.seats[UNIT], by="tests", now=Clock.at, letterhead=letterhead)
        assert (await opened(stranger, address)).events == []

    async def test_the_dates_of_a_series_are_meetings_of_their_own(
        self, stranger: Browser, convene: Any, letterhead: Letterhead, now: datetime
    ) -> None:
        for week in (1, 2):
            made = await convene(starts_at=now + week * 7 * DAY, uid="series@invites.convene.example")
            await Meeting.update({Meeting.recurrence_id: made.starts_at}).where(Meeting.id == made.id)
        shown = await opened(stranger, await address_of(FeedKind.UNIT, UNIT, letterhead))

        assert [line.removeprefix("UID:") for line in shown.of("UID")] == [
            "20261125T100000Z-series@invites.convene.example",
            "20261202T100000Z-series@invites.convene.example",
        ]

    async def test_every_checker_is_content_with_it(
        self, stranger: Browser, coming: Any, convene: Any, held: Any, letterhead: Letterhead
    ) -> None:
        address = await address_of(FeedKind.UNIT, UNIT, letterhead)
        await call_off(
            coming.reference,
            asked_by="police",
            reason="set up in error",
            by="tests",
            now=Clock.at,
            letterhead=letterhead,
        )
        await convene(starts_at=Clock.at + 200 * DAY)
        raw = (await opened(stranger, address)).raw

        assert broken_in_calendar(raw) == {}
        assert libical_complaints([raw]) == [[]]
        (read,) = read_by_icaljs([raw])
        assert [event["status"] for event in read["events"]] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]

    async def test_no_more_than_two_thousand_meetings_are_written_and_the_earliest_first(
        self, stranger: Browser, convene: Any, letterhead: Letterhead, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(feeds, "MOST", 2)
        made = [await convene(starts_at=now + days * DAY) for days in (9, 3, 5)]
        shown = await opened(stranger, await address_of(FeedKind.UNIT, UNIT, letterhead))
        everything = await opened(stranger, await address_of(FeedKind.TYPE, MeetingType.MISSING, letterhead))

        assert [line.removeprefix("UID:") for line in shown.of("UID")] == [made[1].uid, made[2].uid]
        assert shown.of("UID") == everything.of("UID")


class TestTheAddress:
    async def test_it_is_not_sent_again_to_who_has_it_already(
        self, stranger: Browser, coming: Any, letterhead: Letterhead
    ) -> None:
        address = await address_of(FeedKind.UNIT, UNIT, letterhead)
        first = await stranger.get(address)
        tag = first.headers["etag"]
        Clock.at += 30 * timedelta(minutes=1)
        again = await stranger.get(address, headers={"If-None-Match": f'"other", W/{tag}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)

        await from_home(coming, at=Clock.at, partstat="ACCEPTED")
        changed = await stranger.get(address, headers={"If-None-Match": tag})
        assert changed.status_code == 200
        assert changed.headers["cache-control"] == "no-store"

    async def test_a_revoked_one_and_one_that_never_was_answer_the_same(
        self, stranger: Browser, coming: Any, letterhead: Letterhead
    ) -> None:
        address = await address_of(FeedKind.UNIT, UNIT, letterhead)
        feed = await Feed.objects().first()
        assert feed is not None
        await feeds.revoke(feed.id, by=await person(), now=Clock.at)
        tokens = [
            address.rpartition("/")[2],
            f"{'a' * 26}.ics",
            f"{'a' * 26}",
            "x.ics",
            f"{letterhead.token(feed.id)}.ics",
        ]
        answers = [await stranger.get(f"/feeds/{token}") for token in tokens]

        assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}

    async def test_it_ends_with_the_access_of_who_made_it(
        self, stranger: Browser, coming: Any, letterhead: Letterhead
    ) -> None:
        address = await address_of(FeedKind.UNIT, UNIT, letterhead)
        await signin.end_person("coordinator@council.example", by="tests", now=Clock.at)
        assert (await stranger.get(address)).status_code == 404

    async def test_only_a_hash_of_it_is_kept_and_no_other_secret_makes_it(
        self, rolled_back: None, coming: Any, letterhead: Letterhead
    ) -> None:
        address = await address_of(FeedKind.UNIT, UNIT, letterhead)
        feed = await Feed.objects().first()
        assert feed is not None
        token = address.rpartition("/")[2].removesuffix(".ics")
        assert len(token) == 26
        assert token not in str(feed.to_dict())
        assert token not in (letterhead.token(feed.id), letterhead.answer_link(feed.id).rpartition(".")[2])

    async def test_reading_writes_down_when_at_most_every_ten_minutes_and_nothing_else(
        self, stranger: Browser, coming: Any, letterhead: Letterhead
    ) -> None:
        address = await address_of(FeedKind.UNIT, UNIT, letterhead)
        entries = await Entry.count()
        seen = []
        for _ in range(3):
            await stranger.get(address)
            seen.append((await Feed.select(Feed.read_at))[0]["read_at"])
            Clock.at += timedelta(minutes=6)
        assert seen == [seen[0], seen[0], seen[0] + timedelta(minutes=12)]
        assert await Entry.count() == entries


class TestThePage:
    async def test_a_calendar_is_made_shown_with_its_address_and_revoked(
        self, coordinator: Browser, coming: Any, letterhead: Letterhead
    ) -> None:
        unit = await Unit.select(Unit.code).where(Unit.name == UNIT).first()
        assert unit is not None
        made = await coordinator.send_form("/feeds", whose=f"unit:{unit['code']}")
        assert made.headers["location"] == "/feeds?done=made"
        feed = await Feed.objects().first()
        assert feed is not None
        page = await coordinator.get("/feeds?done=made")
        token = letterhead.feed_token(feed.id)
        assert f"/feeds/{token}.ics" in words(page)
        assert 'href="webcal://' in page.text
        assert "Last read Not yet" in words(page)
        assert (await coordinator.get(f"/feeds/{token}.ics")).status_code == 200

        gone = await coordinator.send_form("/feeds", f"/feeds/{feed.id}/revocation")
        assert gone.headers["location"] == "/feeds?done=revoked"
        assert "You have none yet." in words(await coordinator.get("/feeds"))
        assert (await coordinator.get(f"/feeds/{token}.ics")).status_code == 404
        acts = await Entry.select(Entry.action).where(Entry.subject == f"feed:{feed.id}").order_by(Entry.id)
        assert [act["action"] for act in acts] == ["calendar feed made", "calendar feed revoked"]

    async def test_the_same_calendar_is_made_once(self, coordinator: Browser, coming: Any) -> None:
        for _ in range(2):
            await coordinator.send_form("/feeds", whose="coordinator:")
        assert await Feed.count() == 1

    async def test_others_addresses_are_not_shown_but_can_be_revoked(
        self, coordinator: Browser, coming: Any, letterhead: Letterhead
    ) -> None:
        colleague = await person("colleague@council.example")
        address = await address_of(FeedKind.UNIT, UNIT, letterhead, by=colleague)
        page = await coordinator.get("/feeds")
        assert "Of others Central North Made by Missing coordinator" in words(page)
        assert address not in page.text

        feed = await Feed.objects().first()
        assert feed is not None
        await coordinator.send_form("/feeds", f"/feeds/{feed.id}/revocation")
        assert (await coordinator.get(address)).status_code == 404

    @pytest.mark.parametrize("whose", ["", "unit:nowhere", "type:party", "other:x"])
    async def test_what_cannot_be_shown_is_asked_again(self, coordinator: Browser, whose: str) -> None:
        answer = await coordinator.send_form("/feeds", whose=whose)
        assert answer.status_code == 400
        assert "Choose whose meetings the calendar shows." in words(answer)
        assert await Feed.count() == 0

    async def test_revoking_twice_is_harmless_and_what_never_was_is_not_found(
        self, coordinator: Browser, coming: Any, letterhead: Letterhead
    ) -> None:
        await address_of(FeedKind.COORDINATOR, "", letterhead)
        feed = await Feed.objects().first()
        assert feed is not None
        for later in (HOUR, 2 * HOUR):
            await feeds.revoke(feed.id, by=feed.id, now=Clock.at + later)
        (row,) = await Feed.select(Feed.revoked_at)
        assert row["revoked_at"] == Clock.at + HOUR
        answer = await coordinator.send_form("/feeds", f"/feeds/{coming.id}/revocation")
        assert answer.status_code == 404

    @pytest.mark.parametrize("path", ["/feeds", "/feeds/00000000-0000-0000-0000-000000000000/revocation"])
    async def test_strangers_neither_see_make_nor_revoke(self, stranger: Browser, path: str) -> None:
        answer: httpx.Response = await (stranger.get(path) if path == "/feeds" else stranger.post(path))
        assert answer.status_code in (303, 302, 403)
        assert "unit:" not in answer.text
