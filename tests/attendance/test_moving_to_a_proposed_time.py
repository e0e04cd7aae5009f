"""A meeting that stands is offered other times, by what is known of its units, itself left out."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape

import httpx
import pytest

from meetings import setting_up
from meetings.letters import Letterhead
from meetings.tables import Meeting
from tests.attendance.reading_pages import words
from tests.browsing import Browser
from tests.meetings.series_set_up import dates, panel
from tests.meetings.waiting_children import BY, child_waiting, tomorrow, units_of
from web.viewer import MACHINE

pytestmark = pytest.mark.usefixtures("rolled_back", "london")


async def standing(now: datetime, letterhead: Letterhead, *, hours: int = 20) -> Meeting:
    child = await child_waiting(now)
    when = tomorrow(now, starts_at=now + timedelta(hours=hours), place="Town hall")
    reference = await setting_up.set_up(
        child, when, await units_of(child, now), by=BY, now=now, letterhead=letterhead, viewer=MACHINE
    )
    return await found(reference)


async def found(reference: str) -> Meeting:
    meeting = await Meeting.objects().where(Meeting.reference == reference).first()
    assert meeting is not None
    return meeting


def offered(page: httpx.Response) -> list[str]:
    return [unescape(value) for value in re.findall(r'name="slot" value="([^"]+)"', page.text)]


async def test_its_present_time_is_weighed_and_never_offered_again(
    coordinator: Browser, now: datetime, letterhead: Letterhead
) -> None:
    meeting = await standing(now, letterhead, hours=24)
    page = await coordinator.get(f"/meetings/{meeting.reference}/time")
    assert "As planned: Thursday 19 November, 10am to 11am" in words(page)
    assert "Not known: everybody who must be there" in words(page), "it is not in its own way"
    assert offered(page)
    assert meeting.starts_at.isoformat() not in {value.partition(" ")[0] for value in offered(page)}


async def test_it_moves_to_the_time_that_was_chosen_and_keeps_its_place_and_length(
    coordinator: Browser, now: datetime, letterhead: Letterhead
) -> None:
    meeting = await standing(now, letterhead)
    page = f"/meetings/{meeting.reference}/time"
    slot = offered(await coordinator.get(page))[0]
    answer = await coordinator.send_form(page, step="propose", slot=slot)
    assert answer.headers["location"].endswith("?done=moved")
    moved = await found(meeting.reference)
    assert moved.starts_at.isoformat() == slot.partition(" ")[0]
    assert (moved.place, moved.link) == ("Town hall", "https://meet.example/r/42")
    assert moved.ends_at - moved.starts_at == timedelta(hours=1)


async def test_a_time_at_which_somebody_was_taken_meanwhile_is_refused_and_said(
    coordinator: Browser, now: datetime, letterhead: Letterhead
) -> None:
    meeting = await standing(now, letterhead)
    page = f"/meetings/{meeting.reference}/time"
    slot = offered(await coordinator.get(page))[0]
    when = tomorrow(now, starts_at=datetime.fromisoformat(slot.partition(" ")[0]))
    other = await child_waiting(now)
    await setting_up.set_up(
        other, when, await units_of(other, now), by=BY, now=now, letterhead=letterhead, viewer=MACHINE
    )
    refused = await coordinator.send_form(page, step="propose", slot=slot)
    assert refused.status_code == 400
    assert "the time has become worse for" in words(refused)
    assert (await found(meeting.reference)).starts_at == meeting.starts_at


async def test_a_date_of_a_series_is_offered_no_other_times(
    coordinator: Browser, now: datetime, letterhead: Letterhead
) -> None:
    date = (await dates(await panel(now, letterhead)))[0]
    page = await coordinator.get(f"/meetings/{date.reference}/time")
    assert page.status_code == 200
    assert offered(page) == []
