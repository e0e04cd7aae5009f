"""Which capacities a meeting asks for, who fills them, and when those present are a quorum."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal
from uuid import UUID


class Capacity(StrEnum):
    """In which capacity a unit sits at a meeting. The order is the order on pages."""

    HOME = "home police"
    DESTINATION = "destination police"
    INCIDENT = "incident police"
    CHAIR = "chair"
    SOCIAL_WORKER = "social worker"
    HOST_SOCIAL_CARE = "host social care"
    HEALTH = "health"
    EDUCATION = "education"
    PLACEMENT = "placement"
    INTERVIEW = "interview provider"
    VOLUNTARY = "voluntary"
    EXPLOITATION = "exploitation team"
    REVIEWING = "reviewing officer"
    GUARDIAN = "guardian"
    SCHOOLS_OFFICER = "safer schools officer"
    YOUTH_JUSTICE = "youth justice"
    MENTAL_HEALTH = "mental health"
    HOUSING = "housing"
    HOME_OFFICE = "home office"
    LEGAL = "legal adviser"


POLICE: Final = frozenset({Capacity.HOME, Capacity.DESTINATION, Capacity.INCIDENT})


@dataclass(frozen=True)
class Partner:
    """Where a partner's unit is looked for: its kind (a value of directory UnitKind), by the home or host place."""

    kind: str
    of: Literal["home", "host"]


# Chair and social worker are one unit, the home authority's social care: one seat with both capacities.
PARTNERS: Final[Mapping[Capacity, Partner]] = MappingProxyType(
    {
        Capacity.CHAIR: Partner("social care", "home"),
        Capacity.SOCIAL_WORKER: Partner("social care", "home"),
        Capacity.HOST_SOCIAL_CARE: Partner("social care", "host"),
        Capacity.HEALTH: Partner("health", "home"),
        Capacity.EDUCATION: Partner("education", "home"),
        Capacity.PLACEMENT: Partner("placement", "host"),
        Capacity.INTERVIEW: Partner("interview provider", "home"),
        Capacity.VOLUNTARY: Partner("voluntary", "home"),
        Capacity.EXPLOITATION: Partner("police team", "home"),
        Capacity.REVIEWING: Partner("reviewing service", "home"),
    }
)
# Asked where the directory has such a unit, and not missed where it has none. Capacities that are no partner here are
# added to a meeting by hand.
WHERE_KNOWN: Final = frozenset({Capacity.EXPLOITATION, Capacity.REVIEWING})

_ORDER: Final = {capacity: place for place, capacity in enumerate(Capacity)}


@dataclass(frozen=True)
class PlannedSeat:
    """One unit and every capacity it is to fill: invited once, counted once."""

    unit: UUID
    capacities: tuple[Capacity, ...]


def partners_asked(
    rules: Iterable[Iterable[str]],
    *,
    looked_after: bool,
    host_elsewhere: bool,
    ended: bool,
    exploited: bool = False,
) -> tuple[Capacity, ...]:
    """The partner capacities to ask, from the capacities of every rule that fired, in page order.

    A rule names all it may ask; what does not apply to this child falls away: the placement and the reviewing officer
    unless looked after, the host authority's social care unless placed elsewhere, the return-home interview provider
    and the voluntary sector until the episode has ended, the exploitation team unless exploitation is flagged.
    """
    dropped = set(POLICE)
    if not looked_after:
        dropped |= {Capacity.PLACEMENT, Capacity.REVIEWING}
    if not host_elsewhere:
        dropped.add(Capacity.HOST_SOCIAL_CARE)
    if not ended:
        dropped |= {Capacity.INTERVIEW, Capacity.VOLUNTARY}
    if not exploited:
        dropped.add(Capacity.EXPLOITATION)
    asked = {Capacity(name) for capacities in rules for name in capacities} & set(PARTNERS)
    return tuple(sorted(asked - dropped, key=_ORDER.__getitem__))


def merge(asked: Iterable[tuple[UUID, Capacity]]) -> tuple[PlannedSeat, ...]:
    """One seat a unit, with all its capacities in page order; seats stand in the order of their first capacity."""
    held: dict[UUID, set[Capacity]] = {}
    for unit, capacity in asked:
        held.setdefault(unit, set()).add(capacity)
    seats = [PlannedSeat(unit, tuple(sorted(caps, key=_ORDER.__getitem__))) for unit, caps in held.items()]
    return tuple(sorted(seats, key=lambda seat: _ORDER[seat.capacities[0]]))


def place_of(capacities: Iterable[str]) -> int:
    """Where a seat stands on pages: by the first of its capacities."""
    return min((_ORDER[Capacity(capacity)] for capacity in capacities), default=len(_ORDER))


def unfilled(quorum: Iterable[str], filled: Iterable[str]) -> list[str]:
    """The capacities of the quorum that nobody filled, in its order: a set of seats, never a count of heads."""
    present = set(filled)
    return [capacity for capacity in quorum if capacity not in present]
