"""A weekly panel from setting it up to one date moved and one called off."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, expect

from tests.browser import fixed_hour
from tests.browser.conftest import look
from tests.browser.test_changing_a_meeting import done

pytestmark = pytest.mark.browser
LONDON = ZoneInfo("Europe/London")


async def fill_day(page: Page, name: str, day: datetime) -> None:
    for part, value in (("day", day.day), ("month", day.month), ("year", day.year)):
        await page.fill(f"[name={name}-{part}]", str(value))


async def set_up(page: Page) -> str:
    """The address of a new weekly panel that begins next week."""
    today = fixed_hour.now()
    await page.goto("/series/new")
    await page.fill("[name=title]", "Camden weekly panel")
    await page.get_by_label("Panel", exact=True).check()
    await page.get_by_label("Tuesday").check()
    await page.fill("[name=starts]", "9:30am")
    await fill_day(page, "first_on", today + timedelta(days=7))
    await fill_day(page, "last_on", today + timedelta(days=120))
    await page.fill("[name=link]", "https://meet.example/r/7")
    await page.select_option("[name=home]", label="Central North BCU")
    await page.select_option("[name=unit-1]", index=5)
    await page.select_option("[name=capacity-1]", "chair")
    await page.get_by_role("button", name="Check").click()
    await expect(page.get_by_role("heading", name="Check and send")).to_be_visible()
    await look(page, "series-check")
    await page.get_by_role("button", name="Send the invitations").click()
    await page.wait_for_url(re.compile(r"/series/SE-"))
    return page.url.split("?")[0]


async def test_a_panel_is_set_up_and_its_dates_go_their_own_ways(page: Page) -> None:
    series = await set_up(page)
    await done(page, "its invitations are on their way")

    await page.get_by_role("link", name=re.compile("^Move ")).nth(1).click()
    await page.fill("[name=starts-time]", "2pm")
    await page.get_by_role("button", name="Send the change").click()
    await done(page, "everybody invited is being told")
    await look(page, "series-date")

    await page.goto(series)
    await page.get_by_role("link", name=re.compile("^Call off ")).nth(2).click()
    await page.get_by_label("Police", exact=True).check()
    await page.get_by_label("Police could not attend").check()
    await page.get_by_role("button", name="Call the meeting off").click()
    await page.goto(series)
    await expect(page.get_by_text("Moved", exact=True)).to_be_visible()
    await look(page, "series")

    for part in ("change", "units", "calling-off"):
        await page.goto(f"{series}/{part}")
        await look(page, f"series-{part}")
