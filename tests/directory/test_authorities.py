"""The councils and trusts that ship: sent as they are they add themselves, and overwrite nobody."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, datetime

import pytest

from directory import csv_taking
from directory.areas import add_area, load_directory, serving
from directory.authorities import AREAS, UNITS, as_sent
from directory.csv_plan import Plan, What
from directory.errors import FileNotReady
from directory.tables import Agency, Area, Place, Unit, UnitKind
from directory.units import unit_of_code
from tests.browsing import Browser, application, sign_in_as

DAY = date(2026, 11, 18)
HELD = list(csv.DictReader(as_sent(AREAS).decode().splitlines()))


@pytest.fixture
async def loaded(rolled_back: None) -> None:
    await load_directory()


async def send(name: str, now: datetime) -> Plan:
    file = await csv_taking.keep(as_sent(name), by="test", now=now)
    plan = await csv_taking.preview(file, now=now)
    return await csv_taking.confirm(file, plan.fingerprint(), by="test", now=now)


async def social_care_of(place: str) -> str:
    unit = (await serving([place], DAY)).partner(place, UnitKind.SOCIAL_CARE)
    row = await Unit.select(Unit.name, Unit.agency.name.as_alias("agency")).where(Unit.id == unit).first()
    return f"{row['name']}: {row['agency']}" if row else ""


def test_every_authority_of_the_united_kingdom_is_listed_once() -> None:
    units = list(csv.DictReader(as_sent(UNITS).decode().splitlines()))
    assert len({unit["unit_code"] for unit in units}) == len({unit["agency"] for unit in units}) == len(units) == 212
    of_councils = {area["place_code"] for area in HELD if area["unit_code"].startswith("csc-")}
    kinds = Counter(place[:3] for place in of_councils)
    assert kinds == {"E06": 63, "E08": 36, "E09": 33, "E10": 21, "W06": 22, "S12": 32, "hsc": 5}
    assert {area["unit_code"] for area in HELD if area["unit_code"].startswith("csc-")} == {
        unit["unit_code"] for unit in units
    }


async def test_outside_london_each_has_the_police_there_and_every_force_has_one(loaded: None) -> None:
    police = {area["place_code"]: area["unit_code"] for area in HELD if not area["unit_code"].startswith("csc-")}
    outside = {area["place_code"] for area in HELD if area["in_london"] == "no"}
    assert set(police) == outside
    forces = await Unit.select(Unit.code).where(Unit.kind == UnitKind.FORCE).output(as_list=True)
    without_a_council = {"british-transport-police", "COLP"}
    assert set(police.values()) == set(forces) - without_a_council


async def test_sent_to_a_new_installation_they_only_add(loaded: None, now: datetime) -> None:
    units, areas = await send(UNITS, now), await send(AREAS, now)
    assert units.counts == Counter({What.ADDED: 212})
    assert areas.counts == Counter({What.ADDED: len(HELD)})

    served = await serving(["E06000035", "E09000007"], DAY)
    kent = await unit_of_code("kent-police")
    assert kent is not None
    assert served.police("E06000035") == kent.id
    assert await social_care_of("E06000035") == "Children's social care, Medway: Medway Council"
    assert await social_care_of("E09000007") == "Children's social care, Camden: London Borough of Camden"
    for name in (UNITS, AREAS):
        with pytest.raises(FileNotReady):  # nothing is left to do
            await send(name, now)


async def test_who_serves_a_place_already_stays_and_the_line_is_named(loaded: None, now: datetime) -> None:
    agency = Agency(code="camden", name="Camden")
    await Agency.insert(agency)
    own = Unit(code="camden-mash", name="Camden MASH", kind=UnitKind.SOCIAL_CARE, agency=agency.id)
    await Unit.insert(own)
    await add_area("E09000007", own.id, since=None, source="Told by Camden.", by="test", now=now)
    await send(UNITS, now)

    file = await csv_taking.keep(as_sent(AREAS), by="test", now=now)
    plan = await csv_taking.preview(file, now=now)
    line = next(number for number, area in enumerate(HELD, start=2) if area["place_code"] == "E09000007")
    assert [(problem.line, "camden-mash" in problem.reason) for problem in plan.problems] == [(line, True)]
    with pytest.raises(FileNotReady):
        await csv_taking.confirm(file, plan.fingerprint(), by="test", now=now)
    assert await Area.count().where(Area.place == "E09000007", Area.unit == own.id) == 1


async def test_no_two_places_have_the_same_name(loaded: None, now: datetime) -> None:
    await send(UNITS, now)
    await send(AREAS, now)
    names = Counter(await Place.select(Place.name).output(as_list=True))
    assert [name for name, times in names.items() if times > 1] == []
    assert {"Kent", "Kent (council area)", "Medway"} <= set(names)


async def test_they_are_previewed_by_one_press_and_can_be_downloaded(loaded: None) -> None:
    browser = await sign_in_as(Browser(application()), "somebody@council.example", "Missing coordinator")
    assert "212 authorities" in (await browser.get("/directory/files")).text
    sent = await browser.send_form("/directory/files", shipped=UNITS)
    assert sent.status_code == 303
    assert "Children&#39;s social care, Medway" in (await browser.get(sent.headers["location"])).text
    got = await browser.get(f"/directory/files/export/{AREAS}")
    assert (got.content, got.headers["content-type"].split(";")[0]) == (as_sent(AREAS), "text/csv")
    assert (await browser.get("/directory/files/export/authorities-bcus.csv")).status_code == 404
