"""The pages of series: set one up, see who answers which date, change it, and every date as a meeting."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from attendance.responses import record_by_hand
from directory.tables import Unit, UnitKind
from meetings import calling_off, scheduling
from meetings.letters import Letterhead
from meetings.tables import Invitation, MeetingState, Series
from meetings.when import When
from tests.attendance.reading_pages import words
from tests.browsing import Browser
from tests.meetings.series_set_up import BY, dates, panel, posted, series_of, unit

pytestmark = pytest.mark.usefixtures("rolled_back", "london")


async def new_series(**change: str) -> dict[str, str]:
    social_care = await Unit.select(Unit.code).where(Unit.id == await unit(UnitKind.SOCIAL_CARE)).first()
    assert social_care is not None
    return {
        "title": "Lambeth missing briefing",
        "type": "missing briefing",
        "weekdays": "0",
        "every": "1",
        "starts": "9:30am",
        "minutes": "30",
        "first_on-day": "23",
        "first_on-month": "11",
        "first_on-year": "2026",
        "last_on-day": "1",
        "last_on-month": "2",
        "last_on-year": "2027",
        "link": "https://meet.example/r/9",
        "home": "AS",
        "unit-1": social_care["code"],
        "capacity-1": "chair",
        "unit-2": social_care["code"],
        "capacity-2": "social worker",
        "quorum": "home police",
    } | change


class TestWhoMayEnter:
    @pytest.mark.parametrize("path", ["/series", "/series/new", "/series/{0}", "/series/{0}/change"])
    async def test_nobody_who_is_not_signed_in_sees_anything(
        self, stranger: Browser, now: datetime, letterhead: Letterhead, path: str
    ) -> None:
        series = await panel(now, letterhead)
        answer = await stranger.get(path.format(series.reference))
        assert answer.status_code == 303

    async def test_a_series_that_does_not_exist_is_not_found(self, coordinator: Browser) -> None:
        for path in ("/series/SE-NOSUCH", "/series/SE-NOSUCH/change", "/series/SE-NOSUCH/units"):
            assert (await coordinator.get(path)).status_code == 404


class TestSettingUp:
    async def test_is_checked_before_anything_is_sent(self, coordinator: Browser) -> None:
        text = words(await coordinator.send_form("/series/new", **await new_series()))
        assert "Every Monday at 9:30am, for 30 minutes" in text
        assert "10 in all, none on a bank holiday" in text
        assert "as chair and social worker" in text
        assert not await Series.exists()

    async def test_on_send_the_invitations_are_on_their_way(self, coordinator: Browser) -> None:
        answer = await coordinator.send_form("/series/new", step="send", **await new_series())
        assert answer.status_code == 303
        text = words(await coordinator.get(answer.headers["location"]))
        assert "its invitations are on their way" in text
        assert "10 dates to come" in text
        series = await Series.objects().first()
        assert series is not None
        assert len(await posted(series)) == 2
        assert series.title in words(await coordinator.get("/series"))

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"title": ""}, "Enter what the series is called"),
            ({"weekdays": ""}, "Choose at least one day of the week"),
            ({"starts": "10"}, "Enter a time, like 10am, 2:30pm or 14:30"),
            ({"last_on-year": "2029"}, "A series lasts a year at most"),
            ({"link": ""}, "Give a place, or a link to join online"),
            ({"capacity-2": ""}, "Choose in which capacity the unit is asked"),
            ({"unit-2": ""}, "Choose the unit that is asked in this capacity"),
            ({"home": "NOSUCH"}, "Choose units of the directory"),
        ],
    )
    async def test_a_mistake_is_shown_and_what_was_filled_in_stays(
        self, coordinator: Browser, change: dict[str, str], said: str
    ) -> None:
        answer = await coordinator.send_form("/series/new", **await new_series(**change))
        assert answer.status_code == 400
        assert said in words(answer)
        assert 'value="30"' in answer.text

    async def test_change_brings_the_form_back_as_it_was(self, coordinator: Browser) -> None:
        answer = await coordinator.send_form("/series/new", step="change", **await new_series())
        assert 'value="Lambeth missing briefing"' in answer.text


class TestTheSeries:
    async def test_shows_who_answered_which_date(
        self, coordinator: Browser, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        first, second, third, *_ = await dates(series)
        row = await Invitation.objects().where(Invitation.meeting == second.id).first()
        assert row is not None
        await record_by_hand(row.id, "DECLINED", by=BY, now=now)
        await calling_off.call_off(
            first.reference,
            asked_by="police",
            reason="police could not attend",
            by=BY,
            now=now,
            letterhead=letterhead,
        )
        when = When(third.starts_at + timedelta(days=1), 60, "", series.link)
        await scheduling.move(third.reference, when, by=BY, now=now, letterhead=letterhead)
        text = words(await coordinator.get(f"/series/{series.reference}"))
        assert "19 dates to come" in text
        assert "Called off" in text
        assert "1 of 19 dates" in text
        assert "0 of 19 dates" in text
        assert "Moved from Tuesday 8 December 2026 at 9:30am" in text
        assert "Series set up" in text

    async def test_is_listed_once_among_the_coming_meetings(
        self, coordinator: Browser, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        listed = await coordinator.get("/meetings")
        assert len(re.findall(r'href="/meetings/SM-\w+"', listed.text)) == 1
        assert f"/series/{series.reference}" in listed.text

    async def test_gets_another_time(self, coordinator: Browser, now: datetime, letterhead: Letterhead) -> None:
        series = await panel(now, letterhead)
        page = f"/series/{series.reference}/change"
        assert 'value="09:30"' in (await coordinator.get(page)).text
        fields = {
            "weekdays": "1",
            "every": "1",
            "starts": "10am",
            "minutes": "60",
            "last_on-day": "6",
            "last_on-month": "4",
            "last_on-year": "2027",
            "link": series.link,
        }
        answer = await coordinator.send_form(page, **fields)
        assert answer.headers["location"].endswith("?done=changed")
        answer = await coordinator.send_form(page, **fields)
        assert answer.headers["location"].endswith("?done=unchanged")
        answer = await coordinator.send_form(page, **(fields | {"minutes": "5"}))
        assert "Each meeting must last from 10 minutes" in words(answer)

    async def test_gains_and_loses_a_unit(self, coordinator: Browser, now: datetime, letterhead: Letterhead) -> None:
        series = await panel(now, letterhead)
        page = f"/series/{series.reference}/units"
        answer = await coordinator.send_form(page, unit="NE", capacities="destination police")
        assert answer.headers["location"].endswith("?done=unit-added")
        assert "already" in words(await coordinator.send_form(page, unit="NE", capacities="chair"))
        answer = await coordinator.send_form(page, act="remove", remove="NE")
        assert answer.headers["location"].endswith("?done=unit-removed")
        assert "Choose the unit to invite" in words(await coordinator.send_form(page))
        assert "Choose the unit that is removed" in words(await coordinator.send_form(page, act="remove"))

    async def test_is_called_off_and_cannot_be_changed_then(
        self, coordinator: Browser, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        page = f"/series/{series.reference}/calling-off"
        assert "Choose who asked" in words(await coordinator.send_form(page))
        answer = await coordinator.send_form(page, asked_by="police", reason="police could not attend")
        assert answer.headers["location"].endswith("?done=called-off")
        assert (await series_of(series.reference)).state == MeetingState.CALLED_OFF
        for part in ("change", "units", "calling-off"):
            answer = await coordinator.get(f"/series/{series.reference}/{part}")
            assert answer.headers["location"].endswith("?done=too-late")
        assert "Called off by police" in words(await coordinator.get(f"/series/{series.reference}"))


class TestOneDate:
    async def test_is_a_meeting_that_names_its_series_and_no_child(
        self, coordinator: Browser, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        first = (await dates(series))[0]
        answer = await coordinator.get(f"/meetings/{first.reference}")
        assert f"One date of {series.reference}" in words(answer)
        assert "Invitation to" in words(answer)
        asked = [name.strip() for name in re.findall(r"<dt[^>]*>([^<]*)</dt>", answer.text)]
        assert asked == ["When", "Join online", "State", "Series", "Convened by", "Answers wanted by"]

    async def test_is_moved_and_called_off_by_itself(
        self, coordinator: Browser, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        first, second, *_ = await dates(series)
        assert "Only this date is changed" in words(await coordinator.get(f"/meetings/{first.reference}/time"))
        answer = await coordinator.send_form(
            f"/meetings/{first.reference}/time",
            minutes="60",
            link=series.link,
            **{"starts-day": "1", "starts-month": "12", "starts-year": "2026", "starts-time": "3pm"},
        )
        assert "Calendars cannot keep two dates of one series on one day" in words(answer)
        answer = await coordinator.send_form(
            f"/meetings/{second.reference}/calling-off", asked_by="police", reason="police could not attend"
        )
        assert answer.headers["location"].endswith("?done=called-off")

    async def test_asks_a_unit_to_this_date_alone_and_sends_for_the_rest_to_the_series(
        self, coordinator: Browser, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        first = (await dates(series))[0]
        page = f"/meetings/{first.reference}/seats"
        text = words(await coordinator.get(page))
        assert "A unit that is added here is asked to this date alone." in text
        assert "Which unit is removed?" not in text
        answer = await coordinator.send_form(page, unit="CN", capacities="home police")
        assert answer.headers["location"] == f"/meetings/{first.reference}?done=seat-added"
        text = words(await coordinator.get(page))
        assert "Which unit is removed?" in text
        assert "Central North" in text
        assert "Central South" not in text.partition("Add a unit")[0]
