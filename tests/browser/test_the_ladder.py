"""A unit that stays silent: the ladder is climbed to its last step by moving the clock, and acknowledged."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.conftest import PHONE, Running, look, opened_letter
from tests.browser.test_changing_a_meeting import set_up

pytestmark = pytest.mark.browser
UNIT, SUPERINTENDENT = "Central North BCU", "superintendent-cn@met-police.example"


@pytest_asyncio.fixture
async def chief(browser: Browser, convene: Running) -> AsyncIterator[Page]:
    """A phone that has signed in nowhere."""
    context = await browser.new_context(viewport=PHONE, base_url=convene.base_url)  # type: ignore[arg-type]  # a plain dict
    context.set_default_timeout(10_000)
    yield await context.new_page()
    await context.close()


async def move_clock_to(page: Page, at: datetime) -> None:
    await page.goto("/mailroom")
    async with page.expect_navigation():
        await page.evaluate(
            """until => {
                const form = document.querySelector('form[action="/mailroom/clock"]');
                const field = document.createElement('input');
                field.name = 'until'; field.value = until;
                form.append(field); form.submit();
            }""",
            at.isoformat(),
        )


async def ladder_row(page: Page, meeting: str, words: str) -> Locator:
    """The unit's row in the chasing part, once it says this."""
    row = page.get_by_role("region", name="Chasing").get_by_role("row").filter(has_text=UNIT).first
    for _ in range(120):
        await page.goto(meeting)
        if await row.count() and words in await row.inner_text():
            return row
        await page.wait_for_timeout(250)
    raise AssertionError(
        f"the ladder does not say {words}: {await row.inner_text() if await row.count() else 'none'}"
    )


async def test_a_silent_unit_is_chased_up_to_the_superintendent_who_acknowledges(page: Page, chief: Page) -> None:
    meeting, starts = await set_up(page, "LCS-BROWSER-31")
    await move_clock_to(page, starts - timedelta(hours=1, minutes=50))  # the time to answer is over
    row = await ladder_row(page, meeting, "Waits")
    await look(page, "ladder-waits")
    for number in (1, 2, 3, 4):
        due = await row.locator("time").last.get_attribute("datetime")
        assert due is not None
        await move_clock_to(page, datetime.fromisoformat(due) + timedelta(seconds=5))
        row = await ladder_row(page, meeting, "Last step taken" if number == 4 else f"Step {number} of 4")
    await look(page, "ladder-last-step")

    letter = page.get_by_role("link", name=re.compile("No answer yet|matters wait for you")).first
    for _ in range(60):
        await page.goto(f"/mailroom?to={SUPERINTENDENT}")
        if await letter.count():
            break
        await page.wait_for_timeout(250)
    await letter.click()
    await look(page, "ladder-letter")
    link = re.search(r"/acknowledge/[0-9a-f]{32}\.[a-z2-7]{26}", await opened_letter(page))
    assert link is not None

    await chief.goto(link[0])
    await look(chief, "acknowledge")
    await chief.get_by_label("Who has it in hand?").fill("Superintendent's staff officer")
    await chief.get_by_role("button", name=re.compile("in hand")).click()
    await expect(chief.get_by_text("It is recorded that you have this in hand.")).to_be_visible()
    await look(chief, "acknowledged")

    await ladder_row(page, meeting, "by Superintendent's staff officer")
    await look(page, "ladder-acknowledged")
    await page.goto("/ladders")
    await look(page, "ladders")
