"""Two officers draft, approve and release a report, and check its file, in a browser."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

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
    await expect(page.get_by_text("This is a draft and not published.")).to_be_visible()
    await look(page, "publication-drafted")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="The draft as a file (JSON)").click()
    file = await (await download.value).path()
    await page.get_by_label("What do you vouch for?").fill("I have read every table.")
    await page.get_by_role("button", name="Approve the report").click()
    await page.wait_for_url("**?done=approved")
    await expect(page.get_by_text("You approved it, so somebody else must release it.")).to_be_visible()
    await look(page, "publication-approved")
    await page.goto("/reports/publications")
    await look(page, "publications-listed")
    await page.goto("/reports/publications/verify")
    await page.get_by_label("The published file").set_input_files(file)
    await page.get_by_role("button", name="Check the file").click()
    await expect(page.get_by_text("The file is a report that is approved and was never released.")).to_be_visible()
    await look(page, "publication-checked")


async def test_a_unit_looks_at_its_outcomes_behind_the_link_before_a_report_is_published(page: Page) -> None:
    await page.goto("/reports/publications")
    periods = await page.get_by_label("Period").locator("option").all_inner_texts()
    quarter = [text for text in periods if re.match("[A-Z][a-z]+ to ", text)][
        2
    ]  # the demonstration has published a later one
    await page.get_by_label("Period").select_option(quarter)
    await page.get_by_label("In how many days may units challenge their outcomes?").fill("7")
    await page.get_by_label("Draft it even while registers are open").check()
    await page.get_by_role("button", name="Draft the report").click()
    await page.wait_for_url("**?done=drafted")
    letter = page.get_by_role("link", name=re.compile("^Check your unit's outcomes by"))
    for _ in range(60):
        await page.goto("/mailroom")
        if await letter.count():
            break
        await page.wait_for_timeout(500)
    await letter.first.click()
    await look(page, "outcomes-letter")
    found = re.search(r"/outcomes/[\w.]+", await page.locator(".convene-letter").inner_text())
    assert found is not None, "the letter carries no link"
    await page.goto(found[0])
    await look(page, "outcomes")
    await page.locator("main").get_by_role("link", name=re.compile("Challenge")).first.click()
    await look(page, "outcomes-one")


async def test_a_file_of_a_report_is_made_while_its_page_says_how_far_it_is(page: Page) -> None:
    await page.goto("/reports")
    await page.get_by_role("button", name="Make the file").first.click()
    await page.wait_for_url("**/reports/files/*")
    await page.get_by_role("heading", name="Your file is ready").wait_for(timeout=60_000)
    await look(page, "report-file")
