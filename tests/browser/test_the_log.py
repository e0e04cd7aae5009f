"""A manager reads the log of a meeting and of a person; emergency access is taken, used and ended."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Running, look

pytestmark = pytest.mark.browser


async def test_the_log_of_a_meeting_is_one_step_from_its_page(page: Page) -> None:
    await page.goto("/meetings")
    coming = page.get_by_role("region", name="Coming").get_by_role("link", name=re.compile("^SM-")).first
    await coming.click()
    await page.get_by_role("link", name="Who changed and opened what").click()
    await expect(page.get_by_role("row").filter(has_text="Opened the meeting").first).to_be_visible()
    await look(page, "log-of-a-meeting")


async def test_the_log_of_a_child_for_whom_nothing_was_convened_is_one_step_from_what_waits(page: Page) -> None:
    await page.goto("/")
    await page.get_by_role("list", name="Children waiting for a meeting").get_by_role("link").first.click()
    await page.get_by_role("link", name="Who changed and opened what").click()
    await page.wait_for_url("**/log/children/*")
    await expect(page.get_by_role("row").filter(has_text="Opened what waits for a child").first).to_be_visible()
    await expect(page.get_by_role("row").filter(has_text="Rules called for a meeting").first).to_be_visible()
    await look(page, "log-of-a-child")


async def test_the_log_of_a_person_is_found_by_their_role(page: Page) -> None:
    await page.goto("/log")
    mine = page.get_by_label("Person").locator("option").nth(1)
    await page.get_by_label("Person").select_option(str(await mine.get_attribute("value")))
    await page.get_by_role("button", name="Show the person’s log").click()
    await page.wait_for_url("**/log/people/*")
    await look(page, "log-of-a-person")


async def test_emergency_access_is_refused_without_a_reason_taken_with_one_and_ended(page: Page) -> None:
    await page.goto("/meetings")
    coming = page.get_by_role("region", name="Coming").get_by_role("link", name=re.compile("^SM-")).first
    reference = await coming.inner_text()
    await page.goto("/break-glass")
    await page.get_by_label("Which case?").fill(reference)
    await page.get_by_label("2 hours").check()
    await page.get_by_role("button", name="Take emergency access").click()
    await expect(page.get_by_role("alert")).to_contain_text("Say why you need it now")
    await look(page, "emergency-access-refused")
    await page.get_by_label("Why do you need it now?").fill("The child was seen, and our officers are there.")
    await page.get_by_role("button", name="Take emergency access").click()
    await expect(page.get_by_role("heading", name=f"If there is a case {reference}")).to_be_visible()
    await look(page, "emergency-access-taken")
    await page.get_by_role("button", name="Open the case").click()
    await page.wait_for_url(f"**/meetings/{reference}")
    await page.goto("/break-glass")
    await look(page, "emergency-access-lasting")
    await page.get_by_role("button", name="End it now").click()
    await page.wait_for_url("**/break-glass?done=ended")


async def test_a_manager_reviews_the_emergency_access_of_somebody_else(
    page: Page, browser: Browser, convene: Running
) -> None:
    context = await browser.new_context(base_url=convene.base_url)
    coordinator = await context.new_page()
    await coordinator.goto(convene.links["Missing coordinator, Lambeth"])
    await coordinator.get_by_role("button", name="Sign in").click()
    await coordinator.wait_for_url("**/")
    await coordinator.goto("/break-glass")
    await coordinator.get_by_label("Which case?").fill("SM-NOSUCH")
    await coordinator.get_by_label("Why do you need it now?").fill("A colleague read the reference out to me.")
    await coordinator.get_by_role("button", name="Take emergency access").click()
    await expect(coordinator.get_by_role("heading", name="If there is a case SM-NOSUCH")).to_be_visible()
    await context.close()

    await page.goto("/break-glass/review")
    await look(page, "emergency-access-to-review")
    await page.get_by_role("link", name=re.compile("^Review")).first.click()
    await look(page, "emergency-access-review")
    await page.get_by_role("radio").first.check()
    await page.get_by_role("button", name="Record the review").click()
    await page.wait_for_url("**/break-glass/review?done=reviewed")
