"""Units and places of an installation's own, beside those that it starts with."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from piccolo.query.functions.aggregate import Count

from directory import history
from directory.areas import add_area
from directory.errors import NameTaken, NoSuchPlace, NoSuchUnit
from directory.naming import slug
from directory.tables import Agency, Place, Unit, UnitKind
from directory.wording import NotPlain, plain_line

CODE_LENGTH = 40
RESERVED = (
    "areas",
    "checks",
    "files",
    "ladder",
    "london",
    "mail-domains",
    "places",
    "units",
)  # words of the pages' own addresses
_ADDED = "Recorded in the directory."


async def unit_of_code(code: str) -> Unit:
    """The unit, with its agency's row in place of the agency's id.

    :raises NoSuchUnit: when no unit has this code.
    """
    unit = await Unit.objects(Unit.agency).where(Unit.code == code).first()
    if unit is None:
        raise NoSuchUnit(code)
    return unit


async def lock_unit(unit: UUID) -> str:
    """The unit's code; nobody else changes what belongs to it until the transaction ends.

    :raises NoSuchUnit: when there is no such unit.
    """
    row = await Unit.select(Unit.code).where(Unit.id == unit).lock_rows("NO KEY UPDATE").first()
    if row is None:
        raise NoSuchUnit(unit)
    return str(row["code"])


async def unit_names(units: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """The names of these units by their ids; None has none."""
    wanted = list({unit for unit in units if unit})
    rows = await Unit.select(Unit.id, Unit.name).where(Unit.id.is_in(wanted)) if wanted else []
    return {row["id"]: row["name"] for row in rows}


async def place_of_code(code: str) -> Place:
    """:raises NoSuchPlace: when no place has this code."""
    place = await Place.objects().where(Place.code == code).first()
    if place is None:
        raise NoSuchPlace(code)
    return place


async def all_units() -> list[Unit]:
    """Every unit with its agency's row, by kind and name."""
    return await Unit.objects(Unit.agency).order_by(Unit.kind, Unit.name)


async def of_kind(kind: str) -> list[Unit]:
    """The units of this kind with their agencies' rows, by name."""
    return await Unit.objects(Unit.agency).where(Unit.kind == kind).order_by(Unit.name)


async def kinds() -> Counter[str]:
    """How many units there are of each kind."""
    rows: list[dict[str, Any]] = await Unit.select(Unit.kind, Count()).group_by(Unit.kind)
    return Counter({row["kind"]: row["count"] for row in rows})


async def add_unit(
    name: str,
    *,
    kind: UnitKind,
    agency: str,
    places: Sequence[str],
    since: date | None,
    by: str,
    now: datetime,
) -> str:
    """The agency, new or known by that name, has this unit, which serves the places; returns the unit's code.

    The code is made from the name and stays when the name is changed.

    :raises NotPlain: when a name is not one short line of plain text.
    :raises NameTaken: when a unit of that code is there already.
    :raises Overlap: when a unit of the kind serves one of the places by then; nothing was added.
    :raises NoSuchPlace: when a place is not in the directory.
    """
    name, code = _named(name, "The unit's name")
    agency, agency_code = _named(agency, "The agency's name")
    async with Unit._meta.db.transaction():
        unit = Unit(id=uuid4(), code=code, name=name, kind=kind, agency=await _agency(agency, agency_code))
        if not await Unit.insert(unit).on_conflict(target=Unit.code, action="DO NOTHING"):
            raise NameTaken(name)
        await history.record(by, "unit added", f"unit {code}", now=now, detail={"kind": kind})
        for place in places:
            await add_area(place, unit.id, since=since, source=_ADDED, by=by, now=now)
    return code


async def add_place(code: str, name: str, *, in_london: bool, by: str, now: datetime) -> None:
    """The directory has this place, which nobody serves yet; never an address, but an area with a name.

    :raises NotPlain: when the code or the name cannot be used.
    :raises NameTaken: when a place of that code is there already.
    """
    code, name = plain_line(code, "The place's code", CODE_LENGTH), plain_line(name, "The place's name", 120)
    async with Place._meta.db.transaction():
        place = Place(code=code, name=name, in_london=in_london)
        if not await Place.insert(place).on_conflict(target=Place.code, action="DO NOTHING"):
            raise NameTaken(name)
        await history.record(by, "place added", f"place {code}", now=now)


def _named(text: str, what: str) -> tuple[str, str]:
    """The name as one plain line, and the code made from it."""
    name = plain_line(text, what, 120)
    code = slug(name)
    if code in RESERVED:
        raise NameTaken(name)
    if not code:
        raise NotPlain(what, "has no letter from a to z and no number. Write it with some.")
    return name, code


async def _agency(name: str, code: str) -> UUID:
    """The agency of that code, made when there is none; two at once make one."""
    await Agency.insert(Agency(id=uuid4(), code=code, name=name)).on_conflict(target=Agency.code, action="DO NOTHING")
    row = await Agency.select(Agency.id).where(Agency.code == code).first()
    if row is None:
        raise NoSuchUnit(name)
    return UUID(str(row["id"]))
