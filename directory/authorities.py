"""The councils and trusts that answer for children's social care: the list that ships, and what of it is new here.

The list is in the layout of the directory's own files, and comes in as they do, by a preview. Of it only what the
directory lacks is offered: a unit, a place or a service that an installation has of its own stays as it is.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from directory.csv_matching import Known
from directory.csv_sheets import Sheet
from directory.csv_text import as_file
from directory.seed import DATA
from directory.tables import UnitKind

LIST: Final = DATA / "authorities"
SHEETS: Final = (Sheet.UNITS, Sheet.AREAS)  # the units first: an area names its unit
_CARE: Final = (UnitKind.SOCIAL_CARE.value,)
Line = Mapping[str, str]
Listed = Mapping[Sheet, Sequence[Line]]
Held = Mapping[tuple[str, tuple[str, ...]], str]


@dataclass(frozen=True)
class Offer:
    """What of the list the directory lacks.

    :param own: by the name of a place the code of the directory's own unit for which the list's is left out.
    """

    lines: Listed
    own: Mapping[str, str]

    def file(self, sheet: Sheet) -> bytes:
        """The lines that add something, as a file of the directory."""
        names = list(shipped()[sheet][0])
        return as_file([names, *([line[name] for name in names] for line in self.lines[sheet])])


@cache
def shipped() -> Listed:
    """The list as it ships, whatever the directory has."""
    listed = {}
    for sheet in SHEETS:
        with (LIST / f"{sheet.value}.csv").open(encoding="utf-8", newline="") as file:
            listed[sheet] = list(csv.DictReader(file))
    return listed


def lacking(known: Known, listed: Listed) -> Offer:
    """What the directory lacks of the list.

    A unit is left out where the directory has that code, where another unit of social care serves, served or will
    serve its place, or where its agency has one. A service is offered once its unit is there, to places that nobody
    of its kind was ever recorded for; the police's only where social care has a unit too.
    """
    held = _held(known)
    units = [_with_agency_of(line, known) for line in listed[Sheet.UNITS]]
    places = {line["unit_code"]: line for line in listed[Sheet.AREAS]}
    instead = {}
    for line in units:
        code = line["unit_code"]
        instead[code] = _instead(line, places[code]["place_code"], held, known)
    wanted = [line for line in units if not instead[line["unit_code"]] and line["unit_code"] not in known.units]
    services = [line for line in listed[Sheet.AREAS] if _is_new(line, instead, held, known)]
    cared_for = {place for place, kinds in held if kinds == _CARE}
    cared_for |= {line["place_code"] for line in services if line["unit_code"] in instead}
    return Offer(
        {Sheet.UNITS: wanted, Sheet.AREAS: [line for line in services if line["place_code"] in cared_for]},
        {places[code]["place"]: other for code, other in instead.items() if other},
    )


def _held(known: Known) -> Held:
    """By a place and the kinds of which it has one unit at a time the code of a unit that is recorded for it."""
    return {
        (entry.values["place_code"], tuple(known.units[entry.values["unit_code"]])): entry.values["unit_code"]
        for entry in known.entries[Sheet.AREAS]
    }


def _with_agency_of(line: Line, known: Known) -> Line:
    """The line, with the code under which the directory has an agency of that name."""
    codes = {name.casefold(): code for code, name in known.agencies.items()}
    return {**line, "agency_code": codes.get(line["agency"].casefold(), line["agency_code"])}


def _instead(line: Line, place: str, held: Held, known: Known) -> str:
    """The code of the directory's own unit that stands where this one would; "" where there is none."""
    code = line["unit_code"]
    serving = held.get((place, _CARE), code)
    if serving != code:
        return serving
    if code in known.units:
        return "" if tuple(known.units[code]) == _CARE else code
    return next(
        (
            entry.values["unit_code"]
            for entry in known.entries[Sheet.UNITS]
            if entry.values["agency_code"] == line["agency_code"] and (entry.values["kind"],) == _CARE
        ),
        "",
    )


def _is_new(line: Line, instead: Mapping[str, str], held: Held, known: Known) -> bool:
    """The unit is there and not left out, and nobody of its kind is recorded for the place."""
    kinds = known.units.get(line["unit_code"])
    return kinds is not None and not instead.get(line["unit_code"]) and (line["place_code"], tuple(kinds)) not in held
