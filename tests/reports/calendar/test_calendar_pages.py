"""The calendar's page: everybody signed in reads it, people who publish set the terms and the list."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest
from litestar import Litestar

from audit.tables import Entry
from notifications import troubles
from reports.calendar_tables import Every, ReportCalendar
from reports.report_calendars import Terms, add, add_address, calendars, listed
from tests.attendance.clocked import Clock, clocked_app
from tests.attendance.reading_pages import words
from tests.browsing import Browser, sign_in_as
from tests.reports.calendar.drafts import MISSING

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
TERMS = {
    "act": "change",
    "drawn_after": "10",
    "challenge_days": "10",
    "threshold": "5",
    "since-day": "1",
    "since-month": "10",
    "since-year": "2026",
    "active": "yes",
}


@pytest.fixture(scope="module")
def app() -> Litestar:
    return clocked_app()


@pytest.fixture
async def browser(rolled_back: None, app: Litestar) -> AsyncIterator[Browser]:
    Clock.at = NOW
    async with Browser(app) as browser:
        yield browser


@pytest.fixture
async def publisher(browser: Browser) -> Browser:
    return await sign_in_as(browser, "head@council.example", "Head of performance", publishes=True)


async def quarterly() -> ReportCalendar:
    await add(Every.QUARTER, MISSING, Terms(since=date(2026, 10, 1)), by="tests", now=NOW)
    return (await calendars())[0]


async def test_a_report_is_added_with_what_is_usual(publisher: Browser) -> None:
    page = await publisher.get("/reports/calendar/new")
    assert 'name="drawn_after" type="text" spellcheck="false" value="10"' in page.text
    done = await publisher.send_form("/reports/calendar/new", **TERMS, every="quarter", type=MISSING)
    assert done.status_code == 303
    text = words(await publisher.get("/reports/calendar"))
    assert "Each quarter: missing strategy meeting" in text
    assert "Next draft Friday 15 January 2027 at 9am: October to December 2026" in text
    assert "Nobody yet: a release is sent to nobody" in text
    assert "Only one person may publish reports." in text


async def test_the_same_report_twice_is_refused(publisher: Browser) -> None:
    await quarterly()
    again = await publisher.send_form("/reports/calendar/new", **TERMS, every="quarter", type=MISSING)
    assert again.status_code == 400
    assert "The calendar has a report of each quarter about missing strategy meeting already." in words(again)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("threshold", "2", "The smallest count that is shown is a whole number from 3 to 20"),
        ("threshold", "many", "Enter the smallest count that is shown"),
        ("challenge_days", "0", "The number of working days for challenges is a whole number from 1 to 40"),
        ("drawn_after", "61", "The number of working days until the draft is a whole number from 1 to 60"),
        ("since-year", "1999", "Enter a day from 2012 to 2098"),
        ("since-month", "13", "There is no such day as 1 13 2026"),
    ],
)
async def test_terms_that_cannot_be_are_refused_and_what_was_typed_stays(
    publisher: Browser, field: str, value: str, sentence: str
) -> None:
    row = await quarterly()
    again = await publisher.send_form(f"/reports/calendar/{row.id}", **{**TERMS, field: value})
    assert again.status_code == 400
    assert sentence in words(again)
    assert f'value="{value}"' in again.text
    assert (await calendars())[0].threshold == 5


async def test_terms_are_changed_and_what_they_were_is_in_the_audit_trail(publisher: Browser) -> None:
    row = await quarterly()
    await publisher.send_form(f"/reports/calendar/{row.id}", **{**TERMS, "threshold": "8"})
    await publisher.send_form(f"/reports/calendar/{row.id}", **{**TERMS, "threshold": "8"})
    assert (await calendars())[0].threshold == 8
    (entry,) = await Entry.objects().where(Entry.action == "changed the calendar of reports")
    assert '"threshold": 5' in entry.detail
    assert '"threshold": 8' in entry.detail


async def test_a_report_may_rest(publisher: Browser) -> None:
    row = await quarterly()
    rest = {name: value for name, value in TERMS.items() if name != "active"}
    await publisher.send_form(f"/reports/calendar/{row.id}", **rest)
    assert "None: this report rests" in words(await publisher.get("/reports/calendar"))


async def test_addresses_are_put_on_the_list_and_taken_off(publisher: Browser) -> None:
    row = await quarterly()
    page = f"/reports/calendar/{row.id}"
    await publisher.send_form(page, act="list", name="Clerk to the committee", address="clerk@committee.example")
    text = words(await publisher.get("/reports/calendar"))
    assert "Sent to Clerk to the committee, clerk@committee.example" in text
    (one,) = await listed(row.id)
    done = await publisher.send_form(page, act="remove", listed=str(one.id))
    assert "The address is off the list." in words(await publisher.get(done.headers["location"]))
    assert await listed(row.id) == []


@pytest.mark.parametrize(
    ("name", "address", "sentence"),
    [
        ("", "clerk@committee.example", "Say whose address it is"),
        ("Clerk", "clerk", "is not an address Convene can invite"),
        ("Clerk", "CHAIR@committee.example", "CHAIR@committee.example is on the list already."),
    ],
)
async def test_an_address_that_cannot_be_listed_is_refused(
    publisher: Browser, name: str, address: str, sentence: str
) -> None:
    row = await quarterly()
    await add_address(row.id, "chair@committee.example", "Chair", by="tests", now=NOW)
    again = await publisher.send_form(f"/reports/calendar/{row.id}", act="list", name=name, address=address)
    assert again.status_code == 400
    assert sentence in words(again)
    assert 'value="10"' in again.text
    assert len(await listed(row.id)) == 1


async def test_what_the_worker_cannot_do_is_said(publisher: Browser) -> None:
    await troubles.met("open data", "The open-data folder cannot be written: Permission denied.", now=NOW)
    text = words(await publisher.get("/reports/calendar"))
    assert "Since Wednesday 18 November 2026 at 10am: The open-data folder cannot be written" in text


async def test_a_draft_that_is_overdue_is_named(publisher: Browser) -> None:
    await add(Every.QUARTER, MISSING, Terms(since=date(2026, 9, 1)), by="tests", now=NOW)
    assert "Due and not drawn up yet: July to September 2026." in words(await publisher.get("/reports/calendar"))


async def test_others_read_the_calendar_and_change_nothing(browser: Browser) -> None:
    row = await quarterly()
    await sign_in_as(browser, "other@council.example", "Coordinator")
    page = await browser.get("/reports/calendar")
    assert "Change this report" not in words(page)
    assert (await browser.get("/reports/calendar/new")).status_code == 403
    assert (await browser.get(f"/reports/calendar/{row.id}")).status_code == 403


async def test_what_the_worker_cannot_do_is_said_beside_the_mail_that_needs_a_person(publisher: Browser) -> None:
    await troubles.met("open data", "The open-data folder cannot be written: Permission denied.", now=NOW)
    assert "The open-data folder cannot be written: Permission denied." in words(await publisher.get("/post"))
