"""An officer whose calendar shows no buttons: the page behind the link, on a phone, without scripts or signing in."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import PHONE, SHOTS, Running, invitation_in, look, opened_letter
from tests.browser.test_changing_a_meeting import set_up
from tests.browser.test_whole_journey import fill_moment, seat_says

pytestmark = pytest.mark.browser
UNIT, BOX = "Central North BCU", "missing-cn@met-police.example"


@pytest_asyncio.fixture(params=["without scripts", "with scripts"])
async def officer(browser: Browser, convene: Running, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """A phone that has signed in nowhere."""
    scripts = request.param == "with scripts"
    context = await browser.new_context(
        viewport=PHONE,  # type: ignore[arg-type]  # a plain dict
        base_url=convene.base_url,
        java_script_enabled=scripts,
    )
    context.set_default_timeout(10_000)
    yield await context.new_page()
    await context.close()


async def glance(page: Page, name: str, scripts: bool) -> None:
    """The page is photographed; where it runs scripts, it is looked at as every page is."""
    if scripts:
        await look(page, name)
        await page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a plain dict
    else:
        await page.screenshot(path=SHOTS / f"{name}-without-scripts.png", full_page=True)


async def link_in_letter(page: Page, reference: str) -> str:
    """The answer link in the unit's invitation, as it stands in its mailbox."""
    await (await invitation_in(page, BOX, reference)).click()
    found = re.search(r"/answer/[0-9a-f]{32}\.[a-z2-7]{26}", await opened_letter(page))
    assert found is not None, "the letter carries no link"
    return found[0]


async def open_part(page: Page, name: str) -> None:
    await page.locator("summary").filter(has_text=name).click()


async def test_an_officer_answers_proposes_and_names_a_deputy_on_the_page(
    page: Page, officer: Page, request: pytest.FixtureRequest
) -> None:
    scripts = "with scripts" in request.node.name
    child = "LCS-BROWSER-9" if scripts else "LCS-BROWSER-8"
    meeting, starts = await set_up(page, child)
    link = await link_in_letter(page, meeting.rpartition("/")[2])

    await officer.goto(link)
    await expect(officer.get_by_role("heading", name="Can your unit attend?")).to_be_visible()
    await expect(officer.get_by_text(child)).to_have_count(0)
    await glance(officer, "answer-link", scripts)

    await officer.get_by_role("button", name="Send the answer").click()
    await expect(officer.get_by_role("link", name="Choose accept, tentative or decline")).to_be_visible()
    await officer.get_by_role("radio", name="Accept", exact=True).check()
    await officer.get_by_label("A note for the coordinator (optional)").first.fill("We come in two cars.")
    await officer.get_by_role("button", name="Send the answer").click()
    await expect(officer.get_by_text("Your answer is recorded.")).to_be_visible()

    await open_part(officer, "Propose another time")
    await fill_moment(officer, "starts", starts - timedelta(days=30))
    await officer.get_by_role("button", name="Propose this time").click()
    await expect(officer.get_by_role("link", name="The start must be in the future.")).to_be_visible()
    await glance(officer, "answer-link-problem", scripts)
    await fill_moment(officer, "starts", starts + timedelta(hours=2))
    await officer.get_by_label("Why (optional)").fill("Two of us are in court.")
    await officer.get_by_role("button", name="Propose this time").click()
    await expect(officer.get_by_text("Your proposal is recorded.")).to_be_visible()
    await glance(officer, "answer-link-proposed", scripts)

    await open_part(officer, "Name who comes instead")
    await officer.get_by_label("Their mail address").fill("staff.officer@met-police.example")
    await officer.get_by_role("button", name="Name them").click()
    await expect(officer.get_by_text("It is recorded who comes instead.")).to_be_visible()
    await glance(officer, "answer-link-deputy", scripts)

    await seat_says(page, meeting, UNIT, "Delegated")
    await expect(page.get_by_text("answered by the web page: tentative. It proposes another time")).to_be_visible()
    await look(page, "meeting-answered-by-link")
