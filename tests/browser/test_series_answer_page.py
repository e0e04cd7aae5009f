"""An officer answers a series, and one date of it, on the page behind the link: on a phone, signed in nowhere."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import invitation_in, look, opened_letter
from tests.browser.test_a_series import set_up
from tests.browser.test_answer_link_page import UNIT, glance
from tests.browser.test_answer_link_page import officer as officer

pytestmark = pytest.mark.browser


async def link_in_letter(page: Page, reference: str) -> str:
    """The answer link in the unit's invitation, in the mailbox of whoever the page of the series says was asked."""
    invited = page.get_by_role("row").filter(has_text=UNIT).filter(has_text="@")
    box = re.search(r"[\w.-]+@[\w.-]+", await invited.first.inner_text())
    assert box is not None, "the page does not say who was asked"
    await (await invitation_in(page, box[0], reference)).click()
    found = re.search(r"/answer/series/[0-9a-f]{32}\.[a-z2-7]{26}", await opened_letter(page))
    assert found is not None, "the letter carries no link"
    return found[0]


async def test_an_officer_answers_every_date_and_then_one(
    page: Page, officer: Page, request: pytest.FixtureRequest
) -> None:
    scripts = "with scripts" in request.node.name
    series = await set_up(page)
    await officer.goto(await link_in_letter(page, series.rpartition("/")[2]))
    await expect(officer.get_by_role("heading", name="Can your unit attend?")).to_be_visible()
    await glance(officer, "series-link", scripts)

    await officer.get_by_role("button", name="Send the answer").click()
    await expect(officer.get_by_role("link", name="Choose accept, tentative or decline")).to_be_visible()
    await glance(officer, "series-link-problem", scripts)
    await officer.get_by_role("radio", name="Accept", exact=True).check()
    await officer.get_by_role("button", name="Send the answer").click()
    await expect(officer.get_by_text("Your answer is recorded.")).to_be_visible()
    await expect(officer.get_by_text("No answer", exact=True)).to_have_count(0)

    await officer.get_by_role("radio", name="Decline", exact=True).check()
    await officer.get_by_label("For which date?").select_option(index=2)
    await officer.get_by_role("button", name="Send the answer").click()
    await expect(officer.get_by_text("Your answer is recorded.")).to_be_visible()
    await expect(officer.locator("td").get_by_text("Declined", exact=True)).to_have_count(1)
    await glance(officer, "series-link-answered", scripts)

    await page.goto(series)
    await page.get_by_role("link", name=re.compile("^Move ")).first.click()
    date = page.url.rpartition("/")[0]
    await page.goto(f"{date}/seats")
    await expect(page.get_by_text("A unit that is added here is asked to this date alone.")).to_be_visible()
    await look(page, "series-date-seats")
