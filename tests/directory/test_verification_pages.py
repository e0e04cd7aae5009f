"""The owner's page behind the link, the unit's panel, and the list of entries to check."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from directory import contacts, contradictions, verification_round
from directory.contradiction_tables import Against, Contradiction
from directory.tables import Unit
from directory.verification_tables import Verification
from tests.browsing import Browser, application, letters, sign_in_as
from tests.directory.test_changes_proposed import change_of, propose
from tests.directory.test_verification import SENDER, tokens
from tests.factories import make_unit
from web.roles import Role
from web.viewer import Post

SINCE = date(2025, 1, 1)


@pytest.fixture
async def unit(rolled_back: None) -> Unit:
    unit = await make_unit(code="KT", name="Kent police")
    await contacts.add(
        unit.id, role="missing unit", email="missing@kent.example", active_from=SINCE, by="tests", now=real_now()
    )
    return unit


@pytest.fixture
async def owner(unit: Unit) -> AsyncIterator[Browser]:
    async with Browser(application()) as browser:
        yield browser


@pytest.fixture
async def coordinator(unit: Unit) -> AsyncIterator[Browser]:
    async with Browser(application()) as browser:
        yield await sign_in_as(browser, "coordinator@council.example", "Missing coordinator")


def real_now() -> datetime:
    return datetime.now(UTC)


async def asked(unit: Unit) -> str:
    """The page behind the link that the unit was sent."""
    await verification_round.ask_now(unit.id, sender=SENDER, by="tests", now=real_now())
    return f"/verify/{(await tokens())[-1]}"


async def seen(browser: Browser, page: str) -> str:
    found = (await browser.get(page)).text
    return found.partition('name="seen" value="')[2].partition('"')[0]


async def test_the_owner_confirms_without_signing_in(owner: Browser, unit: Unit) -> None:
    page = await asked(unit)
    shown = (await owner.get(page)).text
    assert "Is all of this still right?" in shown
    assert "missing@kent.example" in shown
    answer = await owner.send_form(page, who="missing coordinator", seen=await seen(owner, page))
    assert (answer.status_code, answer.headers["location"]) == (303, page)
    thanks = (await owner.get(page)).text
    assert "Thank you" in thanks
    assert "missing@kent.example" not in thanks  # a used link tells nothing of the unit any more
    assert await Verification.exists().where(Verification.confirmed_by == "missing coordinator")


async def test_without_a_role_nothing_is_confirmed(owner: Browser, unit: Unit) -> None:
    page = await asked(unit)
    answer = await owner.send_form(page, who=" ", seen=await seen(owner, page))
    assert answer.status_code == 400
    assert "Enter your role" in answer.text
    assert not await Verification.exists().where(Verification.confirmed_at.is_not_null())


async def test_what_changed_while_the_page_was_open_is_shown_again(owner: Browser, unit: Unit) -> None:
    page = await asked(unit)
    before = await seen(owner, page)
    await contacts.add(unit.id, role="desk", email="desk@kent.example", active_from=SINCE, by="x", now=real_now())
    answer = await owner.send_form(page, who="missing coordinator", seen=before)
    assert answer.status_code == 400
    assert "Something of this was changed while you had the page open" in answer.text
    assert "desk@kent.example" in answer.text


async def test_a_link_that_is_not_ours_is_gone(owner: Browser, unit: Unit) -> None:
    page = await asked(unit)
    for wrong in (page[:-1], f"{page}x", "/verify/%ED%A0%80", "/verify/" + "A" * 43):
        answer = await owner.get(wrong)
        assert answer.status_code == 404, wrong
        assert "This link does not work" in answer.text


async def test_the_units_page_says_how_old_the_confirmation_is_and_by_whom(
    coordinator: Browser, owner: Browser, unit: Unit
) -> None:
    assert "Never confirmed" in (await coordinator.get("/directory/KT")).text
    page = await asked(unit)
    assert "No answer yet" in (await coordinator.get("/directory/KT")).text
    await owner.send_form(page, who="missing coordinator", seen=await seen(owner, page))
    shown = (await coordinator.get("/directory/KT")).text
    assert "Last confirmed today" in shown
    assert "missing coordinator, by the link sent to missing@kent.example" in shown
    for page in ("/directory?kind=bcu", "/directory?q=Kent"):
        assert "Last confirmed today" in (await coordinator.get(page)).text, page


async def test_a_unit_is_asked_from_its_page(coordinator: Browser, unit: Unit) -> None:
    answer = await coordinator.send_form("/directory/KT", "/directory/KT/verification")
    assert "The unit is asked again" in (await coordinator.get(answer.headers["location"])).text
    assert "Is all of this still right for Kent police?" in (await letters())[-1]


async def test_somebody_signed_in_confirms_what_they_heard(coordinator: Browser, unit: Unit) -> None:
    page = "/directory/KT/confirmation"
    empty = await coordinator.send_form(page, how="", seen=await seen(coordinator, page))
    assert empty.status_code == 400
    await coordinator.send_form(page, how="the duty sergeant, by telephone", seen=await seen(coordinator, page))
    assert "Missing coordinator: the duty sergeant, by telephone" in (await coordinator.get("/directory/KT")).text


async def test_a_warning_is_listed_and_closed_with_a_reason(coordinator: Browser, unit: Unit) -> None:
    await contradictions.note(
        unit.id, Against.BOUNCE, address="missing@kent.example", evidence="mail 212", by="tests", now=real_now()
    )
    for page in ("/directory?kind=bcu", "/directory/KT", "/directory/checks"):
        assert "Letters come back" in (await coordinator.get(page)).text, page
    row = await Contradiction.objects().first()
    assert row is not None
    page = f"/directory/KT/warnings/{row.id}"
    assert "mail 212" in (await coordinator.get(page)).text
    assert (await coordinator.send_form(page, reason="")).status_code == 400
    done = await coordinator.send_form(page, reason="the mailbox was full, and is read again")
    assert "The warning is closed" in (await coordinator.get(done.headers["location"])).text
    assert "Nothing speaks against any entry" in (await coordinator.get("/directory/checks")).text
    assert "the mailbox was full, and is read again" in (await coordinator.get(page)).text


async def test_units_that_let_every_letter_pass_are_listed(coordinator: Browser, unit: Unit, now: datetime) -> None:
    for days in (0, 14, 28, 42):
        await verification_round.ask_due(sender=SENDER, now=now + timedelta(days=days))
    shown = (await coordinator.get("/directory/checks")).text
    assert "Asked on 18 November 2026, and nobody answered. Telephone the unit." in shown


async def listed_for(*posts: Post) -> httpx.Response:
    """The list of entries to check, as these roles get it; the directory offers it to who may open it."""
    async with Browser(application()) as browser:
        await sign_in_as(browser, "one@example.example", "One", posts=posts)
        answer = await browser.get("/directory/checks")
        directory = await browser.get("/directory")
        assert ("/directory/checks" in directory.text) == (answer.status_code == 200)
        return answer


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.MANAGER, Role.ADMINISTRATOR])
async def test_who_keeps_the_directory_of_an_agency_checks_its_entries_and_no_others(unit: Unit, role: Role) -> None:
    other = await make_unit(code="SY", name="Surrey police")
    for one, address in ((unit, "missing@kent.example"), (other, "missing@surrey.example")):
        await contradictions.note(
            one.id, Against.BOUNCE, address=address, evidence="mail 1", by="tests", now=real_now()
        )
        desk = f"desk@{one.code.lower()}.example"
        await contacts.add(one.id, role="desk", email=desk, rank=2, active_from=SINCE, by="tests", now=real_now())
        await propose(one, await change_of(desk, phone="020 7946 0009"), real_now())
    agencies = {row["code"]: row["agency.code"] for row in await Unit.select(Unit.code, Unit.agency.code)}
    assert agencies["KT"] != agencies["SY"]
    own = (await listed_for(Post(role, agencies["KT"]))).text
    assert "missing@kent.example" in own
    assert "the units whose entries you keep" in own
    assert own.count("Change a contact") == 1
    assert "Surrey" not in own
    assert "missing@surrey.example" not in own
    everywhere = (await listed_for(Post(role))).text
    assert "missing@kent.example" in everywhere
    assert "missing@surrey.example" in everywhere
    assert everywhere.count("Change a contact") == 2
    assert "the units whose entries you keep" not in everywhere


@pytest.mark.parametrize(
    "post",
    [Post(Role.PARTNER), Post(Role.UNIT_LEAD, "kent", "KT"), Post(Role.ANALYST), Post(Role.COMMITTEE)],
    ids=lambda post: post.role,
)
async def test_who_keeps_no_entry_has_no_list_of_entries_to_check(unit: Unit, post: Post) -> None:
    assert (await listed_for(post)).status_code == 403


async def test_a_warning_of_another_unit_is_not_found(coordinator: Browser, unit: Unit) -> None:
    other = await make_unit(code="SY")
    await contradictions.note(
        other.id, Against.LEFT, address="a@b.example", evidence="mail 1", by="t", now=real_now()
    )
    row = await Contradiction.objects().first()
    assert row is not None
    assert (await coordinator.get(f"/directory/KT/warnings/{row.id}")).status_code == 404
    assert (await coordinator.get("/directory/nowhere/confirmation")).status_code == 404
