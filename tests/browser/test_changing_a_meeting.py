"""What goes otherwise than planned: another time, a seat less, called off, not convened, corrected, a broken file."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import FilePayload, Page, expect

from tests.browser import fixed_hour
from tests.browser.conftest import look
from tests.browser.test_whole_journey import fill_moment

pytestmark = pytest.mark.browser
LONDON = ZoneInfo("Europe/London")
BROKEN = """CHILD,DOB,MISSING,MIS_START,MIS_END
90001,01/02/2010,M,18/11/2025,20/11/2025
90002,01/02/2010,X,18/11/2025,20/11/2025
90003,01/02/2010,M,31/02/2025,
"""


async def report(page: Page, child: str, home: str = "Camden") -> datetime:
    """A child of this borough, graded high, waits for a meeting; returns by when, London's time."""
    await page.goto("/episodes/new")
    await page.fill("[name=child]", child)
    await fill_moment(page, "started", fixed_hour.now() - timedelta(hours=3))
    await page.select_option("[name=home_place]", label=home)
    await page.select_option("[name=police_grading]", "high")
    await page.get_by_role("button", name="Record the episode").click()
    due = await page.locator(".convene-clock__when").first.get_attribute("datetime")
    await page.get_by_role("button", name="Set up a meeting").click()
    await expect(page.get_by_text(f"For the child {child}")).to_be_visible()
    return datetime.fromisoformat(str(due)).astimezone(LONDON)


async def set_up(page: Page, child: str, home: str = "Camden") -> tuple[str, datetime]:
    """The address of a new meeting and its start, some hours before its deadline."""
    starts = await report(page, child, home) - timedelta(hours=18)
    await fill_moment(page, "starts", starts)
    await page.fill("[name=link]", "https://meet.example/r/43")
    await page.get_by_role("button", name="Check and send").click()
    await page.get_by_role("button", name="Send invitations").click()
    await page.wait_for_url(re.compile(r"/meetings/SM-"))
    return page.url.split("?")[0], starts


async def done(page: Page, sentence: str) -> None:
    await expect(page.get_by_role("alert").or_(page.get_by_role("region", name="Important"))).to_contain_text(
        sentence
    )


async def test_a_meeting_is_moved_a_seat_taken_back_and_then_called_off(page: Page) -> None:
    meeting, starts = await set_up(page, "LCS-BROWSER-2")

    await page.goto(f"{meeting}/time")
    await page.get_by_role("button", name="Send the change").click()
    await done(page, "Nothing was changed")
    await page.goto(f"{meeting}/time")
    await fill_moment(page, "starts", starts + timedelta(hours=1))
    await page.get_by_role("button", name="Send the change").click()
    await done(page, "The change is made")
    await look(page, "meeting-moved")

    await page.goto(f"{meeting}/seats")
    await page.get_by_role("button", name="Remove and send a cancellation").click()
    await expect(page.get_by_role("link", name="Choose the unit that is removed")).to_be_visible()
    await look(page, "seats-problems")
    await page.get_by_role("radio", name="Camden virtual school").check()
    await page.get_by_role("button", name="Remove and send a cancellation").click()
    await done(page, "The seat is removed")

    await page.goto(f"{meeting}/calling-off")
    await page.get_by_role("radio", name="Police", exact=True).check()
    await page.get_by_role("radio", name="Police could not attend").check()
    await page.get_by_role("button", name="Call the meeting off").click()
    await done(page, "called off")
    await look(page, "meeting-called-off")

    await page.goto("/mailroom?to=missing-cn@met-police.example")
    for subject in ("New time", "Called off"):
        letter = page.get_by_role("link", name=re.compile(f"^{subject}.*{meeting.rpartition('/')[2]}"))
        for _ in range(40):
            if await letter.count():
                break
            await page.wait_for_timeout(250)
            await page.reload()
        await expect(letter).to_have_count(1)


async def test_that_no_meeting_is_convened_is_decided_with_a_reason(page: Page) -> None:
    await report(page, "LCS-BROWSER-3")
    await page.get_by_text("No meeting will be convened").click()
    await page.get_by_role("button", name="Record that no meeting is convened").click()
    await expect(page.get_by_text("There is a problem")).to_be_visible()
    assert await page.locator("[name=seats]:not(:checked)").count() == 0, "what was proposed is kept"
    await look(page, "not-convened-problems")
    await page.get_by_role("radio", name="No capacity to convene").check()
    await page.get_by_role("button", name="Record that no meeting is convened").click()
    await done(page, "no meeting is convened")
    await expect(page.get_by_text("LCS-BROWSER-3")).to_have_count(0)


async def test_a_closed_register_is_corrected_with_a_reason(page: Page) -> None:
    await page.goto("/meetings")
    past = page.get_by_role("region", name="Past").get_by_role("row").filter(has_text="Held")
    reference = await past.first.get_by_role("rowheader").inner_text()
    await page.goto(f"/meetings/{reference}/register")
    await page.get_by_text("Change the mark of").first.click()
    await page.get_by_role("radio", name="Not known").first.check()
    await page.get_by_role("button", name="Correct this mark").first.click()
    await expect(page.get_by_text("There is a problem")).to_be_visible()
    await look(page, "correction-problems")
    await page.locator("[name^=reason-]").first.fill("The wrong unit was marked")
    await page.get_by_role("button", name="Correct this mark").first.click()
    await done(page, "The register is corrected")
    await page.goto(f"/meetings/{reference}")
    await expect(page.get_by_role("cell", name="Not recorded")).not_to_have_count(0)


async def test_a_broken_file_is_checked_then_taken_in_without_its_bad_lines(page: Page) -> None:
    for act, said in (("check", "Checked; nothing was kept. 3 lines read: 1 would be new"), ("take", "Taken in.")):
        await page.goto("/import")
        await page.select_option("[name=authority]", label="Camden")
        file: FilePayload = {"name": "missing.csv", "mimeType": "text/csv", "buffer": BROKEN.encode()}
        await page.set_input_files("[name=missing]", files=[file])
        await page.check(f"[name=act][value={act}]")
        await page.get_by_role("button", name="Continue").click()
        await expect(page.get_by_text(said)).to_be_visible()
        await expect(page.get_by_role("rowheader", name=re.compile("line [34]"))).to_have_count(2)
        await look(page, f"import-{act}")
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Download the problems (CSV)").click()
    told = (await (await download.value).path()).read_text("utf-8-sig")
    assert [line.split(",")[1:4] for line in told.splitlines()[1:]] == [
        ["3", "MISSING", "X"],
        ["4", "MIS_START", "31/02/2025"],
    ]
