"""Calendars to subscribe to: their secret addresses, and the page that makes and revokes them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from litestar import Litestar

from audit.tables import Entry
from directory.tables import Unit
from meetings import feeds
from meetings.feed_tables import Feed, FeedKind
from meetings.letters import Letterhead
from tests.attendance.clocked import Clock, clocked_app
from tests.attendance.conftest import HOUR
from tests.attendance.feeding import UNIT, address_of, person
from tests.attendance.mailing import from_home
from tests.attendance.reading_pages import words
from tests.browsing import Browser
from web import signin


@pytest.fixture(scope="module")
def app() -> Litestar:
    """Each test sets its clock."""
    return clocked_app()


@pytest.fixture(autouse=True)
def _on_time(now: datetime) -> None:
    Clock.at = now + HOUR


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

    async def test_calendars_that_read_it_are_given_no_cookie(
        self, stranger: Browser, coming: Any, letterhead: Letterhead
    ) -> None:
        answer = await stranger.get(await address_of(FeedKind.UNIT, UNIT, letterhead))
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers

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

    async def test_reading_writes_down_when_and_who_at_most_every_ten_minutes(
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
        assert await Entry.count() == entries + 2


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
        assert [act["action"] for act in acts] == [
            "calendar feed made",
            "opened a calendar by subscription",
            "calendar feed revoked",
        ]

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
