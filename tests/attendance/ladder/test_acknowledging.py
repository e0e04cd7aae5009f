"""Whoever was told says that they have it: by their own link, without an account, and only by pressing the button."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from litestar import Litestar

from attendance.ladder_tables import EscalationLetter
from meetings.letterhead import Letterhead
from tests.attendance.clocked import Clock, clocked_app
from tests.attendance.ladder.conftest import HOUR, THURSDAY, timeline
from tests.browsing import Browser


@pytest.fixture(scope="module")
def clocked() -> Litestar:
    return clocked_app()


@pytest.fixture
async def reader(ladders: Any, round_at: Any, clocked: Litestar) -> AsyncIterator[Browser]:
    """Somebody on the ladder, who has just been told."""
    await round_at(THURSDAY)
    Clock.at = THURSDAY + HOUR
    async with Browser(clocked) as browser:
        yield browser


async def letter() -> EscalationLetter:
    row = await EscalationLetter.objects().first()
    assert row is not None
    return row


async def link(letterhead: Letterhead) -> str:
    return letterhead.acknowledge_link((await letter()).id).removeprefix("https://convene.example")


async def test_the_link_in_the_letter_is_the_pages(reader: Browser, letterhead: Letterhead, sent: Any) -> None:
    ((_, text),) = (await sent.since()).values()
    assert letterhead.acknowledge_link((await letter()).id) in text


async def test_abuse_case_38_opening_it_writes_nothing(reader: Browser, letterhead: Letterhead) -> None:
    page = await reader.get(await link(letterhead))
    assert page.status_code == 200
    assert "Central North has not said whether it comes" in page.text
    assert (await letter()).acknowledged_at is None


async def test_pressing_the_button_records_who_and_when(reader: Browser, letterhead: Letterhead) -> None:
    done = await reader.send_form(await link(letterhead), who="Duty sergeant")
    assert done.status_code == 303
    row = await letter()
    assert (row.acknowledged_by, row.acknowledged_at) == ("Duty sergeant", THURSDAY + HOUR)
    assert "no answer, Central North: acknowledged by Duty sergeant (duty desk)" in await timeline()
    page = await reader.get(done.headers["location"])
    assert "Thank you." in page.text
    assert "Duty sergeant acknowledged it" in page.text


async def test_the_first_who_acknowledges_stands(reader: Browser, letterhead: Letterhead) -> None:
    address = await link(letterhead)
    opened_before = (await reader.get(address)).text
    await reader.send_form(address, who="Duty sergeant")
    Clock.at = THURSDAY + 2 * HOUR
    token = opened_before.partition('name="_csrf_token" value="')[2].partition('"')[0]
    late = await reader.post(address, data={"_csrf_token": token, "who": "Somebody else"})
    assert late.status_code == 303
    row = await letter()
    assert (row.acknowledged_by, row.acknowledged_at) == ("Duty sergeant", THURSDAY + HOUR)


@pytest.mark.parametrize("who", ["", "   ", "x" * 81])
async def test_a_short_role_or_name_is_wanted(reader: Browser, letterhead: Letterhead, who: str) -> None:
    answer = await reader.send_form(await link(letterhead), who=who)
    assert answer.status_code == 400
    assert "Enter your role or your name" in answer.text
    assert (await letter()).acknowledged_at is None


@pytest.mark.parametrize("part", ["nothing", "0" * 32 + "." + "a" * 26])
async def test_a_link_that_we_never_made_leads_nowhere(reader: Browser, part: str) -> None:
    assert (await reader.get(f"/acknowledge/{part}")).status_code == 404


async def test_the_link_of_an_invitation_acknowledges_nothing(
    ladders: Any, reader: Browser, letterhead: Letterhead
) -> None:
    sealed = letterhead.answer_link((await letter()).id).rpartition("/")[2]
    assert (await reader.get(f"/acknowledge/{sealed}")).status_code == 404


async def test_a_link_for_no_letter_of_ours_leads_nowhere(reader: Browser, letterhead: Letterhead) -> None:
    unknown = letterhead.acknowledge_link(uuid4()).rpartition("/")[2]
    assert (await reader.get(f"/acknowledge/{unknown}")).status_code == 404


async def test_after_two_months_it_works_no_more(reader: Browser, letterhead: Letterhead) -> None:
    Clock.at = THURSDAY + timedelta(days=61)
    assert (await reader.get(await link(letterhead))).status_code == 404


async def test_the_page_holds_no_more_than_the_letter(reader: Browser, letterhead: Letterhead) -> None:
    from meetings.episode_tables import Child

    page = (await reader.get(await link(letterhead))).text
    for child in await Child.objects():
        assert child.reference not in page
