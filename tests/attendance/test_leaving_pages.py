"""The page on which somebody who left is handed over, from the directory's page of the unit."""

from __future__ import annotations

from datetime import date, datetime
from uuid import uuid4

import pytest
from litestar import Litestar

from attendance.leaving_tables import Departure
from meetings.action_tables import Action
from meetings.letters import Letterhead
from meetings.tables import Invitation
from tests.attendance.clocked import Clock, clocked_app
from tests.attendance.reading_pages import words
from tests.attendance.test_leaving import DESK, LEAVER, NEW, contact, letters, meeting, police_of
from tests.browsing import Browser, sign_in_as
from tests.meetings.series_set_up import dates, panel
from web.roles import Role
from web.viewer import Post

pytestmark = pytest.mark.usefixtures("rolled_back", "london")


@pytest.fixture(scope="module")
def app() -> Litestar:
    """Each test sets its clock."""
    return clocked_app()


@pytest.fixture(autouse=True)
def _on_time(now: datetime) -> None:
    Clock.at = now


async def path() -> str:
    return f"/directory/AS/contacts/{(await contact()).id}/left"


async def test_the_units_page_leads_to_it_and_it_says_what_is_held(
    coordinator: Browser, now: datetime, letterhead: Letterhead
) -> None:
    one = await meeting(now, letterhead)
    assert f"Has left: hand over from {LEAVER}" in words(await coordinator.get("/directory/AS"))
    text = words(await coordinator.get(await path()))
    assert "Still to come 1 meeting, 0 series, 0 open actions" in text
    assert one.reference in text
    assert f"Duty desk {DESK}" in text


async def test_one_act_hands_over_and_the_page_lists_it(
    coordinator: Browser, now: datetime, letterhead: Letterhead
) -> None:
    one = await meeting(now, letterhead)
    answer = await coordinator.send_form(await path(), successor=str((await contact(DESK)).id))
    assert answer.headers["location"] == f"{await path()}?done=left"
    text = words(await coordinator.get(answer.headers["location"]))
    assert f"Handed over to {DESK}" in text
    assert f"{one.reference} Thursday 19 November 2026 at 6am No answer Handed over" in text
    assert (await police_of(one))[-1].address == DESK


async def test_somebody_new_becomes_a_contact(coordinator: Browser) -> None:
    form = {"successor": "new", "role": "missing coordinator", "email": NEW}
    answer = await coordinator.send_form(await path(), **form)
    assert answer.status_code == 303
    assert (await contact(NEW)).role == "missing coordinator"


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({}, "Choose who follows"),
        ({"successor": "x"}, "Choose who follows"),
        ({"successor": "new", "role": "desk", "email": "x"}, "x"),
        ({"successor": "new", "role": "", "email": NEW}, "role"),
        ({"successor": "new", "role": "desk", "email": LEAVER}, "already has"),
        ({"successor": "new", "role": "desk", "email": "a@invites.convene.example"}, "Convene"),
    ],
)
async def test_what_cannot_be_is_said_and_nothing_is_changed(
    coordinator: Browser, form: dict[str, str], problem: str
) -> None:
    answer = await coordinator.send_form(await path(), **form)
    assert answer.status_code == 400
    assert problem in answer.text
    assert await Departure.count() == 0


async def test_nobody_who_is_not_signed_in_sees_it(stranger: Browser) -> None:
    assert (await stranger.get(await path())).status_code == 303


async def test_a_contact_of_another_unit_is_not_found(coordinator: Browser) -> None:
    assert (await coordinator.get((await path()).replace("/AS/", "/NE/"))).status_code == 404


@pytest.mark.parametrize("post", [Post(Role.ADMINISTRATOR), Post(Role.ADMINISTRATOR, "metropolitan-police-service")])
async def test_an_administrator_who_sees_no_case_hands_over_all_of_it_and_learns_how_much_not_which(
    stranger: Browser, now: datetime, letterhead: Letterhead, post: Post
) -> None:
    one, series = await meeting(now, letterhead), await panel(now, letterhead)
    await _open_action(one.id, now)
    browser = await sign_in_as(stranger, "it@police.example", "IT", posts=[post])
    before = words(await browser.get(await path()))
    assert "Still to come 1 meeting, 1 series, 1 open action" in before
    assert "2 that you may not see: they pass on all the same" in before
    answer = await browser.send_form(await path(), successor=str((await contact(DESK)).id))
    after = words(await browser.get(answer.headers["location"]))
    assert "Of meetings and series that you may not see, 2 were handed over." in after
    assert (await police_of(one))[-1].address == DESK
    assert {(await police_of(day))[-1].address for day in await dates(series)} == {DESK}
    assert (await Action.select(Action.owner_address).first() or {})["owner_address"] == DESK
    assert (await letters(LEAVER), await letters(DESK)) == (["cancel"] * 2 + ["request"] * 2, ["request"] * 2)
    for text in (before, after):
        assert one.reference not in text
        assert series.reference not in text


async def test_what_cannot_pass_is_counted_for_an_administrator_and_named_for_a_coordinator(
    coordinator: Browser, app: Litestar, now: datetime, letterhead: Letterhead
) -> None:
    one = await meeting(now, letterhead)
    care = "missing-coordinator@lambeth-council.example"
    await Invitation.update({Invitation.address: DESK}).where(Invitation.address == care)
    async with Browser(app) as other:
        browser = await sign_in_as(other, "it@police.example", "IT", posts=[Post(Role.ADMINISTRATOR)])
        answer = await browser.send_form(await path(), successor=str((await contact(DESK)).id))
        text = words(await browser.get(answer.headers["location"]))
    assert "0 were handed over and 1 was not: ask a coordinator who sees it" in text
    assert one.reference not in text
    text = words(await coordinator.get(await path()))
    assert f"Invite another contact to {one.reference}" in text


async def _open_action(of: object, now: datetime) -> None:
    await Action.insert(
        Action(
            id=uuid4(),
            meeting=of,
            kind="other",
            title="Ring the school",
            owner_unit=(await contact()).unit,
            owner_name="Central South",
            owner_address=LEAVER,
            due_on=date(2026, 11, 20),
            added_at=now,
            added_by="tests",
        )
    )
