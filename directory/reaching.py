"""Where a unit is reached at this moment: its telephones, mailboxes and hours, and the places it serves today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from directory import areas, contacts
from directory.desks import Desk, desks
from directory.duty_hours import next_on_duty
from directory.duty_words import NOT_KNOWN
from directory.finding import Known, found
from directory.tables import POLICE, Contact, Unit, UnitKind
from directory.unit_kinds import GROUPS
from directory.units import all_units
from web.moments import london_date

MOST_SHOWN = 12  # units that one question is answered with


@dataclass(frozen=True)
class Reach:
    """How one unit is reached.

    :param ways: its contacts of today, the one to try first in front.
    :param serves: the names of the places it serves today.
    :param duty: when it is next on duty by the shifts it told, in words; "" where it told none.
    """

    unit: Unit
    desk: Desk
    ways: Sequence[Contact]
    serves: Sequence[str]
    duty: str

    @property
    def phone(self) -> str:
        """The number to ring: the duty desk's, else that of the first contact that has one."""
        return self.desk.phone or next((way.phone for way in self.ways if way.phone), "")

    @property
    def unknown(self) -> bool:
        """Nobody told how to reach it."""
        return not (self.ways or self.phone)


async def asked_for(question: str, *, now: datetime) -> tuple[list[Reach], int]:
    """Whom the question means, the police first among equals, and how many more there are than are shown."""
    today = london_date(now)
    serves = await _places_served(today)
    units = sorted(await all_units(), key=_order)
    wanted = found(question, [_known(unit, serves.get(unit.code, [])) for unit in units])
    return await _reached(wanted[:MOST_SHOWN], serves, now), max(0, len(wanted) - MOST_SHOWN)


def _known(unit: Unit, places: Sequence[str]) -> Known[Unit]:
    return Known(unit, [unit.name, unit.code, unit.agency.name, *places], [unit.agency.code, unit.kind])


def _order(unit: Unit) -> tuple[bool, int, str]:
    kind = UnitKind(unit.kind)
    return kind not in POLICE, list(GROUPS).index(kind), unit.name


async def _places_served(on: date) -> dict[str, list[str]]:
    """By the unit's code the names of the places it serves on the day."""
    served: dict[str, list[str]] = {}
    for service in await areas.services_on(on):
        served.setdefault(service.unit, []).append(service.place_name)
    return served


async def _reached(units: Sequence[Unit], serves: dict[str, list[str]], now: datetime) -> list[Reach]:
    ids: list[UUID] = [unit.id for unit in units]
    ways = await contacts.ways_to_reach(london_date(now), ids) if ids else {}
    phones, duty = await desks(ids), await next_on_duty(ids, now)
    return [
        Reach(
            unit,
            phones.get(unit.id, Desk()),
            ways.get(unit.id, []),
            serves.get(unit.code, []),
            "" if duty[unit.id] == NOT_KNOWN else duty[unit.id],
        )
        for unit in units
    ]
