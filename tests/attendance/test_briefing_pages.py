"""The pages of a briefing's list, and of a meeting about a place or a group."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import uuid4

import httpx
import pytest

from meetings.letters import Letterhead
from meetings.line_tables import Line
from meetings.lines import put_on_list
from meetings.tables import Meeting, Trigger
from tests.attendance.reading_pages import words
from tests.browsing import Browser
from tests.factories import make_child
from tests.meetings.series_set_up import BY, dates, panel
from tests.meetings.waiting_children import LAMBETH, child_waiting

pytestmark = pytest.mark.usefixtures("rolled_back", "london")


async def first_date(now: datetime, letterhead: Letterhead, *, begun: bool = False) -> Meeting:
    meeting = (await dates(await panel(now, letterhead)))[0]
    if begun:
        await Meeting.update({Meeting.starts_at: now}).where(Meeting.id == meeting.id)
    return meeting


def units_on(page: httpx.Response) -> list[str]:
    return re.findall(r'name="seats" value="([^"]+)"', page.text)


class TestTheList:
    async def test_nobody_who_is_not_signed_in_sees_it(
        self, stranger: Browser, now: datetime, letterhead: Letterhead
    ) -> None:
        meeting = await first_date(now, letterhead)
        assert (await stranger.get(f"/meetings/{meeting.reference}/list")).status_code == 303

    async def test_whoever_belongs_there_is_offered_ticked_and_put_on_it(
        self, coordinator: Browser, now: datetime, letterhead: Letterhead
    ) -> None:
        meeting, child = await first_date(now, letterhead), await child_waiting(now)
        page = f"/meetings/{meeting.reference}/list"
        assert re.search(rf'value="{child}" checked', (await coordinator.get(page)).text)
        answer = await coordinator.send_form(page, act="add", children=str(child))
        text = words(await coordinator.get(answer.headers["location"]))
        assert "The children are on the list" in text
        assert "A strategy meeting waits to be set up" in text

    async def test_a_child_is_found_by_its_reference(
        self, coordinator: Browser, now: datetime, letterhead: Letterhead
    ) -> None:
        meeting, child = await first_date(now, letterhead), await make_child()
        page = f"/meetings/{meeting.reference}/list"
        refused = await coordinator.send_form(page, act="add", reference="nobody's")
        assert "No child is known by this reference" in words(refused)
        assert (await coordinator.send_form(page, act="add", reference=child.reference)).status_code == 303
        assert await Line.exists().where(Line.child == child.id)

    async def test_before_it_begins_children_can_be_taken_off_and_nothing_decided(
        self, coordinator: Browser, now: datetime, letterhead: Letterhead
    ) -> None:
        meeting, child = await first_date(now, letterhead), await make_child()
        await put_on_list(meeting.reference, [child.id], by=BY, now=now)
        page = f"/meetings/{meeting.reference}/list"
        assert "Call for a strategy meeting" not in words(await coordinator.get(page))
        line = (await Line.select(Line.id))[0]["id"]
        await coordinator.send_form(page, act="save", **{f"decided-{line}": "take off", f"shown-{line}": ""})
        assert "Nobody is on the list yet" in words(await coordinator.get(page))

    async def test_a_meeting_that_is_called_for_is_on_the_waiting_list(
        self, coordinator: Browser, now: datetime, letterhead: Letterhead
    ) -> None:
        meeting, child = await first_date(now, letterhead, begun=True), await child_waiting(now)
        await Trigger.delete(force=True)
        await put_on_list(meeting.reference, [child], by=BY, now=now)
        page = f"/meetings/{meeting.reference}/list"
        line = (await Line.select(Line.id))[0]["id"]
        wanted = {f"decided-{line}": "strategy meeting called for", f"shown-{line}": ""}
        await coordinator.send_form(page, act="save", **wanted)
        assert "Called for at a briefing or panel" in words(await coordinator.get("/"))

    async def test_a_line_that_nobody_knows_is_told_of_on_the_page(
        self, coordinator: Browser, now: datetime, letterhead: Letterhead
    ) -> None:
        meeting = await first_date(now, letterhead, begun=True)
        page, nobody = f"/meetings/{meeting.reference}/list", uuid4()
        wanted = {f"decided-{nobody}": "covered by its own meeting", f"shown-{nobody}": ""}
        assert "not on the list any more" in words(await coordinator.send_form(page, act="save", **wanted))


WANTED = {
    "area": LAMBETH,
    "about": "place",
    "starts-day": "24",
    "starts-month": "11",
    "starts-year": "2026",
    "starts-time": "10am",
    "minutes": "60",
    "link": "https://meet.example/r/9",
}


class TestAPlaceOrAGroup:
    async def test_the_units_of_the_area_are_proposed(self, coordinator: Browser) -> None:
        text = words(await coordinator.get(f"/meetings/about?area={LAMBETH}"))
        assert "A meeting about a place or a group in Lambeth" in text
        assert "as home police" in text

    async def test_it_is_checked_and_then_sent(self, coordinator: Browser) -> None:
        page = f"/meetings/about?area={LAMBETH}"
        wanted = WANTED | {"seats": units_on(await coordinator.get(page))[0]}
        checked = await coordinator.send_form(page, "/meetings/about", step="check", **wanted)
        assert "Check before sending" in words(checked)
        assert not await Meeting.exists()
        sent = await coordinator.send_form(page, "/meetings/about", step="send", **wanted)
        assert "A place in Lambeth" in words(await coordinator.get(sent.headers["location"]))

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"about": ""}, "Choose what the meeting is about"),
            ({"seats": ""}, "Choose at least one unit to invite"),
            ({"link": ""}, "Give a place, or a link to join online"),
            ({"area": "nowhere"}, "Choose the borough or area from the list"),
        ],
    )
    async def test_a_mistake_is_shown_and_nothing_is_sent(
        self, coordinator: Browser, change: dict[str, str], said: str
    ) -> None:
        page = f"/meetings/about?area={LAMBETH}"
        wanted = WANTED | {"seats": units_on(await coordinator.get(page))[0]} | change
        answer = await coordinator.send_form(page, "/meetings/about", step="send", **wanted)
        assert answer.status_code == 400
        assert said in words(answer)
        assert not await Meeting.exists()

    async def test_an_area_without_police_asks_for_another(self, coordinator: Browser) -> None:
        answer = await coordinator.get("/meetings/about?area=nowhere")
        assert answer.status_code == 400
        assert "Choose the borough or area" in words(answer)
