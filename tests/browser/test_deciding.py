"""What a person decides about mail: a time, a deputy, a stranger, a letter that came back, words; at both widths."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import look
from tests.browser.test_changing_a_meeting import done, set_up
from tests.browser.test_whole_journey import fill_moment

pytestmark = pytest.mark.browser
HOME = "missing-cn@met-police.example"
COLLEAGUE = "duty.officer@met-police.example"
DEPUTY = "sergeant@met-police.example"


async def letter(page: Page, mailbox: str, reference: str, subject: str = "Say whether") -> None:
    """The newest message to this mailbox about the meeting is open in the mailroom."""
    found = page.get_by_role("link", name=re.compile(f"^{subject}.*{reference}"))
    for _ in range(60):
        await page.goto(f"/mailroom?to={mailbox}")
        if await found.count():
            await found.first.click()
            return
        await page.wait_for_timeout(250)
    raise AssertionError(f"no letter {subject!r} about {reference} came to {mailbox}")


async def send_back(page: Page, button: str) -> None:
    await page.get_by_role("button", name=button, exact=True).click()
    await done(page, "The answer left as calendar mail")


async def waiting(page: Page, group: str, said: str) -> None:
    """The post's list shows it, as soon as it was taken in."""
    card = page.get_by_role("list", name=group).get_by_role("listitem").filter(has_text=said)
    for _ in range(60):
        await page.goto("/post")
        if await card.count():
            return
        await page.wait_for_timeout(250)
    raise AssertionError(f"{said!r} does not wait under {group!r}")


async def step(page: Page, group: str, said: str) -> None:
    await waiting(page, group, said)
    card = page.get_by_role("list", name=group).get_by_role("listitem").filter(has_text=said)
    await (
        card.first.get_by_role("button")
        .or_(card.first.get_by_role("link"))
        .filter(has_text=re.compile("Accept or|Approve or|Say who|Decide|Read and"))
        .first.click()
    )


async def test_everything_that_waits_is_decided_by_a_person(page: Page) -> None:
    meeting, starts = await set_up(page, "LCS-BROWSER-7")
    reference = meeting.rpartition("/")[2]

    await letter(page, HOME, reference)
    await page.get_by_text("Answer in another way").click()
    await page.fill("[name=note]", "We are in court until midday.")
    await fill_moment(page, "proposed", starts + timedelta(hours=3))
    await look(page, "mailroom-answering")
    await send_back(page, "Propose this time")
    await waiting(page, "Another time is proposed", reference)

    await letter(page, HOME, reference)
    await page.get_by_label("Answer from").fill(COLLEAGUE)
    await send_back(page, "Accept")
    await waiting(page, "Not sure who answered", reference)

    await letter(page, HOME, reference)
    await page.get_by_text("Answer in another way").click()
    await page.fill("[name=note]", "Sorry, nobody from the unit can attend.")
    await send_back(page, "Write back in words")
    await waiting(page, "Written in words", reference)

    await letter(page, HOME, reference)
    await page.get_by_text("Answer in another way").click()
    await send_back(page, "Send an automatic reply")

    await letter(page, HOME, reference)
    await page.get_by_text("Answer in another way").click()
    await send_back(page, "Return it as undeliverable")
    await waiting(page, "Our letters came back", reference)
    await look(page, "post-waiting")
    await page.goto(meeting)
    await look(page, "meeting-with-notes")

    await step(page, "Written in words", reference)
    await expect(page.get_by_role("radio", name="Record as: Declined")).to_be_checked()
    await look(page, "post-words")
    await page.get_by_role("button", name="Record the answer").click()
    await done(page, "The answer is recorded")

    await step(page, "Not sure who answered", reference)
    await look(page, "post-who")
    await page.get_by_role("radio", name="Somebody who may always answer for them").check()
    await page.get_by_role("button", name="Decide").click()
    await done(page, "Remembered")
    await page.goto("/aliases")
    await look(page, "aliases")
    await page.get_by_role("button", name=re.compile("^Forget")).first.click()
    await done(page, "Forgotten")
    await look(page, "aliases-forgotten")

    await step(page, "Our letters came back", reference)
    await look(page, "post-returned")
    await page.get_by_role("radio", name=re.compile("^Nothing arrived: the seat")).check()
    await page.get_by_role("button", name="Confirm").click()
    await done(page, "Recorded: our letters did not arrive")
    await page.goto("/directory/CN")
    await look(page, "directory-failing")

    await step(page, "Another time is proposed", reference)
    await look(page, "proposal")
    await page.get_by_role("button", name="Decide").click()
    await expect(page.get_by_role("link", name="Choose whether the meeting moves")).to_be_visible()
    await page.get_by_role("radio", name="Keep the planned time").check()
    await page.get_by_role("button", name="Decide").click()
    await done(page, "The time stays")
    await letter(page, HOME, reference, "The time stays")
    await look(page, "mailroom-time-stays")

    await letter(page, HOME, reference)
    await page.get_by_text("Answer in another way").click()
    await page.fill("[name=deputy]", DEPUTY)
    await send_back(page, "Name them as deputy")
    await step(page, "Somebody else is to come", reference)
    await look(page, "deputy")
    await page.get_by_role("radio", name=re.compile("^Yes, invite them")).check()
    await page.get_by_role("button", name="Decide").click()
    await done(page, "The deputy is being invited")
    await look(page, "meeting-with-deputy")
    await letter(page, DEPUTY, reference)
    await look(page, "mailroom-deputys-invitation")
