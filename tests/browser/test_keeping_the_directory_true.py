"""An owner confirms an entry or says what is wrong, a change is proposed, and a returned letter is a warning."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import invitation_in, look
from tests.browser.test_answer_link_page import BOX as INVITED
from tests.browser.test_answer_link_page import glance
from tests.browser.test_answer_link_page import officer as officer
from tests.browser.test_changing_a_meeting import set_up

pytestmark = pytest.mark.browser
UNIT, BOX = "/directory/CE", "missing-ce@met-police.example"
ASKS, PROPOSES = "Is this still right", "Is this change right"


async def letters_in(page: Page, subject: str) -> set[str]:
    """The addresses of the letters of this subject in the unit's mailbox, which is open."""
    await page.goto(f"/mailroom?to={BOX}")
    links = await page.get_by_role("link", name=re.compile(subject)).evaluate_all(
        "all => all.map(a => a.getAttribute('href'))"
    )
    return set(links)


async def new_letter(page: Page, subject: str, before: set[str]) -> str:
    """The text of the letter of this subject that was not there before; it may be on its way for ten seconds."""
    for _ in range(40):
        new = await letters_in(page, subject) - before
        if new:
            break
        await page.wait_for_timeout(250)
    assert new, f"no new letter about “{subject}” has come"
    await page.goto(new.pop())
    return await page.locator(".convene-letter").inner_text()


def link_in(text: str, path: str) -> str:
    found = re.search(rf"/{path}/[A-Za-z0-9_-]{{43}}", text)
    assert found is not None, "the letter carries no link"
    return found[0]


async def test_the_owner_confirms_the_entry_and_says_what_is_wrong(
    page: Page, officer: Page, request: pytest.FixtureRequest
) -> None:
    scripts = "with scripts" in request.node.name
    before = await letters_in(page, ASKS)
    await page.goto(UNIT)
    await look(page, "directory-unit-confirmed")
    await page.get_by_role("button", name="Ask the unit now").click()
    await expect(page.get_by_text("The unit is asked again")).to_be_visible()
    await look(page, "directory-unit-asked")
    link = link_in(await new_letter(page, ASKS, before), "verify")
    await look(page, "directory-letter-to-owner")

    await officer.goto(link)
    await expect(officer.get_by_role("heading", name="Is all of this still right?")).to_be_visible()
    await glance(officer, "verify", scripts)
    await officer.get_by_role("button", name="Yes, all of it is right").click()
    await expect(officer.get_by_role("link", name="Enter your role")).to_be_visible()
    await glance(officer, "verify-problem", scripts)

    await officer.get_by_role("link", name=re.compile(f"{BOX}$")).click()
    await glance(officer, "verify-wrong", scripts)
    number = "020 7946 0777" if scripts else "020 7946 0778"
    await officer.get_by_label("Telephone (optional)").fill(number)
    await officer.get_by_label("How do you know it?").fill("I answer it")
    await officer.get_by_role("button", name="Send").click()
    await expect(officer.get_by_text("If the rest is right, confirm it below")).to_be_visible()
    await expect(officer.get_by_text(number)).to_be_visible()

    await officer.get_by_label("Your role").fill("missing coordinator")
    await officer.get_by_role("button", name="Yes, all of it is right").click()
    await expect(officer.get_by_role("heading", name="Thank you")).to_be_visible()
    await glance(officer, "verify-done", scripts)

    await page.goto(UNIT)
    await expect(page.get_by_text("Last confirmed today")).to_be_visible()
    await expect(page.get_by_text(f"missing coordinator, by the link sent to {BOX}")).to_be_visible()
    await page.get_by_role("link", name="the history of the entry").click()
    await expect(page.get_by_text(number).first).to_be_visible()
    await look(page, "directory-history")


async def test_a_change_is_proposed_and_the_owner_accepts_it(
    page: Page, officer: Page, request: pytest.FixtureRequest
) -> None:
    scripts = "with scripts" in request.node.name
    before = await letters_in(page, PROPOSES)
    await page.goto(UNIT)
    await page.get_by_role("link", name=f"Propose a change of {BOX}").click()
    await look(page, "directory-propose")
    await page.get_by_role("button", name="Propose it").click()
    await expect(page.get_by_role("link", name="Enter how you know it")).to_be_visible()
    role = "missing unit, early turn" if scripts else "missing unit, late turn"
    await page.get_by_label("What it is").fill(role)
    await page.get_by_label("How do you know it?").fill("the duty sergeant said so")
    await page.get_by_role("button", name="Propose it").click()
    await expect(page.get_by_text("Your proposal is kept")).to_be_visible()
    await page.get_by_role("link", name=re.compile("Look at the proposal")).first.click()
    await look(page, "directory-proposal")

    await officer.goto(link_in(await new_letter(page, PROPOSES, before), "proposed"))
    await glance(officer, "proposed", scripts)
    await officer.get_by_role("button", name="Yes, make the change").click()
    await expect(officer.get_by_text("The change is made.")).to_be_visible()
    await glance(officer, "proposed-done", scripts)
    await page.goto(UNIT)
    await expect(
        page.get_by_text("missing unit, early turn" if scripts else "missing unit, late turn")
    ).to_be_visible()


async def test_a_returned_letter_is_a_warning_that_somebody_closes(page: Page) -> None:
    meeting, _ = await set_up(page, "LCS-BROWSER-12")
    await (await invitation_in(page, INVITED, meeting.rpartition("/")[2])).click()
    await page.get_by_text("Answer in another way").click()
    await page.get_by_role("button", name="Return it as undeliverable").click()
    await page.goto("/directory/checks")
    warning = page.get_by_role("link", name=f"Look at the warning about {INVITED}")
    for _ in range(40):
        if await warning.count():
            break
        await page.wait_for_timeout(250)
        await page.reload()
    await look(page, "directory-checks")
    await warning.first.click()
    await look(page, "directory-warning")
    await page.get_by_role("button", name="Close the warning").click()
    await expect(page.get_by_role("link", name="Enter why the entry stays as it is")).to_be_visible()
    await page.get_by_label("Why does it stay as it is?").fill("the mailbox was full, and is read again")
    await page.get_by_role("button", name="Close the warning").click()
    await expect(page.get_by_text("The warning is closed")).to_be_visible()
    await look(page, "directory-unit-warning-closed")
