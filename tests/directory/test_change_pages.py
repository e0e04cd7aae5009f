"""Proposing a change from the unit's page, deciding about it, and the owner's pages behind their links."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest

from directory import contacts, verification_round
from directory.change_tables import ChangeProposal
from directory.tables import Contact, Unit
from tests.browsing import CITY_DESK, Browser, application, letters, sign_in_as
from tests.directory.test_changes_proposed import SENDER
from tests.directory.test_changes_proposed import tokens as links_to_decide
from tests.directory.test_verification import tokens as links_to_verify
from tests.factories import make_unit
from web.roles import Role
from web.viewer import Post

TEAM = "team@kent.example"


@pytest.fixture
async def unit(rolled_back: None) -> Unit:
    unit = await make_unit(code="KT", name="Kent police")
    await contacts.add(
        unit.id, role="missing unit", email=TEAM, active_from=date(2025, 1, 1), by="tests", now=datetime.now(UTC)
    )
    return unit


@pytest.fixture
async def nurse(unit: Unit) -> AsyncIterator[Browser]:
    """A partner of another agency: anyone signed in may propose."""
    async with Browser(application()) as browser:
        yield await sign_in_as(
            browser, "nurse@health.example", "Safeguarding nurse", posts=[Post(Role.PARTNER, "nhs")]
        )


@pytest.fixture
async def manager(unit: Unit) -> AsyncIterator[Browser]:
    async with Browser(application()) as browser:
        yield await sign_in_as(browser, "manager@city.example", "Manager", posts=CITY_DESK)


async def only() -> Contact:
    row = await Contact.objects().where(Contact.active_to.is_null()).first()
    assert row is not None
    return row


async def change(browser: Browser, page: str, **fields: str) -> str:
    """Say that the contact has another telephone number; where that leads."""
    contact = await only()
    answer = await browser.send_form(
        page,
        **{
            "what": "change a contact",
            "contact": str(contact.id),
            "role": contact.role,
            "email": contact.email,
            "rank": "1",
            "phone": "020 7946 0999",
            "why": "they said so",
            **fields,
        },
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_anyone_signed_in_proposes_and_one_who_keeps_the_directory_accepts(
    nurse: Browser, manager: Browser
) -> None:
    page = f"/directory/KT/proposals/new?contact={(await only()).id}"
    assert "020 7946 0999" not in (await nurse.get(page)).text
    assert "Your proposal is kept" in (await nurse.get(await change(nurse, page))).text
    row = await ChangeProposal.objects().first()
    assert row is not None
    proposal = f"/directory/KT/proposals/{row.id}"
    assert "Safeguarding nurse" in (await manager.get(proposal)).text
    assert "Change a contact" in (await manager.get("/directory/checks")).text
    done = await manager.send_form(proposal, f"{proposal}/acceptance")
    assert "The change is made" in (await manager.get(done.headers["location"])).text
    assert (await only()).phone == "020 7946 0999"
    assert "Accepted" in (await manager.get(proposal)).text


async def test_one_who_does_not_keep_the_units_directory_decides_nothing(nurse: Browser) -> None:
    await change(nurse, f"/directory/KT/proposals/new?contact={(await only()).id}")
    row = await ChangeProposal.objects().first()
    assert row is not None
    proposal = f"/directory/KT/proposals/{row.id}"
    assert "Accept and make the change" not in (await nurse.get(proposal)).text
    for act in ("acceptance", "refusal"):
        answer = await nurse.send_form("/directory/KT/proposals/new", f"{proposal}/{act}", reason="mine")
        assert answer.status_code == 403
    assert (await only()).phone == ""


async def test_a_form_that_cannot_be_taken_says_why_beside_the_field(nurse: Browser) -> None:
    page = "/directory/KT/proposals/new"
    answer = await nurse.send_form(page, what="add a contact", role="desk", email="nobody", why="so")
    assert answer.status_code == 400
    assert "is not an address Convene can invite" in answer.text
    answer = await nurse.send_form(page, what="add a contact", role="desk", email="desk@kent.example")
    assert "Enter how you know it" in answer.text


async def test_the_owner_decides_behind_their_link_without_signing_in(nurse: Browser) -> None:
    await change(nurse, f"/directory/KT/proposals/new?contact={(await only()).id}")
    page = f"/proposed/{(await links_to_decide())[0]}"
    async with Browser(application()) as owner:
        assert "Is this change right?" in (await owner.get(page)).text
        assert (await owner.send_form(page, act="refuse", reason="")).status_code == 400
        await owner.send_form(page, act="accept")
        shown = (await owner.get(page)).text
        assert "The change is made." in shown
        assert TEAM not in shown
        assert (await owner.send_form("/sign-in", page, act="refuse", reason="again")).status_code in (400, 404)
    assert (await only()).phone == "020 7946 0999"
    assert "was accepted, and is made" in (await letters())[-1]


async def test_the_owner_says_what_is_wrong_and_confirms_the_rest(unit: Unit) -> None:
    now = datetime.now(UTC)
    await verification_round.ask_now(unit.id, sender=SENDER, by="tests", now=now)
    link = (await links_to_verify())[0]
    async with Browser(application()) as owner:
        assert f"/verify/{link}/wrong?contact=" in (await owner.get(f"/verify/{link}")).text
        back = await change(owner, f"/verify/{link}/wrong?contact={(await only()).id}")
        shown = (await owner.get(back)).text
        assert "020 7946 0999" in shown  # a telephone number is changed at once
        assert "If the rest is right, confirm it below" in shown
        await change(owner, f"/verify/{link}/wrong", email="new@kent.example", phone="")
        assert (await only()).email == TEAM  # where letters go waits for somebody who keeps the directory
        assert (await owner.get(f"/verify/{link}/wrong?contact={unit.id}")).status_code == 404
