"""From a new trigger to sent invitations in three page loads, at a desk and on a phone."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, expect

from tests.browser import fixed_hour
from tests.browser.conftest import DESKTOP, PHONE, look
from tests.browser.test_whole_journey import fill_moment, report_a_child

pytestmark = pytest.mark.browser


def pages_loaded(page: Page) -> list[str]:
    """The addresses that the page shows from now on, one for each load."""
    loads: list[str] = []
    page.on("framenavigated", lambda frame: loads.append(frame.url) if frame == page.main_frame else None)
    return loads


@pytest.mark.parametrize("width", [DESKTOP, PHONE], ids=["desk", "phone"])
async def test_the_first_proposal_is_sent_in_three_page_loads(page: Page, width: dict[str, int]) -> None:
    child = f"LCS-FIRST-{width['width']}"
    await report_a_child(page, child, fixed_hour.now())
    await page.set_viewport_size(width)  # type: ignore[arg-type]  # a plain dict
    loads = pages_loaded(page)

    await page.goto("/")
    await page.get_by_role("link", name=re.compile(child)).click()
    await page.get_by_role("button", name="Send invitations").click()
    await expect(page.get_by_text("invitations are on their way")).to_be_visible()

    assert len(loads) == 3, loads
    assert re.search(r"/meetings/SM-", loads[-1])
    await look(page, "meeting-just-sent")


async def test_the_times_are_read_at_a_glance_and_one_may_be_chosen_by_hand(page: Page) -> None:
    now = fixed_hour.now()
    await report_a_child(page, "LCS-GLANCE-1", now)
    await page.goto("/")
    await page.get_by_role("link", name=re.compile("LCS-GLANCE-1")).click()
    await expect(page.get_by_role("group", name="Proposed times").get_by_role("radio").first).to_be_checked()
    await look(page, "proposed-times")
    first = await page.get_by_role("group", name="Proposed times").get_by_role("radio").first.input_value()
    await fill_moment(page, "starts", datetime.fromisoformat(first.split()[0]).astimezone(ZoneInfo("Europe/London")))
    await page.get_by_role("button", name="Check and send").click()
    await expect(page.get_by_role("heading", name="Who can come then")).to_be_visible()
    await look(page, "check-by-hand")
    await page.get_by_role("button", name="Send invitations").click()
    await page.wait_for_url(re.compile(r"/meetings/SM-"))
    await page.goto(page.url.partition("?")[0] + "/time")
    await look(page, "another-time")
