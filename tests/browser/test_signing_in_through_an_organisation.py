"""Somebody signs in through their organisation's own page in Chromium, and out of both."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, look, running_at
from tests.folders import passable
from tests.openid import real_provider

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not real_provider.is_there(), reason="oidc-provider is not installed"),
]
ACCOUNTS = {
    "officer": {"email": "officer@convene.example", "email_verified": True},
    "stranger": {"email": "stranger@convene.example", "email_verified": True},
}


@pytest.fixture(scope="module")
def address(prepared: Path) -> Iterator[str]:
    """Where Convene is, with an organisation whose provider runs beside it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        web = f"127.0.0.1:{free.getsockname()[1]}"
    base = f"http://{web}"
    back = f"{base}/sign-in/with/council/back"
    with real_provider.provider([back], f"{base}/sign-in", ACCOUNTS) as issuer, passable() as state:
        subprocess.run(["cp", "-a", f"{prepared}/.", str(state)], check=True)
        told = {
            "CONVENE_WEB": web,
            "CONVENE_OPENID": "council",
            "CONVENE_OPENID_COUNCIL_TITLE": "Example Council",
            "CONVENE_OPENID_COUNCIL_ISSUER": issuer,
            "CONVENE_OPENID_COUNCIL_CLIENT_ID": real_provider.CLIENT_ID,
            "CONVENE_OPENID_COUNCIL_CLIENT_SECRET": real_provider.CLIENT_SECRET,
            "CONVENE_OPENID_COUNCIL_DOMAINS": "convene.example",
        }
        with running_at(state, told) as running:
            yield running.base_url


@pytest_asyncio.fixture
async def page(browser: Browser, address: str) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport=DESKTOP, base_url=address)  # type: ignore[arg-type]  # a plain dict
    context.set_default_timeout(20_000)
    yield await context.new_page()
    await context.close()


async def sign_in_there(page: Page, login: str) -> None:
    """From the sign-in page to the organisation's, and through its questions."""
    await page.goto("/sign-in")
    await page.get_by_role("button", name="Sign in with Example Council").click()
    await page.locator("input[name=login]").fill(login)
    await page.locator("input[name=password]").fill("any")
    await page.locator("button[type=submit]").click()
    await page.get_by_role("button", name="Continue").click()


async def test_one_signs_in_through_the_organisation_and_out_of_both(page: Page) -> None:
    await page.goto("/sign-in")
    await look(page, "sign-in-organisation")
    await sign_in_there(page, "officer")
    await expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    assert "code=" not in page.url
    await page.goto("/sessions")
    await expect(page.get_by_text("Through your organisation")).to_be_visible()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("link", name="sign out of Example Council as well")).to_be_visible()
    await look(page, "signed-out-organisation")
    await page.get_by_role("link", name="sign out of Example Council as well").click()
    await page.locator("button[type=submit][value=yes]").click()
    await page.wait_for_url("**/sign-in")


async def test_who_has_no_account_here_is_told_whom_to_ask(page: Page) -> None:
    await sign_in_there(page, "stranger")
    await expect(page.get_by_role("heading", name="You are not signed in")).to_be_visible()
    await look(page, "sign-in-not-through")
