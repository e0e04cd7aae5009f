"""A rule is changed for one authority, after a look at what that would have meant, and its own rule ended again."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, expect

from tests.browser import fixed_hour
from tests.browser.conftest import look

pytestmark = pytest.mark.browser
LONDON = ZoneInfo("Europe/London")


async def fill_day(page: Page, name: str, days: int) -> None:
    day = fixed_hour.now() + timedelta(days=days)
    for part, value in (("day", day.day), ("month", day.month), ("year", day.year)):
        await page.fill(f"[name={name}-{part}]:visible", str(value))


async def test_a_rule_is_changed_for_one_authority_and_its_own_rule_ended(page: Page) -> None:
    await page.goto("/rules")
    await expect(page.get_by_text("each authority must confirm its own before going live")).to_be_visible()
    await page.get_by_role("link", name="Third or later episode within 90 days").click()
    await look(page, "rule")
    await page.get_by_label("Give an authority a rule of its own").select_option(label="Lambeth")
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("heading", name="Change the rule for Lambeth")).to_be_visible()
    await look(page, "rule-change")

    await page.fill("[name=days]", "")
    await page.get_by_role("button", name="See what it would have meant").click()
    await expect(page.get_by_text("There is a problem")).to_be_visible()
    await look(page, "rule-change-problems")

    await page.fill("[name=count]", "2")
    await page.fill("[name=days]", "42")
    await page.get_by_label("Hold the meeting within").fill("3")
    await fill_day(page, "from_day", 1)
    await page.fill("[name=reason]", "Agreed by the safeguarding partnership on 12 November 2026")
    await page.get_by_role("button", name="See what it would have meant").click()
    await expect(page.get_by_role("heading", name="What the change would have meant")).to_be_visible()
    await expect(page.get_by_text("Over the last 90 days the present rule called for a meeting")).to_be_visible()
    await look(page, "rule-check")
    await page.get_by_role("button", name="Go back and alter it").click()
    await expect(page.locator("[name=days]")).to_have_value("42")
    await page.get_by_role("button", name="See what it would have meant").click()
    await page.get_by_role("button", name="Change the rule").click()
    await expect(page.get_by_role("alert")).to_contain_text("The rule is changed")
    await look(page, "rule-changed")

    await page.goto("/rules")
    await expect(page.get_by_text("second or later episode within 42 days")).to_be_visible()
    await look(page, "rules-with-an-own")
    await page.goto("/rules/REPEAT")
    await page.get_by_text("End the rule of Lambeth").click()
    await fill_day(page, "from_day", 2)
    await page.locator("[name=reason]:visible").fill("Lambeth follows the general rule again")
    await page.get_by_role("button", name="End it").click()
    await expect(page.get_by_role("alert")).to_contain_text("own rule ends")
    await expect(page.get_by_text(re.compile("Lambeth: its own rule ends"))).to_be_visible()


async def test_what_a_general_change_would_have_meant_is_shown_for_every_home_unit(page: Page) -> None:
    await page.goto("/rules/FIRST/change")
    await page.get_by_role("radio", name="On", exact=True).check()
    await fill_day(page, "from_day", 1)
    await page.fill("[name=reason]", "To see what it would mean")
    await page.get_by_role("button", name="See what it would have meant").click()
    await expect(page.get_by_role("region", name="By home police unit")).to_be_visible()
    await look(page, "rule-check-by-unit")
