"""Who speaks for a unit on a day: added, ended, kept."""

import asyncio
from datetime import date, datetime
from uuid import UUID, uuid4

import pytest

from audit.tables import Entry
from directory import contacts
from directory.addresses import BadAddress
from directory.areas import load_directory
from directory.errors import AlreadyReached, NoSuchContact, NoSuchUnit, WrongDates, WrongRank
from directory.tables import Contact, Unit
from directory.units import unit_of_code
from directory.wording import NotPlain, phone, plain_line

TODAY = date(2026, 11, 18)
BY = "coordinator"


@pytest.fixture
async def unit(rolled_back: None) -> UUID:
    await load_directory()
    return (await unit_of_code("NA")).id


async def add(unit: UUID, now: datetime, **given: object) -> UUID:
    entry: dict[str, object] = {
        "role": "missing unit",
        "email": "missing-na@met-police.example",
        "active_from": TODAY,
    }
    return await contacts.add(unit, by=BY, now=now, **(entry | given))  # type: ignore[arg-type]  # a test's shorthand


async def email_on(unit: UUID, on: date) -> str | None:
    contact = await contacts.speaks_for(unit, on)
    return contact.email if contact else None


async def test_a_new_installation_has_nobody_to_invite_and_says_which_units(unit: UUID) -> None:
    assert await contacts.speaks_for(unit, TODAY) is None
    assert len(await contacts.units_without_contact(TODAY)) == await Unit.count() == 57
    assert await contacts.speakers(TODAY) == {}


async def test_a_contact_holds_from_its_first_day_to_the_day_before_its_end(unit: UUID, now: datetime) -> None:
    contact = await add(unit, now)
    await contacts.end(contact, on=date(2026, 12, 1), by=BY, now=now)
    assert await email_on(unit, date(2026, 11, 17)) is None
    assert await email_on(unit, TODAY) == "missing-na@met-police.example"
    assert await email_on(unit, date(2026, 11, 30)) == "missing-na@met-police.example"
    assert await email_on(unit, date(2026, 12, 1)) is None


async def test_the_lowest_number_is_tried_first_and_the_next_when_it_ends(unit: UUID, now: datetime) -> None:
    await add(unit, now, email="duty-na@met-police.example", rank=2, active_from=date(2020, 1, 1))
    first = await add(unit, now, rank=1)
    assert await email_on(unit, TODAY) == "missing-na@met-police.example"
    assert (await contacts.speakers(TODAY))[unit].email == "missing-na@met-police.example"
    await contacts.end(first, on=TODAY, by=BY, now=now)
    assert await email_on(unit, TODAY) == "duty-na@met-police.example"


async def test_a_unit_with_a_contact_is_no_longer_listed_as_without(unit: UUID, now: datetime) -> None:
    await add(unit, now)
    assert unit not in {u.id for u in await contacts.units_without_contact(TODAY)}
    assert unit in {u.id for u in await contacts.units_without_contact(date(2026, 11, 17))}


async def test_an_ended_contact_stays_in_the_unit_s_history(unit: UUID, now: datetime) -> None:
    first = await add(unit, now)
    await contacts.end(first, on=date(2026, 12, 1), by=BY, now=now)
    await add(unit, now, active_from=date(2026, 12, 1))
    kept = await contacts.contacts_of(unit)
    assert [(c.active_from, c.active_to) for c in kept] == [
        (date(2026, 12, 1), None),
        (TODAY, date(2026, 12, 1)),
    ]


async def test_ending_a_contact_twice_keeps_the_earlier_day(unit: UUID, now: datetime) -> None:
    contact = await add(unit, now)
    await contacts.end(contact, on=date(2026, 12, 1), by=BY, now=now)
    await contacts.end(contact, on=date(2026, 12, 9), by=BY, now=now)
    assert await email_on(unit, date(2026, 12, 1)) is None
    assert await Entry.count() == 2


async def test_a_planned_end_may_be_brought_forward(unit: UUID, now: datetime) -> None:
    contact = await add(unit, now)
    await contacts.end(contact, on=date(2026, 12, 9), by=BY, now=now)
    await contacts.end(contact, on=date(2026, 12, 1), by=BY, now=now)
    assert await email_on(unit, date(2026, 12, 1)) is None


async def test_a_contact_cannot_end_before_it_began(unit: UUID, now: datetime) -> None:
    contact = await add(unit, now)
    with pytest.raises(WrongDates, match="begins on 18 November 2026"):
        await contacts.end(contact, on=date(2026, 11, 17), by=BY, now=now)
    assert await email_on(unit, TODAY) == "missing-na@met-police.example"


@pytest.mark.parametrize("spelling", ["missing-na@met-police.example", "Missing-NA@MET-police.example"])
async def test_one_address_is_not_added_twice_for_the_same_days(unit: UUID, now: datetime, spelling: str) -> None:
    await add(unit, now)
    with pytest.raises(AlreadyReached):
        await add(unit, now, email=spelling, rank=2)
    assert await Contact.count() == 1


async def test_two_people_adding_one_address_at_once_add_it_once(committed: None, now: datetime) -> None:
    await load_directory()
    unit = (await unit_of_code("NA")).id
    outcomes = await asyncio.gather(add(unit, now), add(unit, now), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyReached", "UUID"]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"email": "desk@met-police.example\r\nBcc: x@y.example"}, BadAddress),
        ({"email": "Desk <desk@met-police.example>"}, BadAddress),
        ({"role": "desk\r\nBcc: x@y.example"}, NotPlain),
        ({"role": "=?utf-8?q?desk?="}, NotPlain),
        ({"role": "desk\u202eksed"}, NotPlain),
        ({"role": "d" * 61}, NotPlain),
        ({"role": " "}, NotPlain),
        ({"phone": "020 7946 0018\r\nBcc: x@y.example"}, NotPlain),
        ({"phone": "ask the desk"}, NotPlain),
        ({"rank": 0}, WrongRank),
        ({"rank": 10}, WrongRank),
    ],
)
async def test_hostile_or_mistaken_entries_are_refused_and_nothing_is_kept(
    unit: UUID, now: datetime, given: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await add(unit, now, **given)
    assert await Contact.count() == 0
    assert await Entry.count() == 0


async def test_what_is_not_there_is_said_to_be_not_there(unit: UUID, now: datetime) -> None:
    with pytest.raises(NoSuchUnit):
        await add(uuid4(), now)
    with pytest.raises(NoSuchContact):
        await contacts.end(uuid4(), on=TODAY, by=BY, now=now)


async def test_the_log_says_who_changed_which_unit_and_holds_no_address(unit: UUID, now: datetime) -> None:
    await contacts.end(await add(unit, now), on=TODAY, by=BY, now=now)
    entries = await Entry.select(Entry.actor, Entry.action, Entry.subject, Entry.detail).order_by(Entry.id)
    assert [(e["actor"], e["action"], e["subject"]) for e in entries] == [
        (BY, "contact added", "unit NA"),
        (BY, "contact ended", "unit NA"),
    ]
    assert "@" not in "".join(e["detail"] for e in entries)


def test_a_role_is_tidied_to_one_composed_line() -> None:
    assert plain_line("  duty   de\u0301sk ", "The role", 60) == "duty d\u00e9sk"


@pytest.mark.parametrize("number", ["", "020 7946 0018", "+44 20 7946 0018", "(020) 7946 0018 ext 12"])
def test_a_telephone_number_is_kept_as_written(number: str) -> None:
    assert phone(number) == number
