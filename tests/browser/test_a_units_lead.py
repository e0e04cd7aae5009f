"""The lead of a police unit sees the unit's seats, names who comes instead, and challenges an outcome."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, Running, look
from tests.browser.test_changing_a_meeting import set_up

pytestmark = pytest.mark.browser
LEAD = "Missing unit lead, AS"
DEPUTY = "duty.inspector@met-police.example"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lead(browser: Browser, convene: Running) -> AsyncIterator[Page]:
    """The lead's own browser, signed in by the lead's link."""
    context = await browser.new_context(viewport=DESKTOP, base_url=convene.base_url)  # type: ignore[arg-type]  # a plain dict
    page = await context.new_page()
    await page.goto(convene.links[LEAD])
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/")
    yield page
    await context.close()


async def challengeable(page: Page) -> str:
    """The address at which the lead may challenge an outcome, of the newest past meeting that offers it."""
    await page.goto("/meetings/past")
    links = page.get_by_role("region", name="Past").get_by_role("link", name=re.compile("^SM-"))
    references = await links.all_inner_texts()
    for reference in references:
        await page.goto(f"/meetings/{reference}")
        link = page.get_by_role("link", name=re.compile("Challenge"))
        if await link.count():
            return str(await link.first.get_attribute("href"))
    raise AssertionError(f"no outcome of {references} may be challenged")


async def test_the_lead_begins_with_what_waits_in_the_units_own_places(lead: Page) -> None:
    await lead.goto("/")
    await look(lead, "lead-waiting")
    await lead.goto("/meetings")
    await expect(lead.get_by_role("region", name="Past").get_by_role("row")).not_to_have_count(0)
    await look(lead, "lead-meetings")
    await lead.goto("/meetings/past")
    await expect(lead.get_by_role("link", name="Next")).to_have_count(0)  # a page of the list holds more


async def test_the_lead_names_who_comes_instead_and_a_coordinator_reads_it(lead: Page, page: Page) -> None:
    meeting, _ = await set_up(page, "LCS-BROWSER-31", "Lambeth")
    await lead.goto(meeting)
    await look(lead, "lead-meeting-to-come")
    address = str(await lead.get_by_role("link", name=re.compile("Name a deputy")).first.get_attribute("href"))
    await lead.goto(address)
    await look(lead, "lead-deputy")
    await lead.get_by_role("button", name="Name them").click()
    await expect(lead.get_by_role("alert")).to_contain_text("Enter the mail address of who comes instead")
    await look(lead, "lead-deputy-problems")
    await lead.get_by_label("Mail address of who comes instead").fill(DEPUTY)
    await lead.get_by_role("button", name="Name them").click()
    await expect(lead.get_by_text("It is recorded who comes instead.")).to_be_visible()
    await look(lead, "lead-deputy-named")
    await lead.goto(address)
    await expect(lead.get_by_text(f"{DEPUTY}, once a coordinator approves.")).to_be_visible()
    await page.goto("/post")
    await expect(page.get_by_text(DEPUTY).first).to_be_visible()


async def test_the_lead_challenges_an_outcome_and_takes_the_challenge_back(lead: Page) -> None:
    address = await challengeable(lead)
    await look(lead, "lead-meeting-past")
    await lead.goto(address)
    await look(lead, "lead-challenge")
    await lead.get_by_role("button", name="Challenge this outcome").click()
    await expect(lead.get_by_role("alert")).to_be_visible()
    await look(lead, "lead-challenge-problems")
    await lead.get_by_role("radio").first.check()
    await lead.get_by_label("How do you know?").fill("The minutes name our inspector.")
    await lead.get_by_role("button", name="Challenge this outcome").click()
    await expect(lead.get_by_text("Your challenge is recorded.")).to_be_visible()
    await look(lead, "lead-challenged-meeting")
    await lead.goto(address)
    await expect(lead.get_by_role("heading", name="You challenged this outcome")).to_be_visible()
    await look(lead, "lead-challenged")
    await lead.get_by_role("button", name="Withdraw the challenge").click()
    await expect(lead.get_by_text("Your challenge is withdrawn.")).to_be_visible()
