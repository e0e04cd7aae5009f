"""Every page of the navigation and what it leads to, at both widths: nothing complains, or scrolls sideways."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.browser.conftest import look

pytestmark = pytest.mark.browser
PAGES = (
    "/",
    "/plan",
    "/meetings",
    "/meetings/registers",
    "/meetings/coming",
    "/meetings/past",
    "/follow-up",
    "/follow-up/ageing",
    "/follow-up/checklist",
    "/follow-up/not-convened",
    "/series",
    "/episodes",
    "/episodes?show=all",
    "/post",
    "/reports",
    "/reports/explore",
    "/reports/dataset",
    "/directory",
    "/directory?kind=without",
    "/directory?q=croydon",
    "/directory/files",
    "/feeds",
    "/people",
    "/log",
    "/status",
    "/rules",
    "/mailroom",
    "/sessions",
)
FORMS = (
    "/reports/publications",
    "/reports/publications/verify",
    "/ladders",
    "/directory/ladder",
    "/directory/ladder/london/new",
    "/directory/checks",
    "/directory/CE/confirmation",
    "/directory/CE/history",
    "/directory/CE/proposals/new",
    "/directory/CE/proposals/new?other",
    "/import",
    "/series/new",
    "/meetings/about",
    "/meetings/about?area=E09000022",
    "/directory/places",
    "/directory/areas/change?place=E09000022",
    "/directory/mail-domains",
    "/directory/mail-domains/new",
    "/directory/units/new",
    "/disputes",
    "/challenges",
    "/people/new",
    "/people?q=lambeth",
    "/log/unusual",
    "/break-glass",
    "/break-glass/review",
    "/reports/calendar",
    "/handovers",
    "/rules/clocks",
    "/rules/low-attendance",
    "/retention",
    "/requests",
    "/rules/HIGH",
    "/rules/OPEN24-CARE/change",
)
BEHIND = [
    ("/", r"^/waiting/"),
    ("/meetings", r"^/meetings/SM-\w+$"),
    ("/meetings", r"/register$"),
    ("/reports/explore", r"^/reports/explore/meetings\?"),
    ("/episodes?show=all", r"^/episodes/[0-9a-f-]{36}$"),
    ("/directory?kind=bcu", r"^/directory/[A-Z]+$"),
    ("/directory/CE", r"^/directory/CE/desk$"),
    ("/directory/CE", r"^/directory/CE/contacts/[0-9a-f-]{36}/change$"),
    ("/directory/places", r"^/directory/places/"),
    ("/directory/CE", r"^/directory/CE/hours$"),
    ("/directory/CE", r"^/directory/CE/promise$"),
    ("/directory/CE/hours", r"^/directory/CE/calendar$"),
    ("/directory/CE/hours", r"^/directory/CE/hours/new/weekly$"),
    ("/directory/CE/hours", r"^/directory/CE/hours/new/rotating$"),
    ("/directory/CE/hours", r"^/directory/CE/hours/[0-9a-f-]{36}/end$"),
    ("/directory/CE/hours", r"^/directory/CE/days-off$"),
    ("/people?q=lambeth@convene.example", r"^/people/[0-9a-f-]{36}$"),
    ("/people?q=coordinator@convene.example", r"^/people/[0-9a-f-]{36}$"),
    ("/mailroom", r"^/mailroom/\d+$"),
]


@pytest.mark.parametrize("address", [*PAGES, *FORMS])
async def test_a_page_can_be_used_at_every_width(page: Page, address: str) -> None:
    answer = await page.goto(address)
    assert answer is not None
    assert answer.status == 200
    await look(page, "page" + re.sub(r"\W+", "-", address))


@pytest.mark.parametrize(("listed", "pattern"), BEHIND)
async def test_what_a_list_leads_to_can_be_used_at_every_width(page: Page, listed: str, pattern: str) -> None:
    await page.goto(listed)
    links = await page.locator("main a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    address = next(link for link in links if re.search(pattern, link))
    answer = await page.goto(address)
    assert answer is not None
    assert answer.status == 200
    await look(page, "behind" + re.sub(r"\W+", "-", pattern))


async def test_every_entry_of_the_navigation_is_visited_here(page: Page) -> None:
    await page.goto("/")
    entries = page.get_by_role("navigation", name="Convene").locator("a")  # those behind “More” too
    assert await entries.count() > 10
    assert set(await entries.evaluate_all("all => all.map(a => a.getAttribute('href'))")) <= set(PAGES)


async def test_the_list_of_a_briefing_can_be_used_at_every_width(page: Page) -> None:
    await page.goto("/series")
    await page.get_by_role("link", name="Hackney missing briefing").click()
    past = page.get_by_role("region", name="Past dates").get_by_role("row").nth(1)
    coming = page.get_by_role("region", name="Next dates").get_by_role("row").nth(1)
    for name, row in (("past", past), ("coming", coming)):
        link = row.get_by_role("rowheader").get_by_role("link")
        meeting = str(await link.get_attribute("href")) if await link.count() else ""
        if not meeting:
            meeting = str(await row.get_by_role("link").first.get_attribute("href")).removesuffix("/register")
        back = page.url
        await page.goto(f"{meeting}/list")
        await expect(page.get_by_label("What was decided about").first).to_be_visible()
        await look(page, f"briefing-list-{name}")
        await page.goto(back)


@pytest.mark.parametrize("last", ["/", "/calling-off", "/time", "/seats", "/lead"])
async def test_a_coming_meeting_and_its_changes_can_be_used_at_every_width(page: Page, last: str) -> None:
    await page.goto("/meetings")
    coming = page.get_by_role("region", name="Coming").get_by_role("row").filter(has_text="missing strategy meeting")
    link = coming.get_by_role("link", name=re.compile("^SM-")).first  # a briefing has no lead
    await page.goto(f"/meetings/{await link.inner_text()}{last.rstrip('/')}")
    await look(page, "coming" + last.replace("/", "-"))


async def test_calendars_to_subscribe_to_can_be_used_at_every_width(page: Page) -> None:
    await page.goto("/feeds")
    for whose in ("Meetings I set up", "All of type: Missing strategy meeting"):
        await page.get_by_label("Whose meetings?").select_option(whose)
        await page.get_by_role("button", name="Make the calendar").click()
        await page.wait_for_url("**/feeds?done=made")
    address = await page.get_by_text(re.compile(r"^http\S+/feeds/[a-z2-7]{26}\.ics$")).first.inner_text()
    calendar = await page.request.get(address)
    assert (await calendar.text()).startswith("BEGIN:VCALENDAR")
    await look(page, "calendars-to-subscribe-to")
    await page.get_by_role("button", name="Revoke Meetings I set up").click()
    await page.wait_for_url("**/feeds?done=revoked")


@pytest.mark.parametrize("period", ["days&from=1+6+2026&to=2+6+2026", "days"])
async def test_a_report_of_any_period_can_be_used_at_every_width(page: Page, period: str) -> None:
    await page.goto(f"/reports?period={period}")
    await look(page, "report-" + re.sub(r"\W+", "-", period))


@pytest.mark.parametrize("address", ["/nowhere", "/meetings/SM-NOSUCH"])
async def test_what_is_not_there_is_said_on_a_page_too(signed_in: BrowserContext, address: str) -> None:
    page = await signed_in.new_page()  # the browser complains about a 404, so not the page that fails by that
    answer = await page.goto(address)
    assert answer is not None
    assert answer.status == 404
    await look(page, "not-there" + re.sub(r"\W+", "-", address))
    await page.close()
