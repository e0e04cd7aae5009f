"""The pages on which all that waits is planned: proposed, looked at, changed and sent."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from itertools import product
from uuid import uuid4

import httpx
import pytest

from meetings.plan_tables import KeptPlan
from meetings.tables import Meeting
from notifications.tables import OutboundMail
from tests.attendance.reading_pages import words
from tests.browsing import Browser
from tests.meetings.waiting_children import child_waiting

pytestmark = pytest.mark.usefixtures("rolled_back", "london")
LINK = "https://meet.example/{reference}"


async def proposed(coordinator: Browser, now: datetime, number: int = 3) -> str:
    """The address of a plan for so many children."""
    for _ in range(number):
        await child_waiting(now, rules=("OPEN72",), due_in=54)
    answer = await coordinator.send_form("/plan", minutes="60")
    assert answer.status_code == 303
    return str(answer.headers["location"])


def chosen(page: httpx.Response) -> dict[str, str]:
    """The times that the page's form would send, untouched."""
    selects = re.findall(r'<select[^>]* name="(time-[^"]+)".*?</select>', page.text, re.DOTALL)
    found = {}
    for name in selects:
        whole = page.text[page.text.index(f'name="{name}"') :].partition("</select>")[0]
        value = re.search(r'<option value="([^"]*)" selected', whole)
        assert value, f"{name} has a time chosen"
        found[name] = unescape(value[1])
    return found


async def test_opening_the_page_plans_nothing_and_says_how_many_wait(coordinator: Browser, now: datetime) -> None:
    await child_waiting(now)
    text = words(await coordinator.get("/plan"))
    assert "1 child waits for a meeting." in text
    assert await KeptPlan.count() == 0
    assert await Meeting.count() == 0


async def test_where_nothing_waits_the_page_says_so(coordinator: Browser, now: datetime) -> None:
    assert "Nothing waits." in words(await coordinator.get("/plan"))


async def test_the_week_shows_each_meeting_with_its_time_and_who_can_come(
    coordinator: Browser, now: datetime
) -> None:
    week = await coordinator.get(await proposed(coordinator, now))
    text = words(week)
    assert "3 to send" in text
    assert text.count("(proposed)") == 3
    assert "Thursday 19 November 2026 3 meetings 10am to 11am" in text
    assert "Not known: everybody who must be there" in text
    assert "Asked: Central South BCU, Lambeth social care, Lambeth health team" in text
    assert len(chosen(week)) == 3


async def test_the_lot_is_sent_as_it_was_seen(coordinator: Browser, now: datetime) -> None:
    address = await proposed(coordinator, now)
    seen = chosen(await coordinator.get(address))
    answer = await coordinator.send_form(address, step="send", link=LINK, **seen)
    assert answer.headers["location"] == f"{address}?done=sent"
    meetings = await Meeting.objects()
    assert sorted(m.starts_at for m in meetings) == sorted(datetime.fromisoformat(at) for at in seen.values())
    assert all(m.link == LINK.replace("{reference}", m.reference) for m in meetings)
    after = words(await coordinator.get(answer.headers["location"]))
    assert "3 sent" in after
    assert "Nothing of this plan is left to send." in after


async def test_changes_are_kept_without_sending(coordinator: Browser, now: datetime) -> None:
    address = await proposed(coordinator, now)
    seen = chosen(await coordinator.get(address))
    name = next(iter(seen))
    await coordinator.send_form(address, step="keep", link=LINK, **(seen | {name: "out"}))
    after = await coordinator.get(address)
    assert "2 to send" in words(after)
    assert "1 left out" in words(after)
    assert chosen(after)[name] == "out"
    assert await Meeting.count() == 0
    assert "Go on with the plan of" in words(await coordinator.get("/plan"))


async def test_two_at_one_time_are_pointed_out_and_nothing_is_sent(coordinator: Browser, now: datetime) -> None:
    address = await proposed(coordinator, now, 2)
    page = await coordinator.get(address)
    both = chosen(page)
    offered = [
        re.findall(
            r'<option value="(2[^"]+)"', page.text[page.text.index(f'name="{name}"') :].partition("</select>")[0]
        )
        for name in both
    ]
    clash = next(pair for pair in product(*offered) if apart(*pair) < timedelta(minutes=60))
    refused = await coordinator.send_form(address, step="send", link=LINK, **dict(zip(both, clash, strict=True)))
    assert refused.status_code == 400
    assert "Central South" in words(refused)
    assert "at the same time. Choose another time." in words(refused)
    assert await Meeting.count() == 0


def apart(one: str, other: str) -> timedelta:
    return abs(datetime.fromisoformat(one) - datetime.fromisoformat(other))


async def test_without_a_link_the_page_asks_for_it_and_keeps_what_was_chosen(
    coordinator: Browser, now: datetime
) -> None:
    address = await proposed(coordinator, now)
    seen = chosen(await coordinator.get(address))
    name = next(iter(seen))
    refused = await coordinator.send_form(address, step="send", link="", **(seen | {name: "out"}))
    assert refused.status_code == 400
    assert "Give a place, or a link to join online." in words(refused)
    assert chosen(refused)[name] == "out"
    assert await OutboundMail.count().where(OutboundMail.kind == "request") == 0


async def test_what_no_page_of_ours_sends_is_refused(coordinator: Browser, now: datetime) -> None:
    address = await proposed(coordinator, now, 1)
    name = next(iter(chosen(await coordinator.get(address))))
    for forged in ("tomorrow", "2026-11-19T10:07:00+00:00"):
        refused = await coordinator.send_form(address, step="send", link=LINK, **{name: forged})
        assert refused.status_code == 400
        assert "Choose one of the times that the plan offers." in words(refused)


async def test_a_plan_that_is_no_more_is_not_found(coordinator: Browser) -> None:
    assert (await coordinator.get(f"/plan/{uuid4()}")).status_code == 404


async def test_a_stranger_sees_no_plan(coordinator: Browser, stranger: Browser, now: datetime) -> None:
    address = await proposed(coordinator, now, 1)
    stranger.cookies.clear()
    assert (await stranger.get(address)).status_code in (303, 401, 403)
