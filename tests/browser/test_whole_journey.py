"""A newcomer's first hour: a meeting set up, answered by two police units, its register marked, the report read."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from tests.browser import fixed_hour
from tests.browser.conftest import invitation_in, look, seat_of

pytestmark = pytest.mark.browser
HOME, DESTINATION = "Central South BCU", "North East BCU"
HOME_BOX, DESTINATION_BOX = "missing-as@met-police.example", "missing-ne@met-police.example"


async def fill_moment(page: Page, name: str, at: datetime) -> None:
    await page.fill(f"[name={name}-day]", str(at.day))
    await page.fill(f"[name={name}-month]", str(at.month))
    await page.fill(f"[name={name}-year]", str(at.year))
    await page.fill(f"[name={name}-time]", f"{at:%H:%M}")


async def report_a_child(page: Page, reference: str, at: datetime) -> None:
    """A child of Lambeth placed in Newham, graded high: a meeting is due within 24 hours."""
    await page.goto("/episodes/new")
    await page.fill("[name=child]", reference)
    await page.check("[name=kind][value=M]")
    await fill_moment(page, "started", at - timedelta(hours=3))
    await page.select_option("[name=home_place]", label="Lambeth")
    await page.select_option("[name=host_place]", label="Newham")
    await page.select_option("[name=police_grading]", "high")
    await page.select_option("[name=care_status]", "looked after")
    await page.check("[name=accepted][value=yes]")
    await look(page, "new-episode")
    await page.get_by_role("button", name="Record the episode").click()
    await page.wait_for_url(re.compile(r"/episodes/[0-9a-f-]{36}"))
    await look(page, "episode")


async def answer(page: Page, mailbox: str, reference: str, button: str) -> None:
    """The unit opens the invitation in its own mailbox and presses a button of its calendar."""
    invitation = await invitation_in(page, mailbox, reference)
    await look(page, "mailroom")
    await invitation.click()
    await look(page, "message")
    await page.get_by_role("button", name=button, exact=True).click()
    await expect(page.get_by_text("The answer left as calendar mail")).to_be_visible()


async def seat_says(page: Page, url: str, unit: str, said: str) -> None:
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=unit))
    for _ in range(40):
        await page.goto(url)
        if said in await row.first.inner_text():
            return
        await page.wait_for_timeout(250)
    raise AssertionError(f"{unit} does not show as {said}: {await row.first.inner_text()}")


async def attendance_rows(page: Page, period: str) -> dict[str, list[str]]:
    """The cells of the report's table of police units, by unit."""
    await page.goto(f"/reports?period={period}")
    rows = page.get_by_role("table", name="Attendance of each police unit").first.locator("tbody tr")
    return {cells[0]: cells[1:] for cells in [(await row.inner_text()).split("\t") for row in await rows.all()]}


async def posted_rows(page: Page, period: str, before: dict[str, list[str]]) -> dict[str, list[str]]:
    """The same cells once both units' seats are posted to the ledger, by a round of the worker."""
    rows = before
    for _ in range(40):
        rows = await attendance_rows(page, period)
        if all(rows[unit][-1] != before[unit][-1] for unit in (HOME, DESTINATION)):
            return rows
        await page.wait_for_timeout(250)
    return rows


async def test_two_units_answer_by_calendar_mail_and_their_rates_follow_from_the_register(page: Page) -> None:
    now = fixed_hour.now()
    period = f"{now.date() - timedelta(days=1)}..{now.date() + timedelta(days=3)}"
    starts = (now + timedelta(hours=20)).replace(minute=30, second=0, microsecond=0)
    await report_a_child(page, "LCS-BROWSER-1", now)

    await page.goto("/")
    await look(page, "waiting")
    await page.get_by_role("link", name=re.compile("LCS-BROWSER-1")).click()
    await look(page, "set-up")
    await page.get_by_role("button", name="Check and send").click()
    await expect(page.get_by_text("There is a problem")).to_be_visible()
    await look(page, "set-up-problems")
    await fill_moment(page, "starts", starts)
    await page.fill("[name=link]", "https://meet.example/r/42")
    await page.get_by_role("button", name="Check and send").click()
    await look(page, "check")
    await page.get_by_role("button", name="Send invitations").click()
    await page.wait_for_url(re.compile(r"/meetings/SM-"))
    reference = page.url.split("/meetings/")[1][:9]
    meeting = f"/meetings/{reference}"

    await answer(page, HOME_BOX, reference, "Accept")
    await answer(page, DESTINATION_BOX, reference, "Decline")
    await seat_says(page, meeting, HOME, "Accepted")
    await seat_says(page, meeting, DESTINATION, "Declined")
    await look(page, "meeting")

    before = await attendance_rows(page, period)
    await page.goto("/mailroom")
    await page.get_by_role("button", name="A day forward").click()
    await expect(page.get_by_text("clock was moved forward")).to_be_visible()

    await page.goto(f"{meeting}/register")
    await look(page, "register")
    await page.get_by_role("button", name="Everyone came").click()
    await seat_of(page, DESTINATION).get_by_role("button", name="No-show").click()
    await expect(seat_of(page, DESTINATION).get_by_role("button", name="No-show")).to_have_attribute(
        "aria-pressed", "true"
    )
    await page.get_by_role("button", name="Close the register").click()
    await seat_says(page, meeting, HOME, "Attended")
    await look(page, "meeting-held")

    after = await posted_rows(page, period, before)
    await look(page, "report")
    expected, attended, no_show = 0, 1, 4
    for unit, column in ((HOME, attended), (DESTINATION, no_show)):
        assert int(after[unit][expected]) > int(before[unit][expected]), "and others may have begun on that day"
        assert int(after[unit][column]) == int(before[unit][column]) + 1
        assert after[unit][-1] != before[unit][-1], "the rate, with its two numbers"
