"""All that the directory holds of one unit, line by line: what its owner is asked about, and what history keeps."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import msgspec

from directory import areas, contacts, ladder
from directory.desks import desk_of
from directory.duty_tables import DutyPattern
from directory.entries import KINDS
from directory.tables import Contact, Unit, UnitKind
from directory.unit_time import promise_in_words, told_of
from web.filters import day

CONTACTS = "Contacts"
HOURS = "Duty hours"
PLACES = "Places it serves"
_NAME = "Name"
LADDER = "Who is told when the unit stays silent"


@dataclass(frozen=True)
class Line:
    """One thing that is held of a unit. `key` stays the same when what is said changes.

    :param section: the heading under which it stands.
    :param name: what it is: "missing unit", "Duty hours of team A".
    :param says: what is held of it, name by name; a name without a value is left out.
    :param until: the first day on which it holds no more; None where it has no end.
    """

    key: str
    section: str
    name: str
    says: tuple[tuple[str, str], ...]
    until: date | None = None

    @property
    def text(self) -> str:
        return ", ".join(value for _, value in self.says)

    @property
    def without_name(self) -> str:
        """As `text`, but for a person's name: that stands in no letter."""
        return ", ".join(value for what, value in self.says if what != _NAME)

    def over(self, today: date) -> bool:
        return self.until is not None and self.until <= today


async def lines_of(unit: Unit) -> list[Line]:
    """Everything that is, was or will be held of the unit, whose agency's row stands in place of the agency's id."""
    return [
        _line(f"unit:{unit.id}", "The unit", unit.name, _of_unit(unit)),
        *await _contacts(unit.id),
        *await _ladder(unit.id),
        *await _desk(unit.id),
        *await _hours(unit.id),
        *await _places(unit.id),
    ]


def current(lines: Iterable[Line], today: date) -> list[Line]:
    """Those that hold today or will."""
    return [line for line in lines if not line.over(today)]


def fingerprint(lines: Sequence[Line]) -> str:
    """The same for the same lines, and another where anything of them differs: 64 characters."""
    return hashlib.sha256(msgspec.json.encode(lines)).hexdigest()


def _line(
    key: str,
    section: str,
    name: str,
    says: Iterable[tuple[str, str]],
    since: date | None = None,
    until: date | None = None,
) -> Line:
    dated = (
        ("From", f"from {day(since)}" if since else ""),
        ("Until", f"no longer from {day(until)}" if until else ""),
    )
    return Line(key, section, name, tuple((what, value) for what, value in (*says, *dated) if value), until)


def _of_unit(unit: Unit) -> list[tuple[str, str]]:
    return [("Agency", unit.agency.name), ("Kind", KINDS[UnitKind(unit.kind)])]


async def _contacts(unit: UUID) -> list[Line]:
    rows = sorted(await contacts.contacts_of(unit), key=lambda one: (one.rank, one.active_from, one.email))
    return [of_contact(row) for row in rows]


def of_contact(row: Contact) -> Line:
    """What is held of one contact."""
    says = [
        (_NAME, row.name),
        ("Mail address", row.email),
        ("Telephone", row.phone),
        ("Order", "tried first" if row.rank == 1 else f"tried as number {row.rank}"),
        ("Mailbox", "a team’s mailbox" if row.group else ""),
    ]
    return _line(f"contact:{row.id}", CONTACTS, row.role, says, row.active_from, row.active_to)


async def _ladder(unit: UUID) -> list[Line]:
    return [
        _line(
            f"ladder:{row.id}",
            LADDER,
            row.role,
            [("Step", row.rung), ("Mail address", row.email), ("Telephone", row.phone)],
            row.active_from,
            row.active_to,
        )
        for row in await ladder.ladder_of(unit)
    ]


async def _desk(unit: UUID) -> list[Line]:
    desk = await desk_of(unit)
    line = _line(f"desk:{unit}", HOURS, "Duty desk", [("Telephone", desk.phone), ("Hours", desk.hours)])
    return [line] if line.says else []


async def _hours(unit: UUID) -> list[Line]:
    rows = (
        await DutyPattern.objects().where(DutyPattern.unit == unit).order_by(DutyPattern.valid_from, DutyPattern.name)
    )
    told = [
        _line(
            f"hours:{row.id}",
            HOURS,
            row.name,
            [
                ("Hours", told_of(row).hours),
                ("Bank holidays", "bank holidays too" if row.bank_holidays else "not on bank holidays"),
            ],
            row.valid_from,
            row.valid_to,
        )
        for row in rows
    ]
    promise = await promise_in_words(unit)
    answer = _line(f"promise:{unit}", HOURS, "Promised to answer", [("Within", f"within {promise}")])
    return [*told, answer] if promise else told


async def _places(unit: UUID) -> list[Line]:
    return [
        _line(
            f"place:{one.place}:{one.since or 'always'}",
            PLACES,
            one.place_name,
            [("How it is known", one.source)],
            one.since,
            one.until,
        )
        for one in await areas.services_of(unit)
    ]
