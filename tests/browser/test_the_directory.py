"""The directory in Chromium: found on a phone without a script, sent back as a file, and a boundary that moves."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import PHONE, Running, look

pytestmark = pytest.mark.browser


async def test_where_a_team_is_reached_is_one_step_on_a_phone_without_javascript(
    browser: Browser, page: Page, convene: Running
) -> None:
    await page.goto(f"{convene.base_url}/directory")
    cookies = await page.context.cookies()
    context = await browser.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]  # a size
    await context.add_cookies(cookies)  # type: ignore[arg-type]  # as they were given
    phone = await context.new_page()
    await phone.goto(f"{convene.base_url}/directory")
    await phone.get_by_label("Where do I reach the missing team for").fill("Croydon")
    await phone.get_by_role("button", name="Find").click()
    await expect(phone.get_by_role("link", name="South Area BCU")).to_be_visible()
    box = await phone.locator("a[href^='tel:']").first.bounding_box()
    assert box is not None
    assert box["y"] < PHONE["height"] * 1.5, "the number is further down than a thumb's flick"
    await context.close()
    await page.goto(f"{convene.base_url}/directory?q=Croydon")
    await look(page, "directory-found")


async def test_a_file_is_sent_back_with_a_change_a_new_line_and_a_wrong_one(page: Page, tmp_path: Path) -> None:
    await page.goto("/directory/files")
    async with page.expect_download() as awaited:
        await page.get_by_role("link", name="Contacts: mailboxes").click()
    saved = tmp_path / "contacts.csv"
    await (await awaited.value).save_as(saved)
    text = saved.read_bytes().decode("utf-8-sig")
    lines = text.splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith("SN,"))
    lines[place] = lines[place].replace("missing unit", "missing persons unit")
    new = "SN,,contact,night desk,,night-sn@met-police.example,020 7946 0998,3,no,,"
    for name, listed in (("wrong", [*lines, new, "XX,,contact,,,nobody,,,,,"]), ("right", [*lines, new])):
        saved.write_bytes("\r\n".join(line.replace(",", ";") for line in listed).encode("cp1252"))
        await page.goto("/directory/files")
        await page.get_by_label("CSV file").set_input_files(saved)
        await page.get_by_role("button", name="See what it changes").click()
        await look(page, f"directory-file-{name}")
    await page.get_by_role("button", name="Make these 2 changes").click()
    await expect(page.get_by_text("The file was taken.")).to_be_visible()
    await page.goto("/directory/SN")
    await expect(page.get_by_text("night-sn@met-police.example").first).to_be_visible()
    await look(page, "directory-unit-after-file")


async def test_a_boundary_moves_on_a_day_and_says_which_meetings_it_finds(page: Page) -> None:
    await page.goto("/directory/areas/change?place=E09000022")
    await page.get_by_label("Unit that will serve them").select_option("CE")
    await page.get_by_label("Southwark").check()
    await page.get_by_role("textbox", name="Day").fill("1")
    await page.get_by_role("textbox", name="Month").fill("4")
    await page.get_by_role("textbox", name="Year").fill("2030")
    await page.get_by_label("How it is known").fill("Notice of the change")
    await page.get_by_role("button", name="See what changes").click()
    await look(page, "directory-area-check")
    await page.get_by_role("button", name="Record the change").click()
    await expect(page.get_by_text("The change was recorded.")).to_be_visible()


async def test_a_past_day_is_a_correction(page: Page) -> None:
    await page.goto("/directory/areas/change?place=E09000012")
    await page.get_by_label("Unit that will serve them").select_option("NE")
    for name, value in (("Day", "1"), ("Month", "4"), ("Year", "2024")):
        await page.get_by_role("textbox", name=name).fill(value)
    await page.get_by_label("How it is known").fill("Notice of the change")
    await page.get_by_role("button", name="See what changes").click()
    await expect(page.get_by_role("heading", name="This is a correction")).to_be_visible()
    await look(page, "directory-area-correction")
    await page.get_by_role("button", name="Record the correction").click()
    await expect(page.get_by_text("Say that it is a correction").first).to_be_visible()
    await look(page, "directory-area-correction-refused")


async def test_a_domain_demands_encryption_and_the_post_says_that_its_letters_wait(page: Page) -> None:
    await page.goto("/directory/mail-domains")
    await page.locator("main summary").click()
    await page.get_by_role("link", name="essex-police.example").click()
    await page.get_by_label("Always, to a verified server").check()
    await page.get_by_label("Names of its mail servers").fill(".mail.essex-police.example")
    await look(page, "directory-mail-domain")
    await page.get_by_role("button", name="Save").click()
    await look(page, "directory-mail-domains")
    await page.goto("/post")
    for _ in range(60):
        if await page.get_by_text("essex-police.example are held back").count():
            break
        await page.wait_for_timeout(500)
        await page.reload()
    await expect(page.get_by_text("essex-police.example are held back").first).to_be_visible()


async def test_the_councils_that_ship_come_in_by_two_buttons_and_are_found(page: Page) -> None:
    for button, adds in (("First, see the units it adds", 179), ("Then, see the places they serve", 179 + 179)):
        await page.goto("/directory/files")
        await look(page, f"directory-files-{adds}")
        await page.get_by_role("button", name=button).click()
        await page.get_by_text("33 of the list are left out, because you have your own").click()
        await expect(page.get_by_role("link", name="croydon-social-care")).to_be_visible()
        await look(page, f"directory-authorities-{adds}")
        await page.get_by_role("button", name=f"Make these {adds} changes").click()
        await expect(page.get_by_text("The file was taken.")).to_be_visible()
    await page.get_by_role("button", name="Then, see the places they serve").click()
    await expect(page.get_by_text("The directory lacks nothing of this list.")).to_be_visible()
    await page.goto("/directory?q=Medway")
    await expect(page.get_by_role("link", name="Kent Police").first).to_be_visible()
    await expect(page.get_by_role("link", name="Medway children's social care").first).to_be_visible()
    await look(page, "directory-medway")
    await page.goto("/directory?kind=social+care")
    await look(page, "directory-social-care")
    await page.goto("/directory/places")
    await look(page, "directory-places-with-councils")
