"""Which unit serves a place on a day.

An area holds from its first day up to, but not on, the day it ends: `effective_from` is inclusive and
`effective_to` exclusive, and an empty one is open. One place has at most one police unit, and one unit of
each other kind, on any day. A place's row is the lock of its areas.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import NAMESPACE_DNS, UUID, uuid5

from piccolo.columns.combination import And, Or, Where

from directory import history, seed
from directory.errors import NoSuchPlace, NoSuchUnit, NoUnit, Overlap, WrongDates
from directory.seed import BCUS, FORCES, Seed
from directory.tables import POLICE, Agency, Area, Place, Unit, UnitKind
from directory.wording import plain_line

Span = tuple[date | None, date | None]

_SHIPPED = uuid5(NAMESPACE_DNS, "directory.convene.example")  # one id for one code, on every installation


@dataclass(frozen=True)
class Serving:
    """Who serves some places on one day."""

    on: date
    units: Mapping[tuple[str, UnitKind], UUID]

    def police(self, place: str) -> UUID:
        """The unit that polices the place.

        :raises NoUnit: when none is recorded; the message is a sentence for the page.
        """
        for kind in POLICE:
            if (place, kind) in self.units:
                return self.units[place, kind]
        raise NoUnit(place, self.on)

    def partner(self, place: str, kind: UnitKind) -> UUID | None:
        """The unit of this kind that serves the place, or None: many places have none."""
        return self.units.get((place, kind))


async def serving(places: Iterable[str], on: date) -> Serving:
    """The units that serve these places on that day, in one query."""
    rows = (
        await Area.select(Area.place, Area.unit, Area.unit.kind.as_alias("kind"))
        .where(Area.place.is_in(list(places)), holds_on(on))
        .order_by(Area.effective_from)
    )
    return Serving(on, {(row["place"], UnitKind(row["kind"])): row["unit"] for row in rows})


async def places() -> list[Place]:
    """Every place, for lists to choose from: London first, then the other forces' areas, by name."""
    return await Place.objects().order_by(Place.in_london, ascending=False).order_by(Place.name)


async def place_names() -> dict[str, str]:
    """Every place's name by its code, in the same order."""
    by_name = Place.select(Place.code, Place.name).order_by(Place.in_london, ascending=False).order_by(Place.name)
    return {row["code"]: row["name"] for row in await by_name}


async def place_name(code: str) -> str | None:
    """The name of the place with this code; None where there is none."""
    row = await Place.select(Place.name).where(Place.code == code).first()
    return str(row["name"]) if row else None


async def police_of_places(on: date) -> dict[str, "Service"]:
    """The police unit of every place that has one on that day, by the place's code."""
    return {service.place: service for service in await _services(And(of_kinds(POLICE), holds_on(on)))}


@dataclass(frozen=True)
class Service:
    """A unit serves a place: from `since` (inclusive) to `until` (exclusive), open where None."""

    place: str
    place_name: str
    unit: str
    unit_name: str
    kind: UnitKind
    since: date | None
    until: date | None
    source: str

    def holds_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


async def police_services() -> list[Service]:
    """Every place with the police units that serve it, served it or will, by the place's name, in order of time."""
    return await _services(of_kinds(POLICE))


async def services_on(day: date) -> list[Service]:
    """Who serves which place on the day, whatever the kind, by the place's name."""
    return await _services(holds_on(day))


async def services_of_kinds(kinds: Iterable[UnitKind], places: Iterable[str]) -> list[Service]:
    """Who of these kinds serves, served or will serve these places, by the place's name and in order of time."""
    return await _services(And(of_kinds(kinds), Area.place.is_in(list(places))))


async def services_of(unit: UUID) -> list[Service]:
    """The places that the unit serves, served or will serve, by name and then in order of time."""
    return await _services(Area.unit == unit)


async def services_in(place: str) -> list[Service]:
    """Who serves the place, served it or will: the police first, then the other kinds, in order of time."""
    found = await _services(Area.place == place)
    return sorted(found, key=lambda service: (service.kind not in POLICE, service.kind.value))


async def add_area(
    place: str,
    unit: UUID,
    *,
    since: date | None,
    until: date | None = None,
    source: str,
    by: str,
    now: datetime,
) -> None:
    """The unit serves the place from `since` to the day before `until`; `source` says how that is known.

    :raises Overlap: when a unit of the same kind (all police is one kind) serves it on any of those days.
    :raises WrongDates: when `until` is not after `since`.
    :raises NoSuchPlace, NoSuchUnit: when there is none.
    """
    source = plain_line(source, "The source", 200)
    if since and until and until <= since:
        raise WrongDates("The last day must come after the first. Nothing was changed.")
    async with Area._meta.db.transaction():
        await lock_place(place)
        code, kinds = await alike(unit)
        for held in await _services(Area.place == place):
            if held.kind in kinds and _meets_any((since, until), [(held.since, held.until)]):
                raise Overlap(held.place_name, held.unit_name)
        await Area.insert(Area(place=place, unit=unit, effective_from=since, effective_to=until, source=source))
        detail = {"unit": code, "from": since, "to": until}
        await history.record(by, "area added", f"place {place}", now=now, detail=detail)


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


def of_kinds(kinds: Iterable[UnitKind]) -> Where:
    """The condition that an area is served by a unit of one of these kinds."""
    return Area.unit.kind.is_in(list(kinds))


def holds_on(day: date) -> And:
    """The condition that an area holds on the day."""
    return And(
        Or(Area.effective_from.is_null(), Area.effective_from <= day),
        Or(Area.effective_to.is_null(), Area.effective_to > day),
    )


async def _services(condition: Where | And) -> list[Service]:
    rows = (
        await Area.select(
            Area.place,
            Area.place.name.as_alias("place_name"),
            Area.unit.code.as_alias("unit"),
            Area.unit.name.as_alias("unit_name"),
            Area.unit.kind.as_alias("kind"),
            Area.effective_from.as_alias("since"),
            Area.effective_to.as_alias("until"),
            Area.source,
        )
        .where(condition)
        .order_by(Area.place.name)
    )
    found = [Service(**row | {"kind": UnitKind(row["kind"])}) for row in rows]
    return sorted(found, key=lambda service: (service.place_name, service.since or date.min))


async def lock_place(place: str) -> None:
    """Nobody else changes the place's areas until the transaction ends."""
    if not await Place.select(Place.code).where(Place.code == place).lock_rows("NO KEY UPDATE").first():
        raise NoSuchPlace(place)


async def alike(unit: UUID) -> tuple[str, tuple[UnitKind, ...]]:
    """The unit's code, and the kinds of which a place has one unit at a time together with it."""
    row = await Unit.select(Unit.code, Unit.kind).where(Unit.id == unit).first()
    if row is None:
        raise NoSuchUnit(unit)
    kind = UnitKind(row["kind"])
    return row["code"], POLICE if kind in POLICE else (kind,)


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
    await Place.select(Place.code).where(Place.code.is_in(codes)).order_by(Place.code).lock_rows("NO KEY UPDATE")
    held = await Area.select(Area.place, Area.effective_from, Area.effective_to).where(
        Area.place.is_in(codes), of_kinds(POLICE)
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
