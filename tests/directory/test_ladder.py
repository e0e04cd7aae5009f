"""Who is on the ladder: of a unit and for all of London, by rung, since when, and whose letters come back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from directory import ladder
from directory.addresses import BadAddress
from directory.areas import load_directory
from directory.errors import AlreadyReached, NoSuchContact, NoSuchUnit, WrongDates
from directory.ladder_tables import LadderContact
from directory.rungs import Rung
from directory.units import unit_of_code

TODAY = date(2026, 11, 18)
TOMORROW, BY = TODAY + timedelta(days=1), "coordinator"
SERGEANT, INSPECTOR = "sergeant-na@police.example", "inspector-na@police.example"
TOP = (Rung.SUPERINTENDENT, Rung.DIRECTOR)


@pytest.fixture
async def unit(rolled_back: None) -> UUID:
    await load_directory()
    found: UUID = (await unit_of_code("NA")).id
    return found


async def stands(unit: UUID | None, rung: Rung, email: str, now: datetime, since: date = TODAY) -> UUID:
    return await ladder.add(unit, rung=rung, role="desk", email=email, active_from=since, by=BY, now=now)


async def told(unit: UUID, rungs: tuple[Rung, ...], on: date = TODAY) -> list[str]:
    return [contact.email for contact in await ladder.on_rungs(unit, rungs, on)]


async def test_a_new_installation_has_nobody_on_any_ladder(unit: UUID) -> None:
    assert not await LadderContact.exists()


async def test_a_rung_has_the_unit_s_own_and_those_of_all_london(unit: UUID, now: datetime) -> None:
    await stands(None, Rung.DIRECTOR, "director@council.example", now)
    await stands(unit, Rung.SUPERINTENDENT, "superintendent-na@police.example", now)
    await stands((await unit_of_code("EA")).id, Rung.SUPERINTENDENT, "superintendent-ea@police.example", now)
    assert await told(unit, TOP) == ["superintendent-na@police.example", "director@council.example"]


async def test_one_is_told_from_the_first_day_up_to_the_day_it_ends(unit: UUID, now: datetime) -> None:
    contact = await stands(unit, Rung.SUPERVISOR, SERGEANT, now, since=TOMORROW)
    await ladder.end(contact, on=TOMORROW + timedelta(days=2), by=BY, now=now)
    days = [TODAY + timedelta(days=n) for n in range(5)]
    assert [bool(await told(unit, (Rung.SUPERVISOR,), day)) for day in days] == [False, True, True, False, False]


async def test_one_whose_letters_come_back_is_left_out_where_the_rung_has_another(unit: UUID, now: datetime) -> None:
    failing = await stands(unit, Rung.SUPERVISOR, SERGEANT, now)
    await ladder.mark_failing(failing, "No such user\nhere", by=BY, now=now)
    assert await told(unit, (Rung.SUPERVISOR,)) == [SERGEANT]
    await stands(unit, Rung.SUPERVISOR, "second@police.example", now)
    assert await told(unit, (Rung.SUPERVISOR,)) == ["second@police.example"]
    await ladder.clear(failing, by=BY, now=now)
    assert sorted(await told(unit, (Rung.SUPERVISOR,))) == ["second@police.example", SERGEANT]


async def test_the_day_it_began_to_fail_stays(unit: UUID, now: datetime) -> None:
    contact = await stands(unit, Rung.SUPERVISOR, SERGEANT, now)
    await ladder.mark_failing(contact, "No such user\nhere", by=BY, now=now)
    await ladder.mark_failing(contact, "Mailbox full", by=BY, now=now + timedelta(days=1))
    row = await ladder.contact_on_ladder(contact)
    assert (row.failing_since, row.failing_why) == (now, "No such user here")


async def test_one_address_stands_once_on_a_rung_and_may_stand_on_two(unit: UUID, now: datetime) -> None:
    await stands(unit, Rung.SUPERVISOR, SERGEANT, now)
    with pytest.raises(AlreadyReached):
        await stands(unit, Rung.SUPERVISOR, SERGEANT.upper(), now)
    await stands(unit, Rung.HEAD, SERGEANT, now)
    assert await told(unit, (Rung.SUPERVISOR, Rung.HEAD)) == [SERGEANT, SERGEANT]


async def test_what_cannot_be_is_refused_and_nothing_is_added(unit: UUID, now: datetime) -> None:
    with pytest.raises(BadAddress):
        await stands(unit, Rung.HEAD, "not an address", now)
    with pytest.raises(NoSuchUnit):
        await stands(uuid4(), Rung.HEAD, INSPECTOR, now)
    with pytest.raises(ValueError, match="mailboxes"):
        await stands(unit, Rung.UNIT, INSPECTOR, now)
    assert not await LadderContact.exists()


async def test_it_cannot_end_before_it_began(unit: UUID, now: datetime) -> None:
    contact = await stands(unit, Rung.HEAD, INSPECTOR, now)
    with pytest.raises(WrongDates):
        await ladder.end(contact, on=TODAY - timedelta(days=1), by=BY, now=now)
    with pytest.raises(NoSuchContact):
        await ladder.end(uuid4(), on=TODAY, by=BY, now=now)
    assert await told(unit, (Rung.HEAD,)) == [INSPECTOR]
