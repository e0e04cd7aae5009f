"""The demonstration's partners and mailboxes: all invented, all under `.example`, roles and no people.

Telephone numbers are from the range that Ofcom keeps for drama, 020 7946 0000 to 0999.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from uuid import NAMESPACE_DNS, UUID, uuid5

from audit import trail
from directory.naming import slug
from directory.seed import METROPOLITAN, SeedPlace
from directory.tables import Agency, Area, Contact, Place, Unit, UnitKind
from directory.verification_tables import Verification

_INVENTED = uuid5(NAMESPACE_DNS, "demonstration.convene.example")
_KNOWN_FOR = timedelta(days=1100)  # older than any history the demonstration makes
_CONFIRMED_WITHIN = 80  # days

NEIGHBOURS = ("Essex", "Hertfordshire", "Kent", "Surrey", "Thames Valley")
_COUNCILS = {"City of London": "City of London Corporation", "Westminster": "Westminster City Council"}
_INTERVIEWERS = ("Harbour Interviews", "Lantern Interviews", "Compass Interviews", "Waymark Interviews")
_CHARITIES = ("Safe Steps", "Open Door Youth", "Kingfisher Trust")

# For each kind of unit: the role, and its mailbox's name before the @. The first is tried first.
_MAILBOXES = {
    UnitKind.BCU: (("missing unit", "missing"), ("duty desk", "duty")),
    UnitKind.FORCE: (("missing unit", "missing"), ("duty desk", "duty")),
    UnitKind.SOCIAL_CARE: (("missing coordinator", "missing-coordinator"), ("duty social work desk", "duty-desk")),
    UnitKind.HEALTH: (("safeguarding nurses' desk", "safeguarding-nurses"),),
    UnitKind.EDUCATION: (("virtual school desk", "virtual-school"),),
    UnitKind.PLACEMENT: (("duty manager's desk", "duty-manager"),),
    UnitKind.INTERVIEW: (("referrals desk", "referrals"),),
    UnitKind.VOLUNTARY: (("referrals desk", "referrals"),),
}


@dataclass(frozen=True)
class Partner:
    """One invented unit, its agency, and a place it serves; a unit of several places is listed for each."""

    agency: str
    unit: str
    kind: UnitKind
    place: str

    @property
    def agency_id(self) -> UUID:
        return uuid5(_INVENTED, f"agency {self.agency}")

    @property
    def unit_id(self) -> UUID:
        return uuid5(_INVENTED, f"unit {self.unit}")


async def load_contacts(now: datetime) -> None:
    """The places of London and its neighbours have partners, and every unit an invented mailbox.

    Needs the directory loaded. Repeating it adds nothing: a unit that ever had a contact is left alone.
    """
    async with Agency._meta.db.transaction():
        await _add_partners()
        added = await _add_mailboxes(now)
        if added:
            detail = {"contacts": added}
            await trail.record("demonstration", "invented contacts", "directory", now=now, detail=detail)


async def _add_partners() -> None:
    london = await Place.objects().where(Place.in_london.eq(True)).order_by(Place.name)
    neighbours = await Place.objects().where(Place.name.is_in(list(NEIGHBOURS)), Place.in_london.eq(False))
    partners = list(invented_partners(london, neighbours))
    agencies = {p.agency_id: Agency(id=p.agency_id, code=slug(p.agency), name=p.agency) for p in partners}
    units = {
        p.unit_id: Unit(id=p.unit_id, code=slug(p.unit), name=p.unit, kind=p.kind, agency=p.agency_id)
        for p in partners
    }
    served = {row["unit"] for row in await Area.select(Area.unit)}
    areas = [
        Area(place=p.place, unit=p.unit_id, source="Invented for the demonstration.")
        for p in partners
        if p.unit_id not in served
    ]
    await Agency.insert(*agencies.values()).on_conflict(target=Agency.code, action="DO NOTHING")
    await Unit.insert(*units.values()).on_conflict(target=Unit.code, action="DO NOTHING")
    if areas:
        await Area.insert(*areas)


def invented_partners(
    boroughs: Sequence[Place | SeedPlace], neighbours: Sequence[Place | SeedPlace]
) -> Iterator[Partner]:
    """The partners of London's boroughs and of its neighbours; what is shared out is in the order given."""
    yield from _in_boroughs(boroughs)
    yield from _in_neighbours(neighbours)


def _in_boroughs(boroughs: Sequence[Place | SeedPlace]) -> Iterator[Partner]:
    """Each borough's own four partners, and those that a few boroughs share."""
    for position, borough in enumerate(boroughs):
        name, code = borough.name, borough.code
        yield from _local(name, code)
        interviewer = _INTERVIEWERS[position * len(_INTERVIEWERS) // len(boroughs)]
        yield Partner(interviewer, f"{interviewer} team", UnitKind.INTERVIEW, code)
        charity = _CHARITIES[position * len(_CHARITIES) // len(boroughs)]
        yield Partner(charity, f"{charity} team", UnitKind.VOLUNTARY, code)


def _in_neighbours(places: Sequence[Place | SeedPlace]) -> Iterator[Partner]:
    """What a child placed just outside London needs there."""
    for place in places:
        yield from _local(place.name, place.code)


def _local(name: str, code: str) -> Iterator[Partner]:
    council = _COUNCILS.get(name, f"{name} Council")
    yield Partner(council, f"{name} social care", UnitKind.SOCIAL_CARE, code)
    yield Partner(council, f"{name} virtual school", UnitKind.EDUCATION, code)
    yield Partner(f"{name} Health", f"{name} health team", UnitKind.HEALTH, code)
    yield Partner(f"{name} Homes", f"{name} children's home", UnitKind.PLACEMENT, code)


async def _add_mailboxes(now: datetime) -> int:
    """Every unit that never had a contact has its mailboxes, and confirmed them; returns how many were added."""
    since = now.date() - _KNOWN_FOR
    units = (
        await Unit.select(Unit.id, Unit.code, Unit.kind, Unit.agency.name.as_alias("agency"))
        .where(Unit.id.not_in(Contact.select(Contact.unit)))
        .order_by(Unit.code)
    )
    number = count()
    contacts = [
        Contact(
            unit=unit["id"],
            role=role,
            email=_mailbox(local, unit["kind"], unit["code"], unit["agency"]),
            phone=f"020 7946 0{next(number) % 1000:03d}",
            rank=rank,
            active_from=since,
        )
        for unit in units
        for rank, (role, local) in enumerate(_MAILBOXES[UnitKind(unit["kind"])], start=1)
    ]
    if contacts:
        await Contact.insert(*contacts)
        await Verification.insert(*(_confirmation(unit["id"], position, now) for position, unit in enumerate(units)))
    return len(contacts)


def _confirmation(unit: UUID, position: int, now: datetime) -> Verification:
    """The unit confirmed its entry on one of the last days; no two weeks have all of them."""
    at = now - timedelta(days=1 + position * 7 % _CONFIRMED_WITHIN)
    return Verification(
        id=uuid5(unit, "confirmed"),
        unit=unit,
        asked_at=at,
        asked_on=at.date(),
        ended_at=at,
        confirmed_at=at,
        confirmed_by="demonstration",
        how="invented for the demonstration",
    )


def _mailbox(local: str, kind: str, code: str, agency: str) -> str:
    """`missing-na@met-police.example` for a BCU; `duty@essex-police.example` for a force of one unit."""
    domain = "met-police" if agency == METROPOLITAN else slug(agency)
    name = f"{local}-{code.lower()}" if kind == UnitKind.BCU else local
    return f"{name}@{domain}.example"
