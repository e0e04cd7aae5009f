"""Who serves a place on a day, when that changes, and that what was stays."""

import asyncio
from datetime import date, datetime

import pytest

from audit.tables import Entry
from directory import units
from directory.areas import (
    add_area,
    load_directory,
    services_in,
    services_of,
    serving,
)
from directory.errors import (
    DirectoryError,
    NoSuchPlace,
    NoSuchUnit,
    NotACorrection,
    NoUnit,
    Overlap,
    WrongDates,
)
from directory.tables import Area, Unit, UnitKind
from tests.areas import change_area

NEWHAM = "E09000025"
CHANGE = date(2027, 4, 1)
BY = "coordinator"


@pytest.fixture
async def loaded(rolled_back: None) -> None:
    await load_directory()


async def unit(code: str) -> Unit:
    return await units.unit_of_code(code)


async def police_code(place: str, on: date) -> str:
    row = await Unit.select(Unit.code).where(Unit.id == (await serving([place], on)).police(place)).first()
    assert row is not None
    return str(row["code"])


async def test_a_change_of_area_holds_from_its_day_and_the_day_before_keeps_its_unit(
    loaded: None, now: datetime
) -> None:
    await change_area(NEWHAM, (await unit("CE")).id, CHANGE, by=BY, now=now)
    assert await police_code(NEWHAM, date(2027, 3, 31)) == "NE"
    assert await police_code(NEWHAM, CHANGE) == "CE"
    assert await police_code(NEWHAM, date(2035, 1, 1)) == "CE"
    assert await police_code("E09000031", CHANGE) == "NE"


async def test_a_change_of_area_is_in_the_log(loaded: None, now: datetime) -> None:
    await change_area(NEWHAM, (await unit("CE")).id, CHANGE, by=BY, now=now)
    entries = await Entry.select(Entry.actor, Entry.action, Entry.subject)
    assert entries == [{"actor": BY, "action": "area changed", "subject": f"place {NEWHAM}"}]


async def test_repeating_a_change_of_area_does_nothing(loaded: None, now: datetime) -> None:
    for _ in range(2):
        await change_area(NEWHAM, (await unit("CE")).id, CHANGE, by=BY, now=now)
    assert [(s.unit, s.since, s.until) for s in await services_in(NEWHAM)] == [
        ("NE", date(2019, 3, 21), CHANGE),
        ("CE", CHANGE, None),
    ]
    assert await Entry.count() == 1


async def test_a_change_put_before_a_later_one_leaves_the_later_one(loaded: None, now: datetime) -> None:
    await change_area(NEWHAM, (await unit("CE")).id, CHANGE, by=BY, now=now)
    await change_area(NEWHAM, (await unit("EA")).id, date(2027, 1, 1), by=BY, now=now)
    assert [(s.unit, s.until) for s in await services_in(NEWHAM)] == [
        ("NE", date(2027, 1, 1)),
        ("EA", CHANGE),
        ("CE", None),
    ]


async def test_loading_the_directory_again_does_not_undo_a_change_of_area(loaded: None, now: datetime) -> None:
    await change_area(NEWHAM, (await unit("CE")).id, CHANGE, by=BY, now=now)
    await load_directory()
    assert await police_code(NEWHAM, CHANGE) == "CE"
    assert len(await services_in(NEWHAM)) == 2


async def test_a_unit_recorded_for_days_before_the_first_serves_until_the_first(loaded: None, now: datetime) -> None:
    await change_area(NEWHAM, (await unit("CE")).id, date(2016, 1, 1), by=BY, now=now)
    assert [(s.unit, s.since, s.until) for s in await services_in(NEWHAM)] == [
        ("CE", date(2016, 1, 1), date(2019, 3, 21)),
        ("NE", date(2019, 3, 21), None),
    ]


async def test_a_change_needs_a_place_and_a_unit_that_exist(loaded: None, now: datetime) -> None:
    command = await unit("CE")
    with pytest.raises(NoSuchPlace):
        await change_area("E09999999", command.id, CHANGE, by=BY, now=now)
    with pytest.raises(NoSuchUnit):
        await change_area(NEWHAM, command.agency.id, CHANGE, by=BY, now=now)


async def test_a_second_police_unit_for_the_same_days_is_refused_whatever_its_kind(
    loaded: None, now: datetime
) -> None:
    for code in ("CE", "british-transport-police"):
        with pytest.raises(Overlap, match="North East BCU already serves Newham"):
            await add_area(NEWHAM, (await unit(code)).id, since=CHANGE, source="A notice.", by=BY, now=now)
    assert len(await services_in(NEWHAM)) == 1


async def test_an_earlier_area_may_end_on_the_day_the_present_one_begins(loaded: None, now: datetime) -> None:
    await add_area(
        NEWHAM,
        (await unit("EA")).id,
        since=None,
        until=date(2019, 3, 21),
        source="The borough command before.",
        by=BY,
        now=now,
    )
    assert await police_code(NEWHAM, date(2019, 3, 20)) == "EA"
    assert await police_code(NEWHAM, date(2019, 3, 21)) == "NE"


async def test_an_earlier_area_may_not_end_a_day_later(loaded: None, now: datetime) -> None:
    with pytest.raises(Overlap):
        await add_area(
            NEWHAM,
            (await unit("EA")).id,
            since=None,
            until=date(2019, 3, 22),
            source="The borough command before.",
            by=BY,
            now=now,
        )


async def test_an_area_must_not_end_before_it_begins(loaded: None, now: datetime) -> None:
    with pytest.raises(WrongDates):
        await add_area(NEWHAM, (await unit("EA")).id, since=CHANGE, until=CHANGE, source="A notice.", by=BY, now=now)


async def test_an_airport_may_have_a_police_unit_that_is_no_command_unit(loaded: None, now: datetime) -> None:
    await units.add_place("heathrow", "Heathrow Airport", in_london=True, by=BY, now=now)
    with pytest.raises(NoUnit):
        (await serving(["heathrow"], now.date())).police("heathrow")
    code = await units.add_unit(
        "Aviation Policing",
        kind=UnitKind.FORCE,
        agency="Metropolitan Police Service",
        places=["heathrow"],
        since=None,
        by=BY,
        now=now,
    )
    assert await police_code("heathrow", now.date()) == code == "aviation-policing"
    assert (await unit(code)).agency.code == "metropolitan-police-service"


async def test_a_partner_serves_its_place_from_its_day(loaded: None, now: datetime) -> None:
    await units.add_unit(
        "Newham social care",
        kind=UnitKind.SOCIAL_CARE,
        agency="Newham Council",
        places=[NEWHAM],
        since=date(2026, 9, 1),
        by=BY,
        now=now,
    )
    partner = await unit("newham-social-care")
    assert (await serving([NEWHAM], date(2026, 9, 1))).partner(NEWHAM, UnitKind.SOCIAL_CARE) == partner.id
    assert (await serving([NEWHAM], date(2026, 8, 31))).partner(NEWHAM, UnitKind.SOCIAL_CARE) is None
    assert (await serving([NEWHAM], date(2026, 9, 1))).partner(NEWHAM, UnitKind.HEALTH) is None
    assert [(s.place, s.since) for s in await services_of(partner.id)] == [(NEWHAM, date(2026, 9, 1))]


async def test_a_unit_refused_for_one_place_is_not_added_at_all(committed: None, now: datetime) -> None:
    await load_directory()
    with pytest.raises(Overlap):
        await units.add_unit(
            "Second police",
            kind=UnitKind.FORCE,
            agency="Second Police Authority",
            places=[NEWHAM],
            since=None,
            by=BY,
            now=now,
        )
    assert not await Unit.exists().where(Unit.code == "second-police")
    assert await Entry.count() == 0


@pytest.mark.parametrize("name", ["North\r\nBcc: x@y.example", "=?utf-8?q?North?=", "\u202eNorth", "  ", "北"])
async def test_a_unit_has_a_plain_name(loaded: None, now: datetime, name: str) -> None:
    with pytest.raises(ValueError, match="The unit's name"):
        await units.add_unit(name, kind=UnitKind.HEALTH, agency="North Health", places=[], since=None, by=BY, now=now)


async def test_a_name_is_taken_once(loaded: None, now: datetime) -> None:
    with pytest.raises(DirectoryError, match="already has Essex Police"):
        await units.add_unit(
            "Essex Police", kind=UnitKind.FORCE, agency="Essex", places=[], since=None, by=BY, now=now
        )
    with pytest.raises(DirectoryError, match="already has Essex"):
        await units.add_place("E23000028", "Essex", in_london=False, by=BY, now=now)


async def test_two_changes_at_once_leave_one_unit_a_day(committed: None, now: datetime) -> None:
    await load_directory()
    central, east = (await unit("CE")).id, (await unit("EA")).id
    outcomes = await asyncio.gather(
        change_area(NEWHAM, central, CHANGE, by=BY, now=now),
        change_area(NEWHAM, east, CHANGE, by=BY, now=now),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes if outcome] == [NotACorrection]
    assert await Area.count().where(Area.place == NEWHAM) == 2
    assert await Area.count().where(Area.place == NEWHAM, Area.effective_to.is_null()) == 1
