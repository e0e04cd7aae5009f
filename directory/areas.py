"""Which unit serves a place on a day.

An area holds from its first day up to, but not on, the day it ends: `effective_from` is inclusive and
`effective_to` exclusive, and an empty one is open. One place has at most one police unit, and one unit of
each other kind, on any day. A place's row is the lock of its areas.
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from uuid import NAMESPACE_DNS, UUID, uuid5

from piccolo.columns.combination import Or, Where

from directory import seed
from directory.errors import NoUnit
from directory.seed import BCUS, FORCES, Seed
from directory.tables import POLICE, Agency, Area, Place, Unit, UnitKind

Span = tuple[date | None, date | None]

_SHIPPED = uuid5(NAMESPACE_DNS, "directory.convene.example")  # one id for one code, on every installation


async def police_unit(place: str, on: date) -> UUID:
    """The unit that polices the place on that day.

    :raises NoUnit: when none is recorded; the message is a sentence for the page.
    """
    unit = await _serving(place, POLICE, on)
    if unit is None:
        raise NoUnit(place, on)
    return unit


async def partner_unit(place: str, kind: UnitKind, on: date) -> UUID | None:
    """The unit of this kind that serves the place on that day, or None: many places have none."""
    return await _serving(place, (kind,), on)


async def places() -> list[Place]:
    """Every place, for lists to choose from: London first, then the other forces' areas, by name."""
    return await Place.objects().order_by(Place.in_london, ascending=False).order_by(Place.name)


async def load_directory(bcus: Path = BCUS, forces: Path = FORCES) -> None:
    """The files' agencies, units, places and areas are in the directory; what was there is untouched.

    An area is added only where no other of its kind holds on any of its days, so a corrected date or a
    recorded change of area is never undone by loading again.

    :raises BadDirectoryFile: when a file cannot be used; nothing was loaded.
    """
    listed = seed.read(bcus, forces)
    async with Agency._meta.db.transaction():
        agencies = await _add_agencies(listed)
        units = await _add_units(listed, agencies)
        await _add_places(listed)
        await _add_areas(listed, units)


async def _serving(place: str, kinds: Iterable[UnitKind], on: date) -> UUID | None:
    row = (
        await Area.select(Area.unit)
        .where(Area.place == place, Area.unit.kind.is_in(list(kinds)), *_holds_on(on))
        .order_by(Area.effective_from, ascending=False)
        .first()
    )
    return row["unit"] if row else None


def _holds_on(day: date) -> tuple[Where | Or, ...]:
    """The condition that an area holds on the day."""
    return (
        Or(Area.effective_from.is_null(), Area.effective_from <= day),
        Or(Area.effective_to.is_null(), Area.effective_to > day),
    )


async def _add_agencies(listed: Seed) -> dict[str, UUID]:
    rows = [
        Agency(id=uuid5(_SHIPPED, f"agency {a.code}"), code=a.code, name=a.name, ons_code=a.ons_code)
        for a in listed.agencies
    ]
    await Agency.insert(*rows).on_conflict(target=Agency.code, action="DO NOTHING")
    return {row["code"]: row["id"] for row in await Agency.select(Agency.code, Agency.id)}


async def _add_units(listed: Seed, agencies: dict[str, UUID]) -> dict[str, UUID]:
    rows = [
        Unit(
            id=uuid5(_SHIPPED, f"unit {u.code}"),
            code=u.code,
            name=u.name,
            kind=u.kind,
            agency=agencies[u.agency],
        )
        for u in listed.units
    ]
    await Unit.insert(*rows).on_conflict(target=Unit.code, action="DO NOTHING")
    return {row["code"]: row["id"] for row in await Unit.select(Unit.code, Unit.id)}


async def _add_places(listed: Seed) -> None:
    rows = [Place(code=p.code, name=p.name, in_london=p.in_london) for p in listed.places]
    await Place.insert(*rows).on_conflict(target=Place.code, action="DO NOTHING")


async def _add_areas(listed: Seed, units: dict[str, UUID]) -> None:
    codes = [place.code for place in listed.places]
    await Place.select(Place.code).where(Place.code.is_in(codes)).order_by(Place.code).lock_rows("UPDATE")
    held = await Area.select(Area.place, Area.effective_from, Area.effective_to).where(
        Area.place.is_in(codes), Area.unit.kind.is_in(list(POLICE))
    )
    spans: dict[str, list[Span]] = {}
    for row in held:
        spans.setdefault(row["place"], []).append((row["effective_from"], row["effective_to"]))
    rows = [
        Area(
            place=area.place,
            unit=units[area.unit],
            effective_from=area.effective_from,
            effective_to=area.effective_to,
            source=area.source,
        )
        for area in listed.areas
        if not _meets_any((area.effective_from, area.effective_to), spans.get(area.place, ()))
    ]
    if rows:
        await Area.insert(*rows)


def _meets_any(span: Span, others: Iterable[Span]) -> bool:
    """The span shares a day with another; first days are inclusive, last days exclusive."""
    return any(
        max(span[0] or date.min, first or date.min) < min(span[1] or date.max, last or date.max)
        for first, last in others
    )
