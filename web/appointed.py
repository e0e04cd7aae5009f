"""Who holds a role at an agency, for letters to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from piccolo.columns.combination import And, Or

from web.roles import Role
from web.tables import Appointment
from web.viewer import EVERY


@dataclass(frozen=True)
class Holder:
    """Somebody who holds a role and can sign in; `title` is the role they are shown as."""

    person: UUID
    email: str
    title: str


async def holders(agency: str, roles: Iterable[Role], *, now: datetime) -> list[Holder]:
    """Who holds one of these roles at the agency; where nobody does, who holds one at every agency.

    :param now: the real time, by which appointments hold.
    """
    there = await _holders(agency, roles, now) if agency != EVERY else []
    return there or await _holders(EVERY, roles, now)


async def _holders(agency: str, roles: Iterable[Role], now: datetime) -> list[Holder]:
    person = Appointment.person
    rows = (
        await Appointment.select(person.id, person.email, person.title)
        .where(Appointment.agency_code == agency, Appointment.role.is_in([role.value for role in roles]))
        .where(And(Appointment.since <= now, Or(Appointment.until.is_null(), Appointment.until > now)))
        .where(Or(person.active_until.is_null(), person.active_until > now))
        .order_by(person.email)
    )
    return list(dict.fromkeys(Holder(row["person.id"], row["person.email"], row["person.title"]) for row in rows))
