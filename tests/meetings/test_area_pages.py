"""A boundary change is one dated edit for all its places: what it finds is listed, what it corrects is said."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from audit.tables import Entry
from directory.area_changes import serve_from, turns
from directory.areas import police_services, services_in, serving
from directory.errors import NoSuchPlace, NotACorrection
from directory.tables import Area
from directory.units import unit_of_code
from meetings import setting_up
from meetings.letterhead import Letterhead
from meetings.tables import Meeting
from reports.boundaries import breaks
from tests.browsing import At, Browser, application, sign_in_as
from tests.meetings.waiting_children import BY, child_waiting, tomorrow, units_of
from web.viewer import MACHINE

LAMBETH, SOUTHWARK, NEWHAM = "E09000022", "E09000028", "E09000025"
TWO = [(LAMBETH, "Lambeth"), (SOUTHWARK, "Southwark")]
SPRING = date(2027, 4, 1)


@pytest.fixture
async def coordinator(rolled_back: None, london: None, now: datetime) -> Browser:
    return await sign_in_as(Browser(application(clock=At(now))), "somebody@council.example", "Missing coordinator")


async def meeting_about(home: str, now: datetime, letterhead: Letterhead, **when: object) -> Meeting:
    child = await child_waiting(now, home=home)
    units = await units_of(child, now)
    reference = await setting_up.set_up(
        child, tomorrow(now, **when), units, by=BY, now=now, letterhead=letterhead, viewer=MACHINE
    )
    meeting = await Meeting.objects().where(Meeting.reference == reference).first()
    assert meeting is not None
    return meeting


def asked(on: date, unit: str = "CE", *places: str) -> dict[str, object]:
    days = {"on-day": str(on.day), "on-month": str(on.month), "on-year": str(on.year)}
    return {"unit": unit, "source": "Notice of the change.", "places": list(places or [LAMBETH]), **days}


async def test_two_boroughs_change_hands_on_one_day_and_the_day_before_is_as_it_was(
    rolled_back: None, london: None, now: datetime
) -> None:
    unit = (await unit_of_code("CE")).id
    told = {"source": "Notice.", "by": BY, "now": now}
    made = await serve_from(unit, TWO, SPRING, **told)  # type: ignore[arg-type]  # the same for each call
    assert [(turn.place_name, turn.before.unit if turn.before else "") for turn in made] == [
        ("Lambeth", "AS"),
        ("Southwark", "AS"),
    ]
    after = await serving([LAMBETH, SOUTHWARK], SPRING)
    assert {after.police(LAMBETH), after.police(SOUTHWARK)} == {unit}
    before = await serving([LAMBETH], SPRING - timedelta(days=1))
    assert before.police(LAMBETH) == (await unit_of_code("AS")).id
    assert await Entry.count().where(Entry.action == "area changed") == 2
    assert await serve_from(unit, TWO, SPRING, **told) == []  # type: ignore[arg-type]  # as above
    assert await Entry.count().where(Entry.action == "area changed") == 2


async def test_reports_show_the_break_on_that_day(rolled_back: None, london: None, now: datetime) -> None:
    await serve_from((await unit_of_code("CE")).id, TWO, SPRING, source="Notice.", by=BY, now=now)
    shown = breaks(await police_services(), now.date(), SPRING)
    assert "1 April 2027 also polices Lambeth and Southwark" in shown["Central East BCU"][0].what
    assert "1 April 2027 polices no place, before it Lambeth and Southwark" in shown["Central South BCU"][0].what


async def test_one_place_that_is_not_there_leaves_all_as_it_was(committed: None, london: None, now: datetime) -> None:
    before = await Area.count()
    unit = (await unit_of_code("CE")).id
    with pytest.raises(NoSuchPlace):
        await serve_from(unit, [*TWO, ("E09999999", "?")], SPRING, source="Notice.", by=BY, now=now)
    assert await Area.count() == before


async def test_a_day_that_is_past_and_an_entry_that_is_replaced_are_corrections(
    rolled_back: None, london: None, now: datetime
) -> None:
    east = (await unit_of_code("CE")).id
    for on in (now.date() - timedelta(days=1), date(2019, 3, 21)):
        with pytest.raises(NotACorrection):
            await serve_from(east, TWO, on, source="Notice.", by=BY, now=now)
    (turn, _) = await turns(east, TWO, date(2019, 3, 21))
    assert turn.replaces
    await serve_from(east, TWO, date(2019, 3, 21), correction=True, source="Notice.", by=BY, now=now)
    assert [(s.unit, s.since) for s in await services_in(LAMBETH) if s.kind.value == "bcu"] == [
        ("CE", date(2019, 3, 21))
    ]
    assert await Entry.count().where(Entry.action == "area corrected") == 2


async def test_the_page_shows_who_changes_and_which_meetings_it_finds_before_anything_happens(
    coordinator: Browser, now: datetime, letterhead: Letterhead
) -> None:
    found = await meeting_about(LAMBETH, now, letterhead)
    other = await meeting_about(NEWHAM, now, letterhead)
    page = "/directory/areas/change"
    assert f'value="{LAMBETH}" checked' in (await coordinator.get(f"{page}?place={LAMBETH}")).text
    shown = await coordinator.send_form(page, step="look", **asked(now.date()))  # type: ignore[arg-type]  # lists too
    assert shown.status_code == 200
    assert "Nothing has been changed yet." in shown.text
    assert "Central South BCU" in shown.text
    assert found.reference in shown.text
    assert other.reference not in shown.text
    assert (await serving([LAMBETH], now.date())).police(LAMBETH) == (await unit_of_code("AS")).id
    made = await coordinator.send_form(page, step="do", **asked(now.date()))  # type: ignore[arg-type]  # as above
    assert made.headers["location"] == "/directory/places?done=areas"
    assert (await serving([LAMBETH], now.date())).police(LAMBETH) == (await unit_of_code("CE")).id
    assert (
        "There is nothing to change."
        in (
            await coordinator.send_form(page, step="look", **asked(now.date()))  # type: ignore[arg-type]  # as above
        ).text
    )


async def test_a_correction_says_what_it_alters_and_is_made_only_where_that_was_ticked(
    coordinator: Browser, now: datetime, letterhead: Letterhead
) -> None:
    earlier = now - timedelta(days=3)
    held = await meeting_about(LAMBETH, earlier, letterhead)
    page, fields = "/directory/areas/change", asked(now.date() - timedelta(days=10))
    shown = await coordinator.send_form(page, step="look", **fields)  # type: ignore[arg-type]  # lists too
    assert "It alters what is recorded of 10 days that are past." in shown.text
    assert "Meetings held since then: 1" in shown.text
    assert held.reference in shown.text
    refused = await coordinator.send_form(page, step="do", **fields)  # type: ignore[arg-type]  # as above
    assert refused.status_code == 400
    assert "Say that it is a correction" in refused.text
    made = await coordinator.send_form(page, step="do", correction="yes", **fields)  # type: ignore[arg-type]  # as above
    assert made.status_code == 303


async def test_a_change_without_unit_day_source_and_places_asks_for_each(coordinator: Browser) -> None:
    answer = await coordinator.send_form("/directory/areas/change", step="look", unit="", source="")
    assert answer.status_code == 400
    for field in ("unit", "on", "source", "places"):
        assert f'href="#{field}"' in answer.text
    nowhere = asked(SPRING, "CE", "E09999999")
    answer = await coordinator.send_form("/directory/areas/change", step="look", **nowhere)  # type: ignore[arg-type]
    assert 'href="#places"' in answer.text
