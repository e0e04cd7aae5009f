"""The shipped directory: every place has its police unit, and loading again changes nothing."""

import csv
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from directory.areas import load_directory, places, serving
from directory.errors import BadDirectoryFile, NoUnit
from directory.seed import BCUS, FORCES
from directory.tables import Agency, Area, Place, Unit, UnitKind

with BCUS.open(encoding="utf-8", newline="") as _file:
    BOROUGHS = list(csv.DictReader(_file))


@pytest.fixture
async def loaded(rolled_back: None) -> None:
    await load_directory(BCUS, FORCES)


async def code_of(unit: UUID) -> str:
    row = await Unit.select(Unit.code).where(Unit.id == unit).first()
    assert row is not None
    return str(row["code"])


async def everything() -> list[object]:
    return [await table.select().order_by(table._meta.primary_key) for table in (Agency, Unit, Place, Area)]


async def test_every_borough_is_policed_by_the_unit_of_the_file(loaded: None) -> None:
    found = {
        row["borough_gss"]: await code_of(
            (await serving([row["borough_gss"]], date(2026, 11, 18))).police(row["borough_gss"])
        )
        for row in BOROUGHS
    }
    assert found == {row["borough_gss"]: row["bcu_code"] for row in BOROUGHS}
    assert len(found) == 33


async def test_a_borough_has_a_unit_from_its_first_day_and_none_the_day_before(loaded: None) -> None:
    dated = [row for row in BOROUGHS if row["effective_from"]]
    assert len(dated) == 32
    for row in dated:
        first = date.fromisoformat(row["effective_from"])
        assert (
            await code_of((await serving([row["borough_gss"]], first)).police(row["borough_gss"])) == row["bcu_code"]
        )
        with pytest.raises(NoUnit):
            (await serving([row["borough_gss"]], first - timedelta(days=1))).police(row["borough_gss"])


async def test_the_error_for_an_unpoliced_day_is_a_sentence_with_place_day_and_what_to_do(
    loaded: None,
) -> None:
    with pytest.raises(NoUnit) as refused:
        (await serving(["E09000025"], date(2015, 4, 1))).police("E09000025")
    assert str(refused.value) == (
        "No police unit is recorded for E09000025 on 1 April 2015. "
        "Choose another place or day, or record in the directory who polices it."
    )


async def test_the_city_of_london_is_one_agency_with_one_unit_since_ever(loaded: None) -> None:
    assert await code_of((await serving(["E09000001"], date(1900, 1, 1))).police("E09000001")) == "COLP"
    agencies = await Agency.select(Agency.id, Agency.ons_code).where(Agency.name == "City of London Police")
    assert [a["ons_code"] for a in agencies] == ["E23000034"]
    units = await Unit.select(Unit.code, Unit.kind).where(Unit.agency == agencies[0]["id"])
    assert units == [{"code": "COLP", "kind": "force"}]


async def test_the_metropolitan_police_has_twelve_units_and_none_of_its_own(loaded: None) -> None:
    units = await Unit.select(Unit.kind).where(Unit.agency.name == "Metropolitan Police Service")
    assert [u["kind"] for u in units] == ["bcu"] * 12


@pytest.mark.parametrize(
    ("place", "unit"),
    [
        ("E23000028", "essex-police"),
        ("W15000003", "south-wales-police"),
        ("police-scotland", "police-scotland"),
        ("police-service-of-northern-ireland", "police-service-of-northern-ireland"),
    ],
)
async def test_a_place_outside_london_is_policed_by_its_force(loaded: None, place: str, unit: str) -> None:
    assert await code_of((await serving([place], date(2026, 11, 18))).police(place)) == unit


async def test_the_transport_police_are_a_unit_without_a_place(loaded: None) -> None:
    row = await Unit.select(Unit.id, Unit.kind).where(Unit.code == "british-transport-police").first()
    assert row is not None
    assert row["kind"] == "force"
    assert not await Area.exists().where(Area.unit == row["id"])


async def test_each_force_of_the_file_is_an_agency_once(loaded: None) -> None:
    assert await Agency.count() == 46
    assert await Unit.count() == 12 + 1 + 44
    assert await Place.count() == 33 + 43


async def test_every_police_area_of_england_and_wales_has_its_force_and_three_forces_more(loaded: None) -> None:
    """The codes of the Office for National Statistics: 39 areas of England with the Met and the City, 4 of Wales."""
    areas = {f"E230000{number:02}" for number in range(1, 40)} | {f"W1500000{number}" for number in range(1, 5)}
    forces = {row["name"]: row["ons_code"] for row in await Agency.select(Agency.name, Agency.ons_code)}
    assert sorted(code for code in forces.values() if code) == sorted(areas)
    assert {name for name, code in forces.items() if not code} == {
        "British Transport Police",
        "Police Scotland",
        "Police Service of Northern Ireland",
    }
    commands = {row["agency.ons_code"] for row in await Unit.select(Unit.agency.ons_code)}
    assert commands == {*areas, *(code for code in forces.values() if not code)}, "each has a unit to invite"


async def test_the_places_are_the_boroughs_and_the_forces_areas_and_no_council_is_there_unasked(loaded: None) -> None:
    boroughs = [f"E090000{number:02}" for number in range(1, 34)]  # the City of London is the first
    assert [p.code for p in sorted(await places(), key=lambda p: p.code) if p.in_london] == boroughs
    assert {row["kind"] for row in await Unit.select(Unit.kind)} == {UnitKind.BCU, UnitKind.FORCE}


async def test_london_comes_first_in_lists_of_places(loaded: None) -> None:
    listed = await places()
    assert [p.name for p in listed[:2]] == ["Barking and Dagenham", "Barnet"]
    assert [p.in_london for p in listed] == [True] * 33 + [False] * 43
    assert listed[33].name == "Avon and Somerset"


async def test_each_borough_says_what_its_first_day_rests_on(loaded: None) -> None:
    rows = await Area.select(Area.source).where(Area.place == "E09000025")
    assert rows[0]["source"].startswith("Certain from 21 March 2019")


async def test_a_new_installation_has_no_partners(loaded: None) -> None:
    assert (await serving(["E09000022"], date(2026, 11, 18))).partner("E09000022", UnitKind.SOCIAL_CARE) is None


async def test_loading_again_changes_nothing(loaded: None) -> None:
    before = await everything()
    await load_directory(BCUS, FORCES)
    assert await everything() == before


async def test_loading_again_leaves_corrections_alone(loaded: None) -> None:
    await Area.update({Area.effective_from: date(2018, 11, 7)}).where(Area.place == "E09000025")
    await Unit.update({Unit.name: "North East Command"}).where(Unit.code == "NE")
    before = await everything()
    await load_directory(BCUS, FORCES)
    assert await everything() == before


async def test_loading_adds_the_new_places_of_a_longer_file(loaded: None, tmp_path: Path) -> None:
    longer = tmp_path / "bcus.csv"
    longer.write_text(BCUS.read_text() + "ZZ,New Area,Newborough,E09000099,2026-01-01,\n")
    await load_directory(longer, FORCES)
    assert await code_of((await serving(["E09000099"], date(2026, 11, 18))).police("E09000099")) == "ZZ"
    assert await Area.count() == 77


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            "XX,New,Somewhere,E09,21/03/2019,",
            "bcus.csv, line 2: effective_from must be a date such as 2019-03-21, not '21/03/2019'.",
        ),
        ("XX,New,Somewhere,,2019-03-21,", "bcus.csv, line 2: borough_gss is empty."),
        (
            "XX,New,Somewhere,E09,2019-03-21,2019-03-21",
            "bcus.csv, line 2: effective_to is not after effective_from.",
        ),
    ],
)
async def test_a_bad_row_is_named_and_nothing_is_loaded(
    rolled_back: None, tmp_path: Path, row: str, sentence: str
) -> None:
    bad = tmp_path / "bcus.csv"
    bad.write_text(f"bcu_code,bcu_name,borough,borough_gss,effective_from,effective_to\n{row}\n")
    with pytest.raises(BadDirectoryFile, match=r"^bcus.csv") as refused:
        await load_directory(bad, FORCES)
    assert str(refused.value) == sentence
    assert await Agency.count() == 0


async def test_a_file_without_its_columns_is_refused_by_name(rolled_back: None, tmp_path: Path) -> None:
    bad = tmp_path / "forces.csv"
    bad.write_text("name,ons_code\nEssex Police,E23000028\n")
    with pytest.raises(BadDirectoryFile, match=r"^forces.csv: the first line lacks the column force_name.$"):
        await load_directory(BCUS, bad)
