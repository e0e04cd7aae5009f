"""A coordinator tells the duty hours of a unit, on a phone."""

import pytest
from playwright.async_api import Page

from tests.browser.conftest import look

pytestmark = pytest.mark.browser


async def test_weekly_hours_are_added_from_a_mistake_to_the_table_of_two_weeks(page: Page) -> None:
    await page.goto("/directory/AS/hours/new/weekly")
    await page.get_by_label("What the team is called").fill("second team")
    saturday = page.get_by_role("group", name="Saturday")
    await saturday.get_by_label("From").fill("10am")
    await page.get_by_role("button", name="Add the hours").click()
    await page.get_by_role("alert").get_by_role("link", name="Enter both times, or leave both empty").wait_for()
    await look(page, "weekly-hours-with-a-mistake")

    await saturday.get_by_label("To").fill("2pm")
    await page.get_by_role("button", name="Add the hours").click()

    await page.get_by_text("The hours were added.").wait_for()
    await page.get_by_role("row", name="second team").wait_for()
    await look(page, "duty-hours-added")


async def test_a_calendar_that_cannot_be_read_says_so_in_plain_words(page: Page) -> None:
    await page.goto("/directory/AW/calendar")
    await page.get_by_label("Address").fill("https://calendar.nowhere.example/secret/of-the-unit.ics")
    await page.get_by_role("button", name="Add the calendar").click()
    warning = page.get_by_text("The calendar could not be read")
    for _ in range(30):
        if await warning.count():
            break
        await page.wait_for_timeout(1000)
        await page.goto("/directory/AW/hours")

    assert "The name of its server is not known." in await warning.inner_text()
    assert "of-the-unit" not in await page.content()
    await look(page, "calendar-not-read")
