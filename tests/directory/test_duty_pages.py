"""A unit's time on its pages: hours told and ended, days off, the promise, and the published calendar."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from html import unescape

import httpx
import pytest

from audit.tables import Entry
from directory import calendars, duty_changes
from directory.areas import load_directory
from directory.duty import Shift
from directory.duty_hours import cycle_of
from directory.duty_tables import BusyTime, PublishedCalendar
from directory.units import unit_of_code
from tests.browsing import At, Browser, application, sign_in_as

pytestmark = pytest.mark.usefixtures("rolled_back")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
OFFICE = {f"{day}-from": "8am" for day in DAYS} | {f"{day}-to": "4pm" for day in DAYS}
FIRST = {"valid_from-day": "2", "valid_from-month": "11", "valid_from-year": "2026"}
SECRET = "https://calendar.example/secret/of-the-unit.ics"


@pytest.fixture
async def stranger(rolled_back: None, now: datetime) -> AsyncIterator[Browser]:
    await load_directory()
    async with Browser(application(clock=At(now))) as browser:
        yield browser


@pytest.fixture
async def coordinator(stranger: Browser) -> Browser:
    return await sign_in_as(stranger, "coordinator@council.example", "Missing coordinator")


async def words(browser: Browser, path: str) -> str:
    return said(await browser.get(path))


def said(response: httpx.Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


async def acts() -> list[str]:
    entries = await Entry.objects().where(Entry.subject == "unit NA").order_by(Entry.id)
    return [entry.action for entry in entries]


@pytest.mark.parametrize(
    "page", ["hours", "hours/new/weekly", "hours/new/rotating", "days-off", "promise", "calendar"]
)
async def test_nobody_sees_a_units_time_without_signing_in(stranger: Browser, page: str) -> None:
    response = await stranger.get(f"/directory/NA/{page}")

    assert response.status_code == 303
    assert response.headers["location"].startswith("/sign-in")


async def test_a_unit_of_which_nothing_is_known_says_so(coordinator: Browser) -> None:
    assert "No duty hours known" in await words(coordinator, "/directory/NA")
    page = await words(coordinator, "/directory/NA/hours")
    assert "No duty hours are known." in page
    assert "The unit promised nothing." in page
    assert "publishes no calendar" in page


async def test_weekly_hours_are_told_and_shown_with_the_next_duty(coordinator: Browser) -> None:
    sent = await coordinator.send_form("/directory/NA/hours/new/weekly", name="Missing unit", **OFFICE, **FIRST)

    assert (sent.status_code, sent.headers["location"]) == (303, "/directory/NA/hours?done=added")
    page = await words(coordinator, "/directory/NA/hours?done=added")
    assert "On duty now, until 4pm" in page
    assert "Missing unit Monday to Friday 8am to 4pm, Saturday to Sunday off Off" in page
    assert "Wednesday 18 November 2026 8am to 4pm" in page
    assert "Saturday 21 November 2026 Off duty" in page
    assert "On duty now, until 4pm" in await words(coordinator, "/directory/NA")
    assert await acts() == ["duty hours added"]


async def test_rotating_shifts_are_told_in_runs(coordinator: Browser) -> None:
    runs = {"run1-days": "2", "run1-from": "7am", "run1-to": "3pm", "run2-days": "2", "run2-from": "3pm"}
    more = {"run2-to": "11pm", "run3-days": "2", "run3-from": "11pm", "run3-to": "7am", "run4-days": "4"}
    anchor = {"anchor-day": "16", "anchor-month": "11", "anchor-year": "2026"}

    sent = await coordinator.send_form(
        "/directory/NA/hours/new/rotating", name="Team A", bank_holidays="yes", **runs, **more, **anchor, **FIRST
    )

    assert sent.status_code == 303, said(sent)
    page = await words(coordinator, "/directory/NA/hours")
    assert "2 days 7am to 3pm, 2 days 3pm to 11pm, 2 days 11pm to 7am, 4 days off, beginning on 16 November" in page
    assert "Next on duty Wednesday 18 November 2026, 3pm to 11pm" in page
    assert "Saturday 21 November 2026 midnight to 7am, 11pm to midnight" in page
    assert "Worked" in page
    (row,) = await duty_changes.patterns_of((await unit_of_code("NA")).id)
    assert len(cycle_of(row.cycle)) == 10
    assert row.anchor == date(2026, 11, 16)


@pytest.mark.parametrize(
    ("kind", "fields", "why"),
    [
        ("weekly", {"monday-from": "8am"}, "Enter both times, or leave both empty"),
        ("weekly", {"monday-from": "8", "monday-to": "4pm"}, "Enter a time, like 10am"),
        ("weekly", {}, "Enter the hours of at least one day"),
        ("weekly", {**OFFICE, "name": ""}, "Enter what the team is called"),
        ("weekly", {**OFFICE, "last_on": "1 11 2026"}, "The last day must not be before the first."),
        ("rotating", {"run1-from": "7am", "run1-to": "3pm", "anchor": "16 11 2026"}, "Enter how many days, from 1"),
        ("rotating", {"run1-days": "15", "anchor": "16 11 2026"}, "Enter how many days, from 1 to 14"),
        ("rotating", {"run1-days": "4", "anchor": "16 11 2026"}, "Enter a run of days with hours"),
        ("rotating", {"run1-days": "2", "run1-from": "7am", "run1-to": "3pm"}, "Enter a day on which the first run"),
    ],
)
async def test_hours_that_cannot_be_taken_are_refused_beside_their_field(
    coordinator: Browser, kind: str, fields: dict[str, str], why: str
) -> None:
    sent = await coordinator.send_form(f"/directory/NA/hours/new/{kind}", **({"name": "Team"} | FIRST | fields))

    assert sent.status_code == 400
    assert said(sent).count(why) == 2  # in the summary and beside the field
    assert await duty_changes.patterns_of((await unit_of_code("NA")).id) == []


async def test_there_are_two_kinds_of_hours_and_no_other(coordinator: Browser) -> None:
    assert (await coordinator.get("/directory/NA/hours/new/monthly")).status_code == 404
    assert (await coordinator.get("/directory/NOBODY/hours")).status_code == 404


async def test_hours_that_end_are_worked_until_their_last_day(coordinator: Browser) -> None:
    await coordinator.send_form("/directory/NA/hours/new/weekly", name="Missing unit", **OFFICE, **FIRST)
    (row,) = await duty_changes.patterns_of((await unit_of_code("NA")).id)

    sent = await coordinator.send_form(f"/directory/NA/hours/{row.id}/end", last_on="19 11 2026")

    assert sent.status_code == 303
    page = await words(coordinator, "/directory/NA/hours")
    assert "Thursday 19 November 2026 8am to 4pm" in page
    assert "Friday 20 November 2026 Off duty" in page
    assert await acts() == ["duty hours added", "duty hours ended"]


async def test_hours_cannot_end_before_they_began(coordinator: Browser) -> None:
    await coordinator.send_form("/directory/NA/hours/new/weekly", name="Missing unit", **OFFICE, **FIRST)
    (row,) = await duty_changes.patterns_of((await unit_of_code("NA")).id)

    sent = await coordinator.send_form(f"/directory/NA/hours/{row.id}/end", last_on="1 10 2026")

    assert sent.status_code == 400
    assert "These hours begin on 2 November 2026" in said(sent)


async def test_the_hours_of_one_unit_are_not_ended_from_another(coordinator: Browser) -> None:
    await coordinator.send_form("/directory/NA/hours/new/weekly", name="Missing unit", **OFFICE, **FIRST)
    (row,) = await duty_changes.patterns_of((await unit_of_code("NA")).id)

    assert (await coordinator.get(f"/directory/NE/hours/{row.id}/end")).status_code == 404


async def test_days_off_are_added_shown_and_removed(coordinator: Browser) -> None:
    await coordinator.send_form("/directory/NA/hours/new/weekly", name="Missing unit", **OFFICE, **FIRST)

    sent = await coordinator.send_form(
        "/directory/NA/days-off", reason="Training day", first_on="19 11 2026", last_on="20 11 2026"
    )

    assert sent.status_code == 303, said(sent)
    assert "Friday 20 November 2026 Off duty Day off: Training day" in await words(coordinator, "/directory/NA/hours")
    (off,) = await duty_changes.days_off_of((await unit_of_code("NA")).id, since=date(2026, 11, 18))
    await coordinator.send_form("/directory/NA/hours", f"/directory/NA/days-off/{off.id}/removal")
    assert "Friday 20 November 2026 8am to 4pm" in await words(coordinator, "/directory/NA/hours")
    assert await acts() == ["duty hours added", "days off added", "days off removed"]


async def test_one_day_off_needs_no_last_day_and_a_last_day_is_not_before_the_first(coordinator: Browser) -> None:
    assert (
        await coordinator.send_form("/directory/NA/days-off", reason="Training", first_on="19 11 2026")
    ).status_code == 303
    refused = await coordinator.send_form(
        "/directory/NA/days-off", reason="Training", first_on="19 11 2026", last_on="18 11 2026"
    )
    assert "The last day must not be before the first" in said(refused)


async def test_a_promise_is_given_shown_and_taken_back(coordinator: Browser) -> None:
    await coordinator.send_form("/directory/NA/promise", amount="4", counted_in="working hours")
    assert "within 4 working hours" in await words(coordinator, "/directory/NA")

    await coordinator.send_form("/directory/NA/promise", amount="0", counted_in="working hours")
    assert "Nothing promised" in await words(coordinator, "/directory/NA")


@pytest.mark.parametrize("fields", [{"amount": "-1"}, {"amount": "81"}, {"amount": "soon"}, {"counted_in": "months"}])
async def test_a_promise_that_nobody_can_keep_is_refused(coordinator: Browser, fields: dict[str, str]) -> None:
    sent = await coordinator.send_form(
        "/directory/NA/promise", **({"amount": "4", "counted_in": "working hours"} | fields)
    )

    assert sent.status_code == 400


async def test_the_address_of_a_calendar_is_shown_on_no_page(coordinator: Browser) -> None:
    sent = await coordinator.send_form("/directory/NA/calendar", address=SECRET)

    assert sent.headers["location"] == "/directory/NA/hours?done=calendar"
    for path in ("/directory/NA", "/directory/NA/hours", "/directory/NA/calendar"):
        page = (await coordinator.get(path)).text
        assert "of-the-unit" not in page
    assert "https://calendar.example/…" in await words(coordinator, "/directory/NA/hours")


@pytest.mark.parametrize("address", ["http://calendar.example/of-the-unit.ics", "of-the-unit", ""])
async def test_an_address_that_cannot_be_used_is_refused_and_not_repeated(coordinator: Browser, address: str) -> None:
    sent = await coordinator.send_form("/directory/NA/calendar", address=address)

    assert sent.status_code == 400
    assert "of-the-unit" not in sent.text


async def put(now: datetime, **facts: object) -> None:
    """The unit publishes a calendar, of which this is known."""
    unit = await unit_of_code("NA")
    await calendars.publish(unit.id, SECRET, by="tests", now=now)
    changed = {getattr(PublishedCalendar, name): value for name, value in facts.items()}
    await PublishedCalendar.update(changed).where(PublishedCalendar.unit == unit.id)
    at = datetime(2026, 11, 19, 13, 0, tzinfo=UTC)
    await BusyTime.insert(BusyTime(unit=unit.id, starts_at=at, ends_at=at + timedelta(hours=1)))


async def test_a_calendar_that_was_read_shows_when_and_what(coordinator: Browser, now: datetime) -> None:
    await put(now, read_at=now - timedelta(minutes=10), counts=True, unread=2)

    page = await words(coordinator, "/directory/NA/hours")

    assert "Last read Wednesday 18 November 2026 at 9:50am" in page
    assert "Thursday 19 November 2026 Not known 1pm to 2pm" in page
    assert "Entries that could not be read 2." in page


async def test_a_failure_is_told_in_plain_words_with_how_long_the_last_copy_counts(
    coordinator: Browser, now: datetime
) -> None:
    await put(
        now,
        read_at=now - timedelta(hours=2),
        counts=True,
        failures=1,
        failure="Its server does not answer.",
        next_at=now,
    )

    page = await words(coordinator, "/directory/NA/hours")

    assert "The calendar could not be read. Its server does not answer." in page
    assert "What was read before counts until Thursday 19 November 2026 at 8am." in page


async def test_a_copy_that_is_too_old_is_said_to_count_no_more_and_not_shown(
    coordinator: Browser, now: datetime
) -> None:
    await put(now, read_at=now - timedelta(days=2), counts=False, failures=9, failure="It did not come.")

    page = await words(coordinator, "/directory/NA/hours")

    assert "is more than a day old and counts no more" in page
    assert "1pm to 2pm" not in page


async def test_a_calendar_is_tried_and_removed_from_its_pages(coordinator: Browser, now: datetime) -> None:
    await put(now, next_at=now + timedelta(hours=6))
    unit = await unit_of_code("NA")

    await coordinator.send_form("/directory/NA/hours", "/directory/NA/calendar/reading")
    row = await calendars.calendar_of(unit.id)
    assert row is not None
    assert row.next_at == now

    await coordinator.send_form("/directory/NA/calendar", "/directory/NA/calendar/removal")
    assert await calendars.calendar_of(unit.id) is None
    assert await acts() == ["published calendar added", "published calendar tried", "published calendar removed"]


def test_the_cycle_is_kept_as_it_was_told() -> None:
    shift = cycle_of('[[["07:00", "15:00"]], []]')[0][0]

    assert shift == Shift(shift.starts, shift.ends)
    assert (shift.starts.hour, shift.ends.hour) == (7, 15)
