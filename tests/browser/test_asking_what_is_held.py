"""A manager writes a request down, the worker answers it, and the answer is taken away."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import look

pytestmark = pytest.mark.browser


async def ask(page: Page, wish: str, subject: str, stands: str) -> None:
    """The request is written down, and the worker has looked it up."""
    await page.goto("/requests")
    await page.get_by_label(wish).check()
    await page.get_by_label("The child’s reference, or the person’s address").fill(subject)
    await page.get_by_label("Whose numbering is the reference?").fill("E09000022")
    await page.get_by_label("Who asks?").select_option("The person concerned")
    await page.get_by_label("Why, or by which request of theirs").fill("Letter of 3 November")
    await page.get_by_role("button", name="Write it down").click()
    await page.wait_for_url(re.compile(r"/requests/PR-\w+\?done=asked$"))
    for _ in range(60):
        if await page.get_by_text(stands, exact=True).count():
            return
        await page.wait_for_timeout(1000)
        await page.reload()
    await expect(page.get_by_text(stands, exact=True)).to_be_visible()


async def test_what_is_held_about_an_account_is_answered(page: Page) -> None:
    await ask(page, "What is held about a person", "coordinator@convene.example", "Done")
    await look(page, "request-answered")
    async with page.expect_download() as coming:
        await page.get_by_role("button", name="Download the answer").click()
    assert (await (await coming.value).path()).read_bytes().startswith(b"PK")


async def test_a_child_that_is_not_known_is_said_to_be_nobodys(page: Page) -> None:
    await ask(page, "That a child be forgotten", "NO-SUCH-77", "Refused")
    await look(page, "request-refused")
    await page.goto("/requests")
    await look(page, "requests-listed")
