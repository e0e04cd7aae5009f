"""From twenty waiting triggers to a planned and sent week, as a coordinator does it."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, expect

from tests.browser import fixed_hour
from tests.browser.conftest import look
from tests.browser.test_whole_journey import fill_moment

pytestmark = pytest.mark.browser
LONDON = ZoneInfo("Europe/London")
BOROUGHS = ("Camden", "Hackney", "Lambeth", "Newham", "Croydon")


async def report(page: Page, number: int) -> None:
    """A looked-after child of one of five boroughs, flagged, some placed in another one, waits for a meeting."""
    await page.goto("/episodes/new")
    await page.fill("[name=child]", f"LCS-PLAN-{number:02d}")
    await fill_moment(page, "started", fixed_hour.now() - timedelta(hours=2 + number))
    await page.select_option("[name=home_place]", label=BOROUGHS[number % 5])
    if number % 3 == 0:
        await page.select_option("[name=host_place]", label=BOROUGHS[(number + 1) % 5])
    await page.get_by_label("Criminal exploitation").check()
    await page.get_by_role("button", name="Record the episode").click()


async def test_twenty_waiting_triggers_become_a_planned_and_sent_week(page: Page) -> None:
    for number in range(20):
        await report(page, number)

    await page.goto("/plan")
    await look(page, "plan-what-waits")
    await page.get_by_role("button", name="Propose times for all").click()
    await page.wait_for_url(re.compile(r"/plan/[0-9a-f-]{36}$"))
    await look(page, "plan-week")
    ours = page.get_by_role("combobox", name=re.compile("Time for LCS-PLAN-"))
    await expect(ours).to_have_count(20)

    first, others = ours.nth(0), [ours.nth(n) for n in range(1, 20)]
    # Its own time, another and none: late in a day, a meeting that is due soon may have one time only.
    second, *_ = [other for other in others if await other.locator("option").count() >= 3]
    left_out = (await first.get_attribute("id") or "").removesuffix("-line")
    await first.select_option("out")
    await second.select_option(index=1)
    await page.fill("[name=link]", "not a link")
    await page.get_by_role("button", name=re.compile(r"^Send \d+ meetings$")).click()
    await expect(page.get_by_text("There is a problem")).to_be_visible()
    await expect(page.locator(f"[id='{left_out}']")).to_have_value("out")
    await look(page, "plan-problems")

    await page.fill("[name=link]", "https://meet.example/{reference}")
    await page.get_by_role("button", name=re.compile(r"^Send \d+ meetings$")).click()
    await page.wait_for_url("**?done=sent")
    await expect(page.get_by_role("alert")).to_contain_text("What could be sent is sent")
    left = page.get_by_role("combobox", name=re.compile("Time for LCS-PLAN-"))
    await expect(left.first).to_be_visible()
    refused = await page.get_by_text("could not be sent").count()  # the other time may be taken by another of the lot
    assert await left.count() == 1 + refused <= 2
    sent = page.get_by_role("listitem").filter(has_text=re.compile("LCS-PLAN-")).filter(has_text="Sent")
    await expect(sent).to_have_count(19 - refused)
    await look(page, "plan-sent")

    reference = await sent.first.get_by_role("link").inner_text()
    await page.goto(f"/meetings/{reference}")
    await expect(page.get_by_role("link", name=f"https://meet.example/{reference}")).to_be_visible()
    await page.goto("/")
    await expect(page.get_by_role("link", name=re.compile("LCS-PLAN-"))).to_have_count(1 + refused)
