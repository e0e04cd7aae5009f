"""Two forces each say that the other leads, a child is moved, an officer leaves: each page at both widths."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, expect

from tests.browser import fixed_hour
from tests.browser.conftest import ROOT, Running, look, opened_letter
from tests.browser.test_changing_a_meeting import done, report
from tests.browser.test_deciding import letter
from tests.browser.test_whole_journey import fill_moment

pytestmark = pytest.mark.browser
LONDON = ZoneInfo("Europe/London")
HACKNEY, CAMDEN = "E09000012", "E09000007"
OFFICER = "missing-cn@met-police.example"


async def set_up(page: Page, child: str) -> str:
    """The address of a new meeting of a child of Camden, Central North's."""
    await fill_moment(page, "starts", await report(page, child) - timedelta(hours=6))
    await page.fill("[name=link]", "https://meet.example/r/44")
    await page.get_by_role("button", name="Check and send").click()
    await expect(page.get_by_text("Lead police unit")).to_be_visible()
    await page.get_by_role("button", name="Send invitations").click()
    await page.wait_for_url(re.compile(r"/meetings/SM-"))
    return page.url.split("?")[0]


async def answer_page(page: Page, meeting: str, mailbox: str) -> str:
    """The link in this mailbox's invitation."""
    await letter(page, mailbox, meeting.rpartition("/")[2])
    found = re.search(r"/answer/[0-9a-f]{32}\.[a-z2-7]{26}", await opened_letter(page))
    assert found is not None
    return found[0]


async def test_a_lead_is_disputed_decided_for_now_and_settled(page: Page) -> None:
    meeting = await set_up(page, "LCS-BROWSER-21")
    await page.get_by_role("link", name="Change or dispute the lead").click()
    await look(page, "lead")

    await page.goto(await answer_page(page, meeting, OFFICER))
    await page.get_by_text("We are not the lead").click()
    await look(page, "answer-not-the-lead")
    await page.get_by_role("button", name=re.compile("is not the lead$")).click()
    await done(page, "your unit says it is not the lead")

    await page.goto(meeting)
    await expect(page.get_by_text("Central North BCU says it is not the lead")).to_be_visible()
    await look(page, "lead-disputed-meeting")
    await page.goto("/meetings")
    await page.get_by_role("link", name="Look at the disputed leads").click()
    await look(page, "disputed-leads")
    await page.get_by_role("link", name=meeting.rpartition("/")[2]).click()
    await page.get_by_role("button", name="Record the chair’s decision").click()
    await look(page, "lead-problems")
    await page.get_by_role("radio", name="Central North BCU").first.check()
    await page.get_by_label("Why").fill("The child is known to it")
    await page.get_by_role("button", name="Record the chair’s decision").click()
    await done(page, "The chair's decision is recorded")
    await look(page, "lead-for-now")
    await page.locator("[name=settled]").first.check()
    await page.get_by_label("Agreed by").fill("Both detective inspectors")
    await page.get_by_role("button", name="Record that it is settled").click()
    await done(page, "The dispute is settled")
    await look(page, "lead-settled")


def token_of_a_source(convene: Running) -> str:
    """What `./run token` prints."""
    its_own = {k: v for k, v in os.environ.items() if not k.startswith(("CONVENE_", "DATABASE_URL"))}
    return subprocess.run(
        ["./run", "token", "care-records", "--issuer", "demonstration"],
        cwd=ROOT,
        env=its_own | {"CONVENE_STATE": str(convene.state)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


async def test_a_move_is_acknowledged_by_the_police_of_the_new_place(page: Page, convene: Running) -> None:
    token = (await asyncio.to_thread(token_of_a_source, convene)).split()[-1]
    now = fixed_hour.now()
    sent = {"authorization": f"Bearer {token}"}
    child = {"child": "MOVED-1", "home_place": CAMDEN}
    past = {
        "started_at": (now - timedelta(days=20)).isoformat(),
        "ended_at": (now - timedelta(days=19)).isoformat(),
        "closure": "found",
        "source_reference": "E-MOVED-1",
    }
    moves = {
        "from_place": CAMDEN,
        "to_place": HACKNEY,
        "moved_at": (now - timedelta(hours=2)).isoformat(),
        "source_reference": "M-MOVED-1",
    }
    for door, said in (("/api/episodes", past), ("/api/placement-moves", moves)):
        answer = await page.request.post(door, data=child | said, headers=sent)
        assert answer.status == 201, await answer.text()

    row = page.get_by_role("region", name="Waiting").get_by_role("row").filter(has_text="MOVED-1")
    waiting = row.get_by_role("link", name=re.compile("^HO-"))
    for _ in range(60):
        await page.goto("/handovers")
        if await waiting.count():
            break
        await page.wait_for_timeout(500)
    reference = await waiting.first.inner_text()
    await look(page, "handovers")
    await waiting.first.click()
    await look(page, "handover")
    await letter(page, "missing-ce@met-police.example", reference, "Please acknowledge")
    await look(page, "handover-letter")
    found = re.search(r"/handover/[0-9a-f]{32}\.[a-z2-7]{26}", await opened_letter(page))
    assert found is not None
    await page.goto(found[0])
    await look(page, "handover-link")
    await page.get_by_label("Who acknowledges it?").fill("Duty sergeant")
    await page.get_by_role("button", name="We know of the move").click()
    await done(page, "your unit knows of the move")
    await look(page, "handover-acknowledged")
    await page.goto("/handovers")
    await expect(page.get_by_text("Duty sergeant, by the link")).to_be_visible()


async def test_an_officer_who_left_is_followed_by_another(page: Page) -> None:
    meeting = await set_up(page, "LCS-BROWSER-22")
    await page.goto("/directory/CN")
    await page.get_by_role("link", name=re.compile(f"Has left: hand over from {OFFICER}")).click()
    await look(page, "has-left")
    await page.get_by_role("radio", name="Somebody new").check()
    await page.get_by_text("If it is somebody new").click()
    await page.get_by_label("Mail address").fill("missing-two-cn@met-police.example")
    await page.get_by_role("button", name="End the contact and hand over").click()
    await done(page, "The contact has ended")
    await look(page, "handed-over")
    await page.goto(meeting)
    await expect(page.get_by_text("missing-two-cn@met-police.example")).to_be_visible()
    await letter(page, OFFICER, meeting.rpartition("/")[2], "Not needed")
