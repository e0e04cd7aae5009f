"""The register on a telephone in one hand: with and without scripts, and when the connection drops."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.conftest import PHONE, SHOTS, Running, look

pytestmark = pytest.mark.browser
THUMB = 44  # pixels


async def waiting_register(page: Page) -> str:
    """The address of a register that nobody has closed."""
    await page.goto("/meetings")
    links = page.get_by_role("link", name=re.compile("^Mark the register"))
    address = await links.first.get_attribute("href")
    assert address is not None
    return address


@pytest_asyncio.fixture
async def without_scripts(signed_in: BrowserContext, browser: Browser, convene: Running) -> AsyncIterator[Page]:
    """A phone that runs no scripts, signed in as the coordinator is."""
    context = await browser.new_context(
        viewport=PHONE,  # type: ignore[arg-type]  # a plain dict
        base_url=convene.base_url,
        java_script_enabled=False,
        storage_state=await signed_in.storage_state(),
    )
    yield await context.new_page()
    await context.close()


async def test_a_register_is_marked_by_thumb_and_every_tap_is_kept(page: Page) -> None:
    register = await waiting_register(page)
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a plain dict
    await page.goto(register)
    await look(page, "register-open")
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a plain dict
    for button in await page.locator(".convene-tap").all():
        box = await button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= THUMB

    taps = 1
    await page.get_by_role("button", name="Everyone came").click()
    await expect(page.get_by_text("Every seat is marked.")).to_be_visible()
    seats = page.locator(".convene-seat")
    for place, outcome in ((1, "No-show"), (0, "Deputy")):
        taps += 1
        await seats.nth(place).get_by_role("button", name=outcome).click()
        await expect(seats.nth(place).get_by_role("button", name=outcome)).to_have_attribute("aria-pressed", "true")
    assert taps <= 4
    await expect(page.get_by_role("status")).to_contain_text("Deputy. Saved.")

    await seats.nth(0).get_by_text("Name, times").click()
    await page.get_by_label(re.compile("Who came for")).fill("Duty sergeant")
    await page.get_by_role("checkbox", name="Joined late").check()
    await look(page, "register-notes")
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a plain dict
    await seats.nth(0).get_by_role("button", name="Save").click()
    await expect(seats.nth(0)).to_contain_text("Deputy, joined late: Duty sergeant")
    await look(page, "register-marked")

    await page.reload()
    await expect(seats.nth(1).get_by_role("button", name="No-show")).to_have_attribute("aria-pressed", "true")


async def test_eight_seats_take_about_two_screens(page: Page) -> None:
    await page.goto(await waiting_register(page))
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a plain dict
    tall: list[float] = await page.locator(".convene-seat").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    first = await page.locator(".convene-seat").first.bounding_box()
    assert first is not None
    assert first["y"] + 8 * sum(tall) / len(tall) <= 2.4 * PHONE["height"]


async def test_that_a_meeting_did_not_take_place_is_said_on_a_page_of_its_own(page: Page) -> None:
    await page.goto(f"{await waiting_register(page)}/not-held")
    await look(page, "register-not-held")


async def test_a_tap_that_did_not_get_through_says_so_and_is_tapped_again(signed_in: BrowserContext) -> None:
    page = await signed_in.new_page()  # the browser complains of the dropped connection, as it should
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a plain dict
    await page.goto(await waiting_register(page))
    seat = page.locator(".convene-seat").nth(2)

    async def drop(route: Route) -> None:
        await route.abort()

    await page.route("**/register/*", drop)
    await seat.get_by_role("button", name="Apologies").click()
    await expect(seat.get_by_role("alert")).to_contain_text("Tap again; nothing is marked twice")
    await page.screenshot(path=SHOTS / "register-not-saved-phone.png")
    await page.unroute("**/register/*")
    await seat.get_by_role("button", name="Apologies").click()
    await expect(seat.get_by_role("button", name="Apologies")).to_have_attribute("aria-pressed", "true")
    await page.close()


async def test_without_scripts_a_tap_comes_back_to_its_seat(page: Page, without_scripts: Page) -> None:
    address = await waiting_register(page)
    phone = without_scripts
    await phone.goto(address)
    await phone.locator(".convene-seat").nth(2).get_by_role("button", name="Report").click()
    await phone.wait_for_url("**/register#seat-*")
    seat = phone.locator(".convene-seat").nth(2)
    await expect(seat.get_by_role("button", name="Report")).to_have_attribute("aria-pressed", "true")
    await expect(seat).to_be_in_viewport()
    await phone.screenshot(path=SHOTS / "register-without-scripts.png")


async def test_a_teams_file_is_read_decided_about_and_confirmed(page: Page) -> None:
    register = await waiting_register(page)
    reference = register.split("/")[2]
    await page.goto("/mailroom")
    await page.get_by_text("Attendance reports of Teams").click()
    await look(page, "mailroom-teams")
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name=f"Attendance report of {reference}").click()
    report = await (await downloading.value).path()
    await page.goto(register)
    await page.get_by_role("link", name="Use the attendance file of Teams").click()
    await look(page, "teams-empty")
    await page.get_by_label("Attendance report").set_input_files(report)
    await page.get_by_role("button", name="Read the file").click()
    await expect(page.get_by_text("Nothing is marked yet")).to_be_visible()
    await look(page, "teams-to-decide")
    await page.get_by_role("button", name="Mark these seats").click()
    await expect(page.get_by_text("There is a problem")).to_be_visible()
    await look(page, "teams-undecided")
    for choice in await page.get_by_label("For whom did this person come?").all():
        await choice.select_option(label="Nobody's seat")
    await page.get_by_role("button", name="Mark these seats").click()
    await expect(page.get_by_text("The seats that you confirmed are marked")).to_be_visible()
    await look(page, "register-by-teams")
    await page.goto(register.removesuffix("/register"))
    await expect(page.get_by_text(re.compile("Teams attendance file read"))).to_be_visible()
