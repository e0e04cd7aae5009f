"""Addresses that letters come back from: flagged, tried last, and cleared."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from directory import contacts, failing
from directory.areas import load_directory
from directory.errors import NoSuchContact
from directory.tables import Contact
from directory.units import unit_of_code

TODAY = date(2026, 11, 18)
FIRST, SECOND, BY = "missing_na@police.example", "duty@police.example", "coordinator"


@pytest.fixture
async def unit(rolled_back: None, now: datetime) -> UUID:
    await load_directory()
    unit = (await unit_of_code("NA")).id
    for rank, email in enumerate((FIRST, SECOND), 1):
        await contacts.add(
            unit, role="desk", email=email, rank=rank, phone="020 7946 0018", active_from=TODAY, by=BY, now=now
        )
    return unit


async def flagged() -> dict[str, str]:
    rows = await Contact.objects().where(Contact.failing_since.is_not_null())
    return {row.email: row.failing_why for row in rows}


async def test_every_contact_at_the_address_is_flagged_with_the_reason(unit: UUID, now: datetime) -> None:
    assert await failing.flag(FIRST.upper(), "No such user\nhere", by=BY, now=now) == 1
    assert await flagged() == {FIRST: "No such user here"}


async def test_an_address_is_matched_whole(unit: UUID, now: datetime) -> None:
    assert await failing.flag(FIRST.replace("_", "x"), "", by=BY, now=now) == 0
    assert await failing.flag("%@police.example", "", by=BY, now=now) == 0


async def test_the_day_it_began_stays(unit: UUID, now: datetime) -> None:
    await failing.flag(FIRST, "No such user", by=BY, now=now)
    assert await failing.flag(FIRST, "Mailbox full", by=BY, now=now + timedelta(days=1)) == 0
    assert await flagged() == {FIRST: "No such user"}


async def test_the_unit_is_invited_at_its_next_address_while_the_first_fails(unit: UUID, now: datetime) -> None:
    await failing.flag(FIRST, "", by=BY, now=now)
    spoken = await contacts.speaks_for(unit, TODAY)
    assert spoken is not None
    assert spoken.email == SECOND


async def test_one_that_fails_is_better_than_none(unit: UUID, now: datetime) -> None:
    for email in (FIRST, SECOND):
        await failing.flag(email, "", by=BY, now=now)
    spoken = await contacts.speaks_for(unit, TODAY)
    assert spoken is not None
    assert spoken.email == FIRST


async def test_a_person_clears_it(unit: UUID, now: datetime) -> None:
    await failing.flag(FIRST, "", by=BY, now=now)
    contact = await failing.reached_by(unit, FIRST, TODAY)
    assert contact is not None
    await failing.clear(contact.id, by=BY, now=now)
    await failing.clear(contact.id, by=BY, now=now)
    assert await flagged() == {}


async def test_a_contact_that_does_not_exist_cannot_be_cleared(unit: UUID, now: datetime) -> None:
    with pytest.raises(NoSuchContact):
        await failing.clear(uuid4(), by=BY, now=now)


async def test_the_next_contacts_are_those_at_other_addresses_that_work(unit: UUID, now: datetime) -> None:
    assert [c.email for c in await failing.others(unit, FIRST, TODAY)] == [SECOND]
    await failing.flag(SECOND, "", by=BY, now=now)
    assert await failing.others(unit, FIRST, TODAY) == []
