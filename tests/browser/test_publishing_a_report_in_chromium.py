"""Two officers draft, approve and release a report, and check its file, in a browser."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page

from tests.browser.conftest import look

pytestmark = pytest.mark.browser


async def test_a_report_is_drafted_approved_and_its_file_checked(page: Page) -> None:
    await page.goto("/reports/publications")
    months = await page.get_by_label("Period").locator("option").all_inner_texts()
    month = next(text for text in months if re.fullmatch(r"[A-Z]\w+ 20\d\d", text))
    await page.get_by_label("Period").select_option(month)
    await page.get_by_label("Draft it even while registers are open").check()
    await page.get_by_role("button", name="Draft the report").click()
    await page.wait_for_url("**?done=drafted")
    assert await page.get_by_text("This is a draft and not published.").count()
    await look(page, "publication-drafted")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="The draft as a file (JSON)").click()
    file = await (await download.value).path()
    await page.get_by_label("What do you vouch for?").fill("I have read every table.")
    await page.get_by_role("button", name="Approve the report").click()
    await page.wait_for_url("**?done=approved")
    assert await page.get_by_text("You approved it, so somebody else must release it.").count()
    await look(page, "publication-approved")
    await page.goto("/reports/publications")
    await look(page, "publications-listed")
    await page.goto("/reports/publications/verify")
    await page.get_by_label("The published file").set_input_files(file)
    await page.get_by_role("button", name="Check the file").click()
    assert await page.get_by_text("The file is a report that is approved and was never released.").count()
    await look(page, "publication-checked")
