"""From a new trigger to sent invitations in three page loads, and what stands in the way of sending blindly."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape

import httpx
import pytest

from meetings import setting_up
from meetings.letters import Letterhead
from meetings.tables import Invitation, Meeting
from meetings.waiting import list_waiting
from notifications.tables import OutboundMail
from tests.attendance.reading_pages import words
from tests.browsing import Browser
from tests.meetings.waiting_children import BY, child_waiting, tomorrow, units_of
from web.viewer import MACHINE

pytestmark = pytest.mark.usefixtures("rolled_back", "london")
NEWHAM = "E09000025"
LINK = "https://meet.example/r/7"


def first_form(page: httpx.Response) -> dict[str, str | list[str]]:
    """The form of the proposed times as a browser would send it, untouched."""
    form = page.text[page.text.index("/proposal") :].partition("</form>")[0]
    chosen = re.search(r'name="slot" value="([^"]+)"[^>]* checked', form)
    assert chosen, "one of the times is chosen already"
    fields: dict[str, str | list[str]] = {"slot": unescape(chosen[1])}
    for name in ("_csrf_token", "minutes", "join_link", "join_place"):
        found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', form)
        fields |= {name: unescape(found[1])} if found else {}
    return fields | {"asked": re.findall(r'name="asked" value="([^"]+)"', form)}


async def test_three_page_loads_lead_from_a_new_trigger_to_invitations_on_their_way(
    coordinator: Browser, now: datetime
) -> None:
    child = await child_waiting(now, host=NEWHAM)
    loads = []

    loads.append(await coordinator.get("/"))
    assert f'href="/waiting/{child}"' in loads[0].text
    loads.append(await coordinator.get(f"/waiting/{child}"))
    sent = await coordinator.post(f"/waiting/{child}/proposal", data=first_form(loads[1]))
    assert sent.status_code == 303
    loads.append(await coordinator.get(sent.headers["location"]))

    assert len(loads) == 3
    assert all(load.status_code == 200 for load in loads)
    assert "invitations are on their way" in words(loads[2])
    meeting = await Meeting.objects().first()
    assert meeting is not None
    assert now < meeting.starts_at <= meeting.due_at
    asked = await Invitation.count().where(Invitation.meeting == meeting.id)
    assert asked >= 5
    assert await OutboundMail.count().where(OutboundMail.kind == "request") == asked
    assert await list_waiting(MACHINE) == []


async def test_the_page_says_of_each_time_who_can_come_what_is_missing_and_why_none_is_better(
    coordinator: Browser, now: datetime, letterhead: Letterhead
) -> None:
    other = await child_waiting(now, host=NEWHAM)
    when = tomorrow(now, starts_at=now + timedelta(hours=23))
    await setting_up.set_up(
        other, when, await units_of(other, now), by=BY, now=now, letterhead=letterhead, viewer=MACHINE
    )
    text = words(await coordinator.get(f"/waiting/{await child_waiting(now, host=NEWHAM)}"))
    assert "Proposed times" in text
    assert "Not known: everybody who must be there" in text
    assert "Quorum if all come" in text
    assert re.search(r"\d+ hours’ notice", text)
    assert "No time before the deadline suits both police units: it is not known when" in text


async def test_the_link_of_the_last_meeting_is_filled_in_and_another_coordinators_is_not(
    coordinator: Browser, now: datetime, letterhead: Letterhead
) -> None:
    for by, link in ((BY, "https://meet.example/theirs"), ("", LINK)):
        child = await child_waiting(now)
        if by:
            when = tomorrow(now, link=link)
            await setting_up.set_up(
                child, when, await units_of(child, now), by=by, now=now, letterhead=letterhead, viewer=MACHINE
            )
        else:
            fields = first_form(await coordinator.get(f"/waiting/{child}")) | {"join_link": link}
            await coordinator.post(f"/waiting/{child}/proposal", data=fields)
    page = await coordinator.get(f"/waiting/{await child_waiting(now)}")
    assert first_form(page)["join_link"] == LINK


async def test_where_no_link_is_known_the_page_asks_for_it_and_nothing_is_sent_without(
    coordinator: Browser, now: datetime
) -> None:
    child = await child_waiting(now)
    fields = first_form(await coordinator.get(f"/waiting/{child}")) | {"join_link": ""}
    refused = await coordinator.post(f"/waiting/{child}/proposal", data=fields)
    assert refused.status_code == 400
    assert "Give a place, or a link to join online" in words(refused)
    assert not await Meeting.exists()
    assert first_form(refused)["slot"] == fields["slot"], "what was chosen is kept"


async def test_a_unit_that_was_taken_while_she_looked_is_named_and_nothing_is_sent(
    coordinator: Browser, now: datetime, letterhead: Letterhead
) -> None:
    child, other = await child_waiting(now), await child_waiting(now)
    fields = first_form(await coordinator.get(f"/waiting/{child}"))
    starts_at = datetime.fromisoformat(str(fields["slot"]).partition(" ")[0])
    when = tomorrow(now, starts_at=starts_at)
    await setting_up.set_up(
        other, when, await units_of(other, now), by=BY, now=now, letterhead=letterhead, viewer=MACHINE
    )
    refused = await coordinator.post(f"/waiting/{child}/proposal", data=fields)
    assert refused.status_code == 400
    assert "the time has become worse for" in words(refused)
    assert await Meeting.count() == 1
    assert first_form(refused)["slot"] != fields["slot"]


@pytest.mark.parametrize(
    "slot",
    [
        "",
        "soon",
        "2026-11-19T10:00:00 ff",
        "2026-11-17T10:00:00+00:00 uuuuuu",
        "0001-01-01T00:00:00+00:00 f",
        "9999-12-31T23:59:59+00:00 f",
    ],
)
async def test_a_time_that_no_page_offered_is_refused(coordinator: Browser, now: datetime, slot: str) -> None:
    child = await child_waiting(now)
    fields = first_form(await coordinator.get(f"/waiting/{child}")) | {"slot": slot}
    assert (await coordinator.post(f"/waiting/{child}/proposal", data=fields)).status_code == 400
    assert not await Meeting.exists()


@pytest.mark.parametrize("minutes", ["", "5", "481", "99999999999999999"])
async def test_a_length_that_no_page_offered_is_refused(coordinator: Browser, now: datetime, minutes: str) -> None:
    child = await child_waiting(now)
    fields = first_form(await coordinator.get(f"/waiting/{child}")) | {"minutes": minutes}
    refused = await coordinator.post(f"/waiting/{child}/proposal", data=fields)
    assert refused.status_code == 400
    assert "Choose how long the meeting lasts" in words(refused)
    assert not await Meeting.exists()


async def test_a_time_chosen_by_hand_is_weighed_on_the_check_page(
    coordinator: Browser, now: datetime, letterhead: Letterhead
) -> None:
    other = await child_waiting(now)
    when = tomorrow(now, starts_at=now + timedelta(hours=5))
    await setting_up.set_up(
        other, when, await units_of(other, now), by=BY, now=now, letterhead=letterhead, viewer=MACHINE
    )
    child = await child_waiting(now)
    units = [str(unit) for unit in await units_of(child, now)]
    fields = {
        "starts-day": "18", "starts-month": "11", "starts-year": "2026", "starts-time": "3pm", "minutes": "60",
        "link": LINK, "seats": units, "step": "check",
    }  # fmt: skip
    text = words(await coordinator.send_form(f"/waiting/{child}", **fields))  # type: ignore[arg-type]  # a list too
    assert "Who can come then" in text
    assert "Without police" in text
    assert "Taken: everybody who must be there" in text
    assert "5 hours’ notice" in text


async def test_times_are_proposed_for_half_an_hour_too(coordinator: Browser, now: datetime) -> None:
    child = await child_waiting(now)
    page = await coordinator.get(f"/waiting/{child}?minutes=30")
    assert "For 30 minutes." in words(page)
    await coordinator.post(f"/waiting/{child}/proposal", data=first_form(page))
    meeting = await Meeting.objects().first()
    assert meeting is not None
    assert meeting.ends_at - meeting.starts_at == timedelta(minutes=30)


async def test_looking_at_the_times_sends_nothing(coordinator: Browser, now: datetime) -> None:
    child = await child_waiting(now)
    await coordinator.get(f"/waiting/{child}")
    assert not await Meeting.exists()
    assert not await OutboundMail.exists()
