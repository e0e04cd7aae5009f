"""Whatever somebody of each role reaches by links is without fault: axe finds nothing, and a phone shows it whole."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from litestar import Litestar
from playwright.async_api import Browser as Chromium
from playwright.async_api import BrowserContext, Page

from demo import people
from tests.browser.conftest import AXE, DESKTOP, PHONE, Running
from tests.browsing import Browser, application
from tests.crawling import Visit, routes

pytestmark = pytest.mark.browser
MEETING = "/meetings/{reference}"  # what it offers depends on how far it is
NOT_BY_LINKS = {
    "no page": ("/live", "/ready", "/schema", "/schema/openapi.json", "/schema/{path}", "/static/{file_path}"),
    "a file or a picture within a page": (
        "/reports/charts/{name}/{key}",
        "/reports/publications/{publication}/charts/{name}",
        "/feeds/{name}",
        "/requests/{reference}/answer.zip",
        "/reports/files/{asked}/download",
        "/directory/files/{file}/changes.csv",
    ),
    "linked where a list has more rows than are shown first: test_every_page": (
        "/meetings/registers",
        "/meetings/coming",
        "/meetings/past",
    ),
    "for who is signed in nowhere: test_signing_in_on_a_phone": ("/sign-in", "/sign-in/sent", "/sign-in/{token}"),
    "through an organisation: test_signing_in_through_an_organisation": (
        "/sign-in/with/{provider}",
        "/sign-in/with/{provider}/back",
        "/sign-in/with/{provider}/out",
    ),
    "by the link in a letter: test_answer_link_page": ("/answer/{link}",),
    "by the link in a letter: test_series_answer_page": ("/answer/series/{link}",),
    "by the link in a letter: test_after_the_meeting": ("/actions/{link}",),
    "by the link in a letter: test_the_ladder": ("/acknowledge/{link}",),
    "by the link in a letter: test_two_forces": ("/handover/{link}",),
    "by the link in a letter: test_keeping_the_directory_true": (
        "/verify/{link}",
        "/verify/{link}/wrong",
        "/proposed/{link}",
    ),
    "made by a form: test_keeping_the_directory_true": (
        "/directory/{unit_code}/proposals/{proposal}",
        "/directory/{unit_code}/warnings/{warning}",
    ),
    "made by a form: test_the_directory": ("/directory/files/{file}",),
    "made by a form: test_planning_a_week": ("/plan/{plan}",),
    "made by a form: test_asking_what_is_held": ("/requests/{reference}",),
    "by the link in a letter: test_publishing_a_report_in_chromium": ("/outcomes/{link}", "/outcomes/{link}/{seat}"),
    "made by a form: test_publishing_a_report_in_chromium": ("/reports/files/{asked}",),
    "in an emergency: test_every_page": ("/break-glass",),
    "in an emergency: test_the_log": (
        "/break-glass/{access}",
        "/break-glass/{access}/case",
        "/break-glass/{access}/review",
    ),
    "on some days: test_every_page": ("/meetings/{reference}/list",),
    "on some days: test_two_forces": ("/handovers/{reference}",),
    "on some days: test_after_the_meeting": ("/meetings/{reference}/review",),
    "on some days: test_marking_the_register": ("/meetings/{reference}/register/not-held",),
    "after an answer: test_deciding": ("/deputies/{number}", "/post/{mail}/returned"),
    "a seat of one's own: test_a_units_lead": ("/seats/{seat}/deputy", "/seats/{seat}/challenge"),
}
TITLES = [one.title for one in (people.DESK, *people.PEOPLE)]


@pytest.fixture(scope="module")
def app() -> Litestar:
    """For its table of routes alone."""
    return application()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def visits(convene: Running, app: Litestar) -> AsyncIterator[Mapping[str, Visit]]:
    """What each of the demonstration's people reaches from the start page, by their title."""
    made = {}
    for title in TITLES:
        browser = Browser(None, convene.base_url)
        browser.timeout = 60  # the files of a year take their time on a busy machine
        await browser.sign_in(convene.links[title])
        made[title] = Visit(app, browser, few=1, of_some={MEETING: 8})
        await made[title].everywhere()
    yield made
    for visit in made.values():
        await visit.browser.aclose()


async def as_somebody(chromium: Chromium, visit: Visit) -> BrowserContext:
    """Chromium with this person's session."""
    address = str(visit.browser.base_url)
    context = await chromium.new_context(viewport=DESKTOP, base_url=address)  # type: ignore[arg-type]  # a plain dict
    cookies = [{"name": one.name, "value": one.value, "url": address} for one in visit.browser.cookies.jar]
    await context.add_cookies(cookies)  # type: ignore[arg-type]  # plain dicts
    return context


async def faults(page: Page) -> list[Any]:
    """What axe finds on the page at a desk, and whether it scrolls sideways on a phone."""
    await page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]  # a plain dict
    await page.evaluate(AXE.read_text())
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations'], preload: false})")
    wrong: list[Any] = [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found["violations"]]
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a plain dict
    if not await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"):
        wrong.append("scrolls sideways on a phone")
    return wrong


@pytest.mark.parametrize("title", TITLES)
async def test_no_page_that_somebody_reaches_has_a_fault(
    visits: Mapping[str, Visit], browser: Chromium, title: str
) -> None:
    visit = visits[title]
    assert not visit.wrong, "\n".join(map(str, visit.wrong))
    assert not visit.refused, "\n".join(map(str, visit.refused))
    context = await as_somebody(browser, visit)
    page = await context.new_page()
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text) if one.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    wrong = {}
    for address in visit.pages.values():
        await page.goto(address)
        if found := [*await faults(page), *said]:
            wrong[address] = found
        said.clear()
    await context.close()
    assert not wrong, "\n".join(f"{address}: {found}" for address, found in wrong.items())


def test_every_route_is_reached_by_somebody_or_said_to_be_looked_at_elsewhere(
    visits: Mapping[str, Visit], app: Litestar
) -> None:
    reached = {route for visit in visits.values() for route in visit.seen}
    stated = {route for these in NOT_BY_LINKS.values() for route in these}
    assert routes(app, "GET") - reached == stated - reached
    assert stated <= routes(app, "GET"), "a route that is stated is no more"


def test_what_is_looked_at_elsewhere_is_looked_at_there() -> None:
    named = {reason.partition(": ")[2] for reason in NOT_BY_LINKS} - {""}
    assert {name for name in named if not Path(__file__).with_name(f"{name}.py").exists()} == set()
