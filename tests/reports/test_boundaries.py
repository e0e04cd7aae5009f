"""A break is the day on which a unit's places changed, told in words; before and after are not compared."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from directory.areas import Service, add_area, load_directory, police_services
from directory.tables import Unit, UnitKind
from reports.boundaries import Break, breaks
from tests.areas import change_area
from tests.factories import make_unit

FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)
CHANGE = date(2026, 4, 1)
ENFIELD = "E09000010"


def serves(unit: str, place: str, since: date | None = None, until: date | None = None) -> Service:
    return Service(place.lower(), place, unit, unit, UnitKind.BCU, since, until, "A notice.")


@pytest.mark.usefixtures("rolled_back")
async def test_a_borough_that_moves_to_the_north_east_is_a_break_of_both_units(now: datetime) -> None:
    await load_directory()
    north_east = (await Unit.select(Unit.id).where(Unit.code == "NE"))[0]["id"]
    await change_area(ENFIELD, north_east, CHANGE, by="coordinator", now=now)
    assert breaks(await police_services(), FIRST, LAST) == {
        "North Area BCU": [Break(CHANGE, "from 1 April 2026 no longer polices Enfield")],
        "North East BCU": [Break(CHANGE, "from 1 April 2026 also polices Enfield")],
    }


@pytest.mark.usefixtures("rolled_back")
async def test_the_directory_as_shipped_has_one_break_when_the_north_east_was_made(now: datetime) -> None:
    await load_directory()
    found = breaks(await police_services(), date(2019, 3, 1), date(2019, 3, 31))
    assert found["North East BCU"] == [
        Break(
            date(2019, 3, 21),
            "from 21 March 2019 is recorded as policing Newham and Waltham Forest, before it no place",
        )
    ]
    assert breaks(await police_services(), FIRST, LAST) == {}


@pytest.mark.usefixtures("rolled_back")
async def test_a_partner_of_the_place_is_no_break_of_its_police(now: datetime) -> None:
    await load_directory()
    health = await make_unit(code="H1", kind=UnitKind.HEALTH)
    await add_area(ENFIELD, health.id, since=CHANGE, source="A notice.", by="coordinator", now=now)
    assert breaks(await police_services(), FIRST, LAST) == {}


def test_what_is_gained_and_lost_on_one_day_is_one_break() -> None:
    areas = [
        serves("NE", "Newham", until=CHANGE),
        serves("NE", "Waltham Forest"),
        serves("NE", "Enfield", since=CHANGE),
        serves("NE", "Barnet", since=CHANGE),
    ]
    assert breaks(areas, FIRST, LAST) == {
        "NE": [Break(CHANGE, "from 1 April 2026 also polices Barnet and Enfield and no longer polices Newham")]
    }


def test_a_unit_that_loses_its_last_place_says_which() -> None:
    assert breaks([serves("NE", "Newham", until=CHANGE)], FIRST, LAST) == {
        "NE": [Break(CHANGE, "from 1 April 2026 polices no place, before it Newham")]
    }


def test_a_new_row_for_the_same_place_changes_nothing() -> None:
    areas = [serves("NE", "Newham", until=CHANGE), serves("NE", "Newham", since=CHANGE)]
    assert breaks(areas, FIRST, LAST) == {}


@pytest.mark.parametrize(("day", "counts"), [(FIRST, False), (date(2024, 1, 2), True), (LAST, True)])
def test_only_changes_within_the_months_charted_count(day: date, counts: bool) -> None:
    areas = [serves("NE", "Newham"), serves("NE", "Enfield", since=day)]
    assert bool(breaks(areas, FIRST, LAST)) is counts
    assert breaks([serves("NE", "Newham"), serves("NE", "Enfield", since=date(2027, 1, 1))], FIRST, LAST) == {}


def test_several_breaks_of_a_unit_stand_in_order_of_time() -> None:
    areas = [
        serves("NE", "Newham"),
        serves("NE", "Enfield", since=CHANGE),
        serves("NE", "Hackney", until=date(2025, 1, 1)),
    ]
    assert [found.day for found in breaks(areas, FIRST, LAST)["NE"]] == [date(2025, 1, 1), CHANGE]
