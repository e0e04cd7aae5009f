"""The demonstration's invented directory is whole, invented throughout, and loads once."""

import re
from datetime import date, datetime, timedelta

import pytest

from demo.contacts import load_contacts
from directory.addresses import address
from directory.areas import load_directory, serving
from directory.contacts import speaks_for, units_without_contact
from directory.tables import POLICE, Agency, Area, Contact, Place, Unit, UnitKind
from directory.wording import phone, plain_line

NOT_EVERYWHERE = (UnitKind.POLICE_TEAM, UnitKind.REVIEWING, UnitKind.OTHER)  # a borough need not have one


@pytest.fixture
async def invented(rolled_back: None, now: datetime) -> None:
    await load_directory()
    await load_contacts(now)


async def counts() -> list[int]:
    return [await table.count() for table in (Agency, Unit, Place, Area, Contact)]


async def test_every_borough_has_a_partner_of_every_kind(invented: None, now: datetime) -> None:
    kinds = set(UnitKind) - {*POLICE, *NOT_EVERYWHERE}
    for place in await Place.objects().where(Place.in_london.eq(True)):
        for kind in kinds:
            assert (await serving([place.code], now.date())).partner(place.code, kind), (place.name, kind)


async def test_every_unit_can_be_reached_now_and_two_years_ago(invented: None, now: datetime) -> None:
    assert await units_without_contact(now.date()) == []
    assert await units_without_contact(now.date() - timedelta(days=730)) == []


async def test_a_command_unit_is_asked_at_its_missing_mailbox_before_its_duty_desk(
    invented: None, now: datetime
) -> None:
    unit = await Unit.objects().where(Unit.code == "NA").first()
    assert unit is not None
    first = await speaks_for(unit.id, now.date())
    assert first is not None
    assert first.email == "missing-na@met-police.example"
    second = await Contact.objects().where(Contact.unit == unit.id, Contact.rank == 2).first()
    assert second is not None
    assert second.email == "duty-na@met-police.example"


async def test_all_mailboxes_are_invented_and_no_two_are_the_same(invented: None) -> None:
    contacts = await Contact.objects()
    emails = [address(contact.email) for contact in contacts]
    assert all(email.endswith(".example") for email in emails)
    assert len(set(emails)) == len(emails)
    assert all(re.fullmatch(r"020 7946 0\d{3}", phone(contact.phone)) for contact in contacts)
    assert all(plain_line(contact.role, "The role", 60) == contact.role for contact in contacts)


async def test_loading_again_adds_nothing_even_on_a_later_day(invented: None, now: datetime) -> None:
    before = await counts()
    await load_contacts(now + timedelta(days=40))
    assert await counts() == before


async def test_loading_again_leaves_an_ended_contact_ended(invented: None, now: datetime) -> None:
    unit = await Unit.objects().where(Unit.code == "NA").first()
    assert unit is not None
    await Contact.update({Contact.active_to: date(2026, 11, 1)}).where(Contact.unit == unit.id)
    await load_contacts(now)
    assert await speaks_for(unit.id, now.date()) is None


async def test_a_neighbouring_force_area_has_its_own_social_care(invented: None, now: datetime) -> None:
    assert (await serving(["E23000028"], now.date())).partner("E23000028", UnitKind.SOCIAL_CARE)
