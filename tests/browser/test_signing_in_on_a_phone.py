"""An officer whose mail app opens links in a browser of its own signs in by the code, and ends a lost session."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PHONE, Running, look, opened_letter

pytestmark = pytest.mark.browser
OFFICER = "lambeth@convene.example"


@pytest_asyncio.fixture
async def phones(browser: Browser, convene: Running) -> AsyncIterator[list[BrowserContext]]:
    """The browser of a phone, and the one inside its mail app: they share no cookies."""
    made = [
        await browser.new_context(viewport=PHONE, base_url=convene.base_url)  # type: ignore[arg-type]  # a plain dict
        for _ in range(2)
    ]
    yield made
    for context in made:
        await context.close()


async def letter_in(page: Page) -> tuple[str, str]:
    """The code and the link in the officer's newest letter, as soon as it is there."""
    await page.goto(f"/mailroom?to={OFFICER}")
    letter = page.get_by_role("link", name="Sign in to Convene").first
    for _ in range(120):
        if await letter.count():
            break
        await page.wait_for_timeout(250)
        await page.reload()
    await letter.click()
    whole = await opened_letter(page)
    text = await page.locator("main").inner_text()
    code, link = re.search(r"\d{4} \d{4}", text), re.search(r"/sign-in/[\w-]{43}", whole)
    assert code, "the letter carries no code"
    assert link, "the letter carries no link"
    return code[0], link[0]


async def test_a_link_that_opens_in_the_mail_app_leads_to_the_code_and_the_code_lets_in(
    page: Page, phones: list[BrowserContext]
) -> None:
    phone, mail_app = await phones[0].new_page(), await phones[1].new_page()
    await phone.goto("/sign-in")
    await look(phone, "sign-in")
    await phone.get_by_label("Work email address").fill(OFFICER)
    await phone.get_by_role("button", name="Send me a letter").click()
    await expect(phone.get_by_role("heading", name="Check your email")).to_be_visible()
    await look(phone, "sign-in-sent")
    code, link = await letter_in(page)
    await look(page, "sign-in-letter")

    await mail_app.goto(link)
    await expect(mail_app.get_by_role("heading", name="Continue in the browser where you asked")).to_be_visible()
    await look(mail_app, "sign-in-elsewhere")

    await phone.get_by_label("Code from the letter").fill("0000 0000")
    await phone.get_by_role("button", name="Sign in").click()
    await expect(phone.get_by_role("alert")).to_contain_text("not the code of the newest letter")
    await look(phone, "sign-in-wrong-code")
    await phone.get_by_label("Code from the letter").fill(code)
    await phone.get_by_role("button", name="Sign in").click()
    await phone.wait_for_url("**/")

    await mail_app.goto(link)
    await expect(mail_app.get_by_role("heading", name="This link does not work any more")).to_be_visible()
    await look(mail_app, "sign-in-spent")


async def test_a_lost_phone_is_signed_out_from_the_desk(
    page: Page, convene: Running, phones: list[BrowserContext]
) -> None:
    """Both as the officer: the phone by a code, and the desk by another."""
    lost, desk = await phones[0].new_page(), await phones[1].new_page()
    for here in (lost, desk):
        await here.goto("/sign-in")
        await here.get_by_label("Work email address").fill(OFFICER)
        await page.goto(f"/mailroom?to={OFFICER}")
        before = await page.get_by_role("link", name="Sign in to Convene").count()
        await here.get_by_role("button", name="Send me a letter").click()
        for _ in range(120):
            await page.reload()
            if await page.get_by_role("link", name="Sign in to Convene").count() > before:
                break
            await page.wait_for_timeout(250)
        code, _ = await letter_in(page)
        await here.get_by_label("Code from the letter").fill(code)
        await here.get_by_role("button", name="Sign in").click()
        await here.wait_for_url("**/")
    await desk.goto("/sessions")
    await look(desk, "sessions")
    await desk.get_by_role("button", name=re.compile("^End this session")).first.click()
    await expect(desk.get_by_role("alert")).to_contain_text("That session is ended")
    while await desk.get_by_role("button", name=re.compile("^End this session")).count():
        await desk.get_by_role("button", name="End every session but this one").click()
    await lost.goto("/sessions")
    await expect(lost.get_by_role("heading", name="Sign in")).to_be_visible()
