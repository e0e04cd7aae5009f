"""The ladder on the unit's page, and that of all London: somebody is added, marked and taken off."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from directory.areas import load_directory
from directory.ladder_tables import LadderContact
from tests.browsing import Browser, application, sign_in_as

SERGEANT = {
    "rung": "supervisor",
    "role": "detective sergeant",
    "email": "sergeant-na@police.example",
    "active_from-day": "18",
    "active_from-month": "11",
    "active_from-year": "2026",
}


@pytest.fixture
async def coordinator(rolled_back: None) -> AsyncIterator[Browser]:
    await load_directory()
    async with Browser(application()) as browser:
        yield await sign_in_as(browser, "coordinator@council.example", "Missing coordinator")


async def only() -> LadderContact:
    row = await LadderContact.objects().first()
    assert row is not None
    return row


@pytest.mark.parametrize(("whose", "page"), [("NA", "/directory/NA"), ("london", "/directory/ladder")])
async def test_somebody_is_added_marked_and_taken_off(coordinator: Browser, whose: str, page: str) -> None:
    added = await coordinator.send_form(f"/directory/ladder/{whose}/new", **SERGEANT)
    assert added.headers["location"].startswith(f"{page}?done=")
    shown = (await coordinator.get(added.headers["location"])).text
    assert "They are on the ladder." in shown
    assert "sergeant-na@police.example" in shown
    at = f"/directory/ladder/{whose}/{(await only()).id}"

    marked = await coordinator.send_form(page, f"{at}/fails")
    assert "Letters come back" in (await coordinator.get(marked.headers["location"])).text
    await coordinator.send_form(page, f"{at}/works")
    assert (await only()).failing_since is None

    day = {"on-day": "19", "on-month": "11", "on-year": "2026"}
    await coordinator.send_form(f"{at}/end", **day)
    assert str((await only()).active_to) == "2026-11-19"


async def test_a_form_with_mistakes_comes_back_with_what_to_enter(coordinator: Browser) -> None:
    answer = await coordinator.send_form("/directory/ladder/NA/new", **SERGEANT | {"rung": "unit", "role": "DS"})
    assert answer.status_code == 400
    assert "Choose which step tells them" in answer.text
    answer = await coordinator.send_form("/directory/ladder/NA/new", **SERGEANT | {"email": "nobody"})
    assert answer.status_code == 400
    assert re.search(r'value="nobody"', answer.text)
    assert not await LadderContact.exists()


@pytest.mark.parametrize("address", ["NOWHERE/new", "NA/00000000-0000-0000-0000-000000000000/end"])
async def test_what_is_not_there_is_not_found(coordinator: Browser, address: str) -> None:
    assert (await coordinator.get(f"/directory/ladder/{address}")).status_code == 404


async def test_another_unit_s_entry_is_not_changed_under_this_one(coordinator: Browser) -> None:
    await coordinator.send_form("/directory/ladder/NA/new", **SERGEANT)
    at = f"/directory/ladder/EA/{(await only()).id}/fails"
    assert (await coordinator.send_form("/directory/NA", at)).status_code == 404
    assert (await only()).failing_since is None


async def test_nobody_sees_it_without_signing_in(rolled_back: None) -> None:
    async with Browser(application()) as browser:
        assert (await browser.get("/directory/ladder")).status_code == 303
