"""What the demonstration leaves for the other files to try, at the moment at which each begins.

Where a change of the simulated London takes one of these away, it is said here, and no journey has to find it out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.async_api import Locator, Page

from tests.browser import fixed_hour
from tests.browser.test_a_units_lead import challengeable
from tests.browser.test_a_units_lead import lead as lead
from tests.browser.test_marking_the_register import waiting_register

pytestmark = pytest.mark.browser


def row(page: Page, region: str, text: str) -> Locator:
    return page.get_by_role("region", name=region).get_by_role("row").filter(has_text=text)


LEFT: dict[str, tuple[str, Callable[[Page], Locator]]] = {
    "a child who waits for a meeting": ("/", lambda page: page.locator("main a[href^='/waiting/']")),
    "a report that the police did not take": ("/", lambda page: page.locator("#refusals")),
    "an episode": ("/episodes?show=all", lambda page: page.locator("main a[href^='/episodes/']")),
    "a register that stands open": ("/meetings", lambda page: page.get_by_role("link", name="Mark the register")),
    "a missing strategy meeting to come": (
        "/meetings",
        lambda page: row(page, "Coming", "missing strategy meeting").get_by_role("link", name=re.compile("^SM-")),
    ),
    "a meeting that was held": ("/meetings", lambda page: row(page, "Past", "Held")),
    "a lead that is disputed": ("/disputes", lambda page: page.locator("main a[href^='/meetings/SM-']")),
    "an open action of a meeting held": (
        "/follow-up/actions",
        lambda page: page.get_by_role("link", name="Say how it ended"),
    ),
    "an interview to record": (
        "/follow-up/interviews",
        lambda page: page.get_by_role("link", name=re.compile("^Record")),
    ),
    "a briefing that comes round again": (
        "/series",
        lambda page: page.get_by_role("link", name="Hackney missing briefing"),
    ),
    "a letter in the mailroom": ("/mailroom", lambda page: page.locator("main a[href^='/mailroom/']")),
    "an attendance report of Teams": ("/mailroom", lambda page: page.locator("a[href^='/mailroom/teams/']")),
}


async def test_every_file_begins_at_the_same_moment(page: Page) -> None:
    await page.goto("/mailroom")
    assert fixed_hour.BEGINS <= fixed_hour.now() < fixed_hour.BEGINS + timedelta(minutes=40)
    said = await page.get_by_text("The demonstration's clock says").inner_text()
    assert f"{fixed_hour.BEGINS.day} {fixed_hour.BEGINS:%B %Y}" in said


@pytest.mark.parametrize("what", LEFT)
async def test_the_demonstration_leaves(page: Page, what: str) -> None:
    address, found = LEFT[what]
    await page.goto(address)
    assert await found(page).count(), f"The demonstration leaves no more on {address}: {what}."


async def test_the_first_open_register_has_three_seats_to_mark(page: Page) -> None:
    await page.goto(await waiting_register(page))
    seats = await page.locator(".convene-seat").count()
    assert seats >= 3, f"The register that the demonstration leaves open has {seats} seats; three are marked."


async def test_three_quarters_can_be_published_beside_the_one_that_was(page: Page) -> None:
    await page.goto("/reports/publications")
    periods = await page.get_by_label("Period").locator("option").all_inner_texts()
    assert len([one for one in periods if re.match("[A-Z][a-z]+ to ", one)]) >= 3, periods


async def test_an_outcome_may_be_challenged_by_the_lead_of_the_unit(lead: Page) -> None:
    assert await challengeable(lead)


async def test_what_waits_can_be_met_at_more_than_one_time(page: Page) -> None:
    await page.goto("/plan")
    await page.get_by_role("button", name="Propose times for all").click()
    await page.wait_for_url(re.compile(r"/plan/[0-9a-f-]{36}$"))
    choices = page.get_by_role("combobox", name=re.compile("^Time for "))
    times = [await one.locator("option:not([value=out])").count() for one in await choices.all()]
    assert max(times, default=0) > 1, f"The meetings that wait have no more times to choose from than {times}."
