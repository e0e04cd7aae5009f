"""After a meeting: its review, an action ended by the owner's link, the checklist, the interviews."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from tests.browser import fixed_hour
from tests.browser.conftest import look, opened_letter

pytestmark = pytest.mark.browser
TITLE = "Send the grab pack to the unit that leads"


async def a_meeting_held(page: Page) -> str:
    """The address of a meeting whose register is closed and that has an action already."""
    await page.goto("/follow-up/actions")
    link = page.get_by_role("link", name=re.compile("Say how it ended")).first
    address = await link.get_attribute("href")
    assert address is not None
    return address.partition("/actions/")[0]


async def test_what_is_to_be_followed_up_leads_to_where_it_is_dealt_with(page: Page) -> None:
    await page.goto("/follow-up")
    await look(page, "after-follow-up")
    sections = page.locator("section[id]")
    assert await sections.count() >= 3
    for number in range(await sections.count() - 1):
        link = sections.nth(number).get_by_role("cell").get_by_role("link").first
        address = await link.get_attribute("href")
        answer = await page.request.get(str(address))
        assert answer.status == 200, address


async def test_a_list_and_the_register_of_decisions_can_be_read_on_a_phone(page: Page) -> None:
    for address in ("interviews", "actions", "silent", "not-convened"):
        await page.goto(f"/follow-up/{address}")
        await look(page, f"after-list-{address}")


async def test_the_meetings_page_tells_what_comes_after_it(page: Page) -> None:
    address = await a_meeting_held(page)
    await page.goto(address)
    await look(page, "after-meeting")
    await page.goto(f"{address}/review")
    await page.get_by_label("No review is needed").check()
    await look(page, "after-review")


async def test_an_action_goes_to_its_owner_who_ends_it_without_an_account(page: Page) -> None:
    meeting = await a_meeting_held(page)
    await page.goto(f"{meeting}/actions")
    await look(page, "after-actions")
    due = fixed_hour.now().date() + timedelta(days=5)
    await page.get_by_label("What is to be done?").fill(TITLE)
    await page.get_by_label("Kind").select_option("information sharing")
    await page.get_by_label("Whose action is it?").select_option(index=1)
    for name, value in (("Day", due.day), ("Month", due.month), ("Year", due.year)):
        await page.get_by_label(name, exact=True).fill(str(value))
    await page.get_by_role("button", name="Give the action").click()
    row = page.get_by_role("row", name=re.compile(TITLE))
    await expect(row).to_contain_text("Open")

    link = await owners_link(page, f"due \\w+ {due.day} .*{meeting.rpartition('/')[2]}")
    await page.goto(link)
    await look(page, "after-owners-page")
    await page.get_by_label("Done", exact=True).check()
    await page.get_by_label(re.compile("A note")).fill("Sent to the unit's mailbox")
    await page.get_by_role("button", name="Send").click()
    await look(page, "after-owners-page-done")
    await page.goto(f"{meeting}/actions")
    await expect(row).to_contain_text("Sent to the unit's mailbox")


async def owners_link(page: Page, about: str) -> str:
    """The link in the letter of the mailroom that gives this action."""
    letter = page.get_by_role("link", name=re.compile(f"Action for you: information sharing, {about}"))
    for _ in range(40):
        await page.goto("/mailroom")
        if await letter.count():
            break
        await page.wait_for_timeout(250)
    await letter.first.click()
    await look(page, "after-letter")
    found = re.search(r"/actions/[0-9a-f]{32}\.[a-z2-7]{26}", await opened_letter(page))
    assert found is not None
    return found[0]


async def test_the_checklist_is_answered_in_a_few_taps(page: Page) -> None:
    meeting = await a_meeting_held(page)
    await page.goto(f"{meeting}/checklist")
    await page.get_by_role("group", name=re.compile("TextSafe")).get_by_label("Yes").check()
    await page.get_by_role("button", name="Save the answers").click()
    await expect(page.get_by_text("The answers are saved")).to_be_visible()
    await look(page, "after-checklist")


async def test_an_interview_is_recorded_where_its_clock_runs(page: Page) -> None:
    await page.goto("/follow-up/interviews")
    await page.get_by_role("link", name=re.compile("^Record")).first.click()
    await look(page, "after-interviews")
