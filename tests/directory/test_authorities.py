"""The councils and trusts that ship: every one once, with its place and police; new entries alone come in."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

import httpx
import pytest

from directory import authorities, csv_state, csv_taking
from directory.areas import load_directory, place_name, services_in, serving
from directory.authorities import LIST, Offer, lacking, shipped
from directory.csv_plan import Plan, What
from directory.csv_sheets import Sheet
from directory.history_tables import EntryVersion
from directory.naming import slug
from directory.seed import BCUS, FORCES, read
from directory.tables import Agency, Area, Place, Unit, UnitKind
from directory.units import add_place, add_unit, unit_of_code
from tests.browsing import Browser, application, sign_in_as
from web.roles import Role
from web.viewer import Post

BY = "test"
UNITS, AREAS = shipped()[Sheet.UNITS], shipped()[Sheet.AREAS]
CARE = {line["unit_code"] for line in UNITS}
OF_CARE = [line for line in AREAS if line["unit_code"] in CARE]
OF_POLICE = [line for line in AREAS if line["unit_code"] not in CARE]
KENT, MEDWAY, CAMDEN = "E10000016", "E06000035", "E09000007"


@pytest.fixture
async def fresh(rolled_back: None) -> None:
    """An installation as its first migration leaves it."""
    await load_directory()


async def planned(raw: bytes, now: datetime) -> Plan:
    return await csv_taking.preview(await csv_taking.keep(raw, by=BY, now=now), now=now)


async def take(raw: bytes, now: datetime) -> Plan:
    file = await csv_taking.keep(raw, by=BY, now=now)
    plan = await csv_taking.preview(file, now=now)
    assert plan.problems == []
    return await csv_taking.confirm(file, plan.fingerprint(), by=BY, now=now)


def raw(sheet: Sheet) -> bytes:
    return (LIST / f"{sheet.value}.csv").read_bytes()


async def offer() -> Offer:
    return lacking(await csv_state.known(), shipped())


def test_every_authority_for_childrens_social_care_is_listed_once() -> None:
    kinds = Counter(line["place_code"][:3] for line in OF_CARE if line["place_code"][1].isdigit())
    assert kinds == {"E06": 63, "E08": 36, "E09": 33, "E10": 21, "W06": 22, "S12": 32}
    assert sum(number for kind, number in kinds.items() if kind.startswith("E")) == 153
    trusts = [line["place_code"] for line in OF_CARE if not line["place_code"][1].isdigit()]
    assert trusts == [f"{name}-hsc-trust" for name in ("belfast", "northern", "south-eastern", "southern", "western")]
    assert len(OF_CARE) == len({line["place_code"] for line in OF_CARE}) == 212
    for column in ("unit_code", "name", "agency_code", "agency"):
        assert len({line[column] for line in UNITS}) == 212, column
    assert {line["kind"] for line in UNITS} == {UnitKind.SOCIAL_CARE}


def test_no_county_or_district_that_has_ended_is_listed() -> None:
    ended = {f"E100000{n:02}" for n in (1, 2, 4, 5, 6, 9, 10, 21, 22, 23, 26, 27, 33)}
    ended |= {f"E060000{n}" for n in (28, 29, 48)} | {f"E080000{n}" for n in (16, 19, 20)}
    ended |= {"W06000007", "W06000017", *(f"S120000{n}" for n in (15, 24, 44, 46))}
    assert not ended & {line["place_code"] for line in AREAS}


def test_an_agencys_code_is_the_one_that_the_directory_makes_of_its_name() -> None:
    assert [line["agency_code"] for line in UNITS] == [slug(line["agency"]) for line in UNITS]


def test_the_places_of_london_are_those_that_are_there_already() -> None:
    boroughs = {place.code: place.name for place in read(BCUS, FORCES).places if place.in_london}
    assert {line["place_code"]: line["place"] for line in AREAS if line["in_london"] == "yes"} == boroughs
    assert not {line["place_code"] for line in OF_POLICE} & set(boroughs), "their police are there too"


def test_every_place_outside_london_has_one_council_or_trust_and_one_force() -> None:
    outside = sorted(line["place_code"] for line in OF_CARE if line["in_london"] == "no")
    assert sorted(line["place_code"] for line in OF_POLICE) == outside
    named = defaultdict(set)
    for line in AREAS:
        named[line["place_code"]].add(line["place"])
    assert {len(names) for names in named.values()} == {1}


def test_every_force_with_a_territory_outside_london_polices_a_council() -> None:
    territorial = {area.unit for area in read(BCUS, FORCES).areas if not area.place.startswith("E09")}
    assert {line["unit_code"] for line in OF_POLICE} == territorial


def test_no_councils_place_bears_the_name_of_a_police_area() -> None:
    forces = {place.name for place in read(BCUS, FORCES).places if not place.in_london}
    councils = {line["place"] for line in OF_CARE}
    assert not forces & councils
    assert {"Kent (county council)", "Dorset (council)", "Medway"} <= councils


@pytest.mark.parametrize(
    ("council", "force"),
    [
        ("Medway", "kent-police"),
        ("Isles of Scilly", "devon-and-cornwall-police"),
        ("Bath and North East Somerset", "avon-and-somerset-police"),
        ("Herefordshire", "west-mercia-police"),
        ("Milton Keynes", "thames-valley-police"),
        ("Darlington", "durham-constabulary"),
        ("Gateshead", "northumbria-police"),
        ("Westmorland and Furness", "cumbria-constabulary"),
        ("Isle of Wight", "hampshire-and-isle-of-wight-constabulary"),
        ("Powys", "dyfed-powys-police"),
        ("Merthyr Tydfil", "south-wales-police"),
        ("Conwy", "north-wales-police"),
        ("Na h-Eileanan Siar (Western Isles)", "police-scotland"),
        ("Western Trust area, Northern Ireland", "police-service-of-northern-ireland"),
    ],
)
def test_a_council_lies_in_the_area_of_its_force(council: str, force: str) -> None:
    assert [line["unit_code"] for line in OF_POLICE if line["place"] == council] == [force]


async def test_on_a_new_installation_both_files_only_add(fresh: None, now: datetime) -> None:
    for sheet, number in ((Sheet.UNITS, 212), (Sheet.AREAS, 391)):
        plan = await take(raw(sheet), now)
        assert plan.counts == {What.ADDED: number}
        assert plan.notes == [], "every column is one of ours"
    assert await Place.count() == 76 + 212 - 33
    assert await Agency.count() == 46 + 212


async def test_medway_has_kent_police_and_a_unit_of_its_own(fresh: None, now: datetime) -> None:
    for sheet in authorities.SHEETS:
        await take(raw(sheet), now)
    found = await serving([MEDWAY], now.date())
    assert found.police(MEDWAY) == (await unit_of_code("kent-police")).id
    unit = await unit_of_code("medway-csc")
    assert found.partner(MEDWAY, UnitKind.SOCIAL_CARE) == unit.id
    assert unit.agency.name == "Medway Council"


async def test_every_place_has_its_police_and_one_council_on_the_day(fresh: None, now: datetime) -> None:
    for sheet in authorities.SHEETS:
        await take(raw(sheet), now)
    places = [line["place_code"] for line in OF_CARE]
    found = await serving(places, now.date())
    assert all(found.police(place) for place in places)
    assert len({found.partner(place, UnitKind.SOCIAL_CARE) for place in places}) == 212


async def test_what_was_sent_twice_is_there_once(fresh: None, now: datetime) -> None:
    for sheet in authorities.SHEETS:
        await take(raw(sheet), now)
    for sheet, number in ((Sheet.UNITS, 212), (Sheet.AREAS, 391)):
        plan = await planned(raw(sheet), now)
        assert (plan.counts, plan.problems) == ({What.SAME: number}, [])
    lines = (await offer()).lines
    assert not lines[Sheet.UNITS]
    assert not lines[Sheet.AREAS]


async def test_a_telephone_that_was_told_since_is_not_emptied_by_the_list(fresh: None, now: datetime) -> None:
    await take(raw(Sheet.UNITS), now)
    await take(b"unit_code,name,kind,duty_phone\nkent-csc,Kent duty team,social care,01632 960001\n", now)
    (changed,) = (await planned(raw(Sheet.UNITS), now)).acts
    assert changed.cells == (("name", "Kent duty team", "Kent children's social care"),)
    assert (await offer()).lines[Sheet.UNITS] == [], "and what is offered does not rename it either"


async def own_unit(name: str, agency: str, places: Sequence[str], now: datetime) -> None:
    await add_unit(name, kind=UnitKind.SOCIAL_CARE, agency=agency, places=places, since=None, by=BY, now=now)


async def test_the_whole_list_is_refused_where_another_unit_serves_a_place(fresh: None, now: datetime) -> None:
    """Sent as it is, it says which line; what is offered leaves that line out."""
    await own_unit("Camden front door", "Camden Council", [CAMDEN], now)
    await take(raw(Sheet.UNITS), now)
    plan = await planned(raw(Sheet.AREAS), now)
    (problem,) = plan.problems
    assert problem.reason == "camden-front-door serves the place already. Give that entry its last day as well."
    assert AREAS[problem.line - 2]["unit_code"] == "camden-csc"


async def test_a_place_that_another_unit_serves_keeps_it_and_is_named(fresh: None, now: datetime) -> None:
    await own_unit("Camden front door", "Camden Council", [CAMDEN], now)
    await add_place(KENT, "Kent", in_london=False, by=BY, now=now)
    await own_unit("Kent front door", "Kent County Council", [KENT], now)
    before = {unit.code: unit.name for unit in await Unit.objects()}
    for sheet in authorities.SHEETS:
        offered = await offer()
        assert offered.own == {"Camden": "camden-front-door", "Kent (county council)": "kent-front-door"}
        plan = await take(offered.file(sheet), now)
        assert set(plan.counts) == {What.ADDED}
    found = await serving([CAMDEN, KENT], now.date())
    assert found.partner(CAMDEN, UnitKind.SOCIAL_CARE) == (await unit_of_code("camden-front-door")).id
    assert found.partner(KENT, UnitKind.SOCIAL_CARE) == (await unit_of_code("kent-front-door")).id
    assert found.police(KENT) == (await unit_of_code("kent-police")).id, "which nobody had recorded"
    after = {unit.code: unit.name for unit in await Unit.objects()}
    assert after.keys() - before.keys() == CARE - {"camden-csc", "kent-csc"}
    assert {code: after[code] for code in before} == before
    assert await place_name(KENT) == "Kent"


async def test_an_agency_that_has_a_unit_elsewhere_is_given_no_second_one(fresh: None, now: datetime) -> None:
    """Kent's council, whose unit was recorded for the whole police area."""
    await own_unit("Kent front door", "Kent County Council", ["E23000032"], now)
    offered = await offer()
    assert offered.own == {"Kent (county council)": "kent-front-door"}
    await take(offered.file(Sheet.UNITS), now)
    assert KENT not in {line["place_code"] for line in (await offer()).lines[Sheet.AREAS]}


async def test_a_unit_that_was_recorded_from_a_later_day_keeps_its_place_as_well(fresh: None, now: datetime) -> None:
    told: dict[str, str] = {"name": "Camden front door", "agency": "Camden Council"}
    await add_unit(
        **told, kind=UnitKind.SOCIAL_CARE, places=[CAMDEN], since=now.date().replace(year=2030), by=BY, now=now
    )
    assert (await offer()).own == {"Camden": "camden-front-door"}


async def test_a_unit_of_another_kind_takes_nobodys_place(fresh: None, now: datetime) -> None:
    await add_unit(
        "Camden health", kind=UnitKind.HEALTH, agency="Camden NHS", places=[CAMDEN], since=None, by=BY, now=now
    )
    assert (await offer()).own == {}


async def test_a_council_that_is_there_under_a_code_of_its_own_stays_one_agency(fresh: None, now: datetime) -> None:
    await take(b"unit_code,name,kind,agency_code,agency\nlcc,Virtual school,education,lcc,leeds city council\n", now)
    await take((await offer()).file(Sheet.UNITS), now)
    assert (await unit_of_code("leeds-csc")).agency.code == "lcc"
    assert not await Agency.exists().where(Agency.code == "leeds-city-council")


async def test_a_unit_that_was_renamed_or_has_other_days_is_left_as_it_is(fresh: None, now: datetime) -> None:
    for sheet in authorities.SHEETS:
        await take(raw(sheet), now)
    await Unit.update({Unit.name: "Kent front door"}).where(Unit.code == "kent-csc")
    await Area.update({Area.effective_from: now.date()}).where(Area.place == KENT)
    offered = await offer()
    assert (offered.own, [*offered.lines[Sheet.UNITS], *offered.lines[Sheet.AREAS]]) == ({}, [])


async def test_places_come_only_with_units_that_are_there(fresh: None, now: datetime) -> None:
    assert (await offer()).lines[Sheet.AREAS] == []
    head, *lines = (await offer()).file(Sheet.UNITS).splitlines(keepends=True)
    await take(head + b"".join(line for line in lines if line.startswith(b"medway-csc")), now)
    assert {line["place"] for line in (await offer()).lines[Sheet.AREAS]} == {"Medway"}
    await take((await offer()).file(Sheet.AREAS), now)
    assert {service.unit for service in await services_in(MEDWAY)} == {"kent-police", "medway-csc"}


async def test_each_entry_that_came_by_the_list_is_in_the_records(fresh: None, now: datetime) -> None:
    await take(raw(Sheet.UNITS), now)
    assert await EntryVersion.count() >= 212


@pytest.fixture
async def administrator(fresh: None) -> Browser:
    return await sign_in_as(Browser(application()), "admin@council.example", "Administrator")


async def pressed(browser: Browser, name: str) -> httpx.Response:
    return await browser.send_form("/directory/files", f"/directory/files/authorities/{name}")


async def confirmed(browser: Browser, answer: httpx.Response) -> httpx.Response:
    page = answer.headers["location"]
    found = re.search(r'name="previewed" value="([0-9a-f]{64})"', (await browser.get(page)).text)
    assert found
    return await browser.send_form(page, previewed=found[1])


async def test_the_list_comes_in_by_two_buttons_and_their_previews(administrator: Browser, now: datetime) -> None:
    shown = (await administrator.get("/directory/files")).text
    assert "212 authorities of the United Kingdom" in shown
    answer = await pressed(administrator, "units.csv")
    preview = (await administrator.get(answer.headers["location"])).text
    assert "Make these 212 changes" in preview
    assert "left out" not in preview
    assert not await Unit.exists().where(Unit.code == "kent-csc")
    await confirmed(administrator, answer)
    answer = await confirmed(administrator, await pressed(administrator, "areas.csv"))
    assert answer.headers["location"] == "/directory/files?done=taken"
    assert {service.unit for service in await services_in(MEDWAY)} == {"kent-police", "medway-csc"}


async def test_the_preview_names_what_was_left_out(administrator: Browser, now: datetime) -> None:
    await own_unit("Camden front door", "Camden Council", [CAMDEN], now)
    answer = await pressed(administrator, "units.csv")
    preview = (await administrator.get(answer.headers["location"])).text
    assert "1 of the list is left out, because you have your own" in preview
    assert '<a class="govuk-link" href="/directory/camden-front-door">' in preview
    assert "Make these 211 changes" in preview


async def test_a_file_of_ones_own_is_told_nothing_of_the_list(administrator: Browser, now: datetime) -> None:
    await own_unit("Camden front door", "Camden Council", [CAMDEN], now)
    file = await csv_taking.keep(raw(Sheet.UNITS), by=BY, now=datetime.now(UTC))
    assert "left out" not in (await administrator.get(f"/directory/files/{file}")).text


async def test_the_places_wait_for_the_units(administrator: Browser) -> None:
    answer = await pressed(administrator, "areas.csv")
    assert answer.status_code == 400
    assert "Add the units first." in answer.text


async def test_what_is_there_already_is_not_sent_again(administrator: Browser, now: datetime) -> None:
    for sheet in authorities.SHEETS:
        await take(raw(sheet), now)
    for name in ("units.csv", "areas.csv"):
        answer = await pressed(administrator, name)
        assert answer.headers["location"] == "/directory/files?done=nothing"
    assert "lacks nothing of this list" in (await administrator.get("/directory/files?done=nothing")).text


async def test_the_list_is_downloaded_without_what_is_there(administrator: Browser, now: datetime) -> None:
    await own_unit("Camden front door", "Camden Council", [CAMDEN], now)
    answer = await administrator.get("/directory/files/authorities/units.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="units.csv"' in answer.headers["content-disposition"]
    assert b"kent-csc" in answer.content
    assert b"camden-csc" not in answer.content
    assert (await administrator.get("/directory/files/authorities/contacts.csv")).status_code == 404
    assert (await pressed(administrator, "contacts.csv")).status_code == 404


async def test_only_who_keeps_the_whole_directory_is_offered_the_list(fresh: None, now: datetime) -> None:
    post = Post(Role.COORDINATOR, "metropolitan-police-service")
    browser = await sign_in_as(Browser(application()), "one@council.example", "Coordinator", posts=[post])
    assert "authorities" not in (await browser.get("/directory/files")).text
    assert (await browser.get("/directory/files/authorities/units.csv")).status_code == 403
