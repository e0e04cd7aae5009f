"""The police units and places that Convene ships with, read from two CSV files. Nothing is stored here."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from directory.errors import BadDirectoryFile, written
from directory.naming import slug
from directory.tables import UnitKind

DATA = Path(__file__).parent / "data"
BCUS = DATA / "bcus.csv"
FORCES = DATA / "forces.csv"

_BCU_COLUMNS = ("bcu_code", "bcu_name", "borough", "borough_gss", "effective_from", "effective_to")
_FORCE_COLUMNS = ("force_name", "ons_code", "region")

METROPOLITAN = "Metropolitan Police Service"

# What is known of a start date. A date that is not here is the day itself, as published at the time.
START_EVIDENCE = {
    date(2017, 1, 1): "A pathfinder unit of January 2017; the month is known, the day is not.",
    date(2019, 3, 21): (
        "Certain from 21 March 2019, when the Mayor answered that all 32 boroughs had been combined "
        "(MQT 2019/6437); the unit began earlier, on a day that is not known."
    ),
}


@dataclass(frozen=True)
class SeedAgency:
    code: str
    name: str
    ons_code: str


@dataclass(frozen=True)
class SeedUnit:
    code: str
    name: str
    kind: UnitKind
    agency: str


@dataclass(frozen=True)
class SeedPlace:
    code: str
    name: str
    in_london: bool


@dataclass(frozen=True)
class SeedArea:
    place: str
    unit: str
    effective_from: date | None
    effective_to: date | None
    source: str


@dataclass(frozen=True)
class Seed:
    """What the two files say, every unit and place once."""

    agencies: tuple[SeedAgency, ...]
    units: tuple[SeedUnit, ...]
    places: tuple[SeedPlace, ...]
    areas: tuple[SeedArea, ...]


@dataclass(frozen=True)
class _Line:
    file: str
    number: int
    values: dict[str, str]

    def required(self, column: str) -> str:
        value = self.values[column]
        if not value:
            raise BadDirectoryFile(f"{self.file}, line {self.number}: {column} is empty.")
        return value

    def day(self, column: str) -> date | None:
        value = self.values[column]
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            raise BadDirectoryFile(
                f"{self.file}, line {self.number}: {column} must be a date such as 2019-03-21, not {value!r}."
            ) from None


def read(bcus: Path, forces: Path) -> Seed:
    """The agencies, units, places and areas of the two files.

    A force that `bcus` divides into units (the Metropolitan Police) or lists itself (the City of London) has
    its areas from there. Every other force is one unit for one place, except a force without a territory.

    :raises BadDirectoryFile: naming the file, the line and the value that cannot be used.
    """
    force_lines = list(_lines(forces, _FORCE_COLUMNS))
    agencies = {line.required("force_name"): _agency(line) for line in force_lines}
    units: dict[str, SeedUnit] = {}
    places: dict[str, SeedPlace] = {}
    areas: list[SeedArea] = []
    for line in _lines(bcus, _BCU_COLUMNS):
        unit = _command_unit(line, agencies)
        area = _borough_area(line)
        units[unit.code] = unit
        places[area.place] = SeedPlace(area.place, line.required("borough"), in_london=True)
        areas.append(area)
    divided = {unit.agency for unit in units.values()}
    for line in force_lines:
        agency = agencies[line.required("force_name")]
        if agency.code not in divided:
            units[agency.code] = SeedUnit(agency.code, agency.name, UnitKind.FORCE, agency.code)
            if _has_territory(line):
                place = _force_place(line, agency)
                places[place.code] = place
                areas.append(_force_area(place, agency))
    return Seed(tuple(agencies.values()), tuple(units.values()), tuple(places.values()), tuple(areas))


def _lines(path: Path, columns: tuple[str, ...]) -> Iterator[_Line]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = [column for column in columns if column not in (rows.fieldnames or ())]
            if missing:
                raise BadDirectoryFile(f"{path.name}: the first line lacks the column {missing[0]}.")
            for row in rows:
                values = {column: (row[column] or "").strip() for column in columns}
                yield _Line(path.name, rows.line_num, values)
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise BadDirectoryFile(f"{path.name} cannot be read as a CSV file in UTF-8: {problem}") from problem


def _agency(line: _Line) -> SeedAgency:
    name = line.required("force_name")
    return SeedAgency(slug(name), name, line.values["ons_code"])


def _command_unit(line: _Line, agencies: dict[str, SeedAgency]) -> SeedUnit:
    """A row whose name is a force's is that force; any other row is a unit of the Metropolitan Police."""
    name = line.required("bcu_name").partition(" (")[0]
    code = line.required("bcu_code")
    if name in agencies:
        return SeedUnit(code, name, UnitKind.FORCE, agencies[name].code)
    if METROPOLITAN not in agencies:
        raise BadDirectoryFile(f"{line.file}, line {line.number}: no force is named {METROPOLITAN}.")
    return SeedUnit(code, f"{name} BCU", UnitKind.BCU, agencies[METROPOLITAN].code)


def _borough_area(line: _Line) -> SeedArea:
    since, until = line.day("effective_from"), line.day("effective_to")
    if since and until and until <= since:
        raise BadDirectoryFile(f"{line.file}, line {line.number}: effective_to is not after effective_from.")
    return SeedArea(line.required("borough_gss"), line.required("bcu_code"), since, until, _evidence(since))


def _evidence(since: date | None) -> str:
    if since is None:
        return "A force of its own, before there were command units; no start day is needed."
    return START_EVIDENCE.get(since, f"Began on {written(since)}, as published at the time.")


def _has_territory(line: _Line) -> bool:
    return bool(line.values["ons_code"]) or not line.values["region"].startswith("National")


def _force_place(line: _Line, agency: SeedAgency) -> SeedPlace:
    """A force's area bears its name without the word for police; a whole nation bears its own."""
    if not agency.ons_code:
        return SeedPlace(agency.code, line.required("region"), in_london=False)
    name = agency.name.removesuffix(" Police").removesuffix(" Constabulary")
    return SeedPlace(agency.ons_code, name, in_london=False)


def _force_area(place: SeedPlace, agency: SeedAgency) -> SeedArea:
    if agency.ons_code:
        source = f"The police force area {agency.ons_code} of the Office for National Statistics."
    else:
        source = "The force's own territory; the Office for National Statistics has no code for it."
    return SeedArea(place.code, agency.code, None, None, source)
