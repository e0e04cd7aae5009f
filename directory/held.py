"""All that the directory holds of one unit, line by line: what its owner is asked about, and what history keeps."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import msgspec

from directory.duty_hours import in_words
from directory.duty_tables import DutyPattern, Promise
from directory.duty_words import promise_words
from directory.ladder_tables import LadderContact
from directory.reach_tables import DutyDesk
from directory.rungs import Rung
from directory.tables import Area, Contact, Unit, UnitKind
from directory.unit_kinds import KINDS
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


Of = tuple[UUID, Line]  # of which unit it is


async def lines_of(unit: Unit) -> list[Line]:
    """Everything that is, was or will be held of the unit, whose agency's row stands in place of the agency's id."""
    return (await lines_of_all([unit]))[unit.id]


async def lines_of_all(units: Sequence[Unit]) -> dict[UUID, list[Line]]:
    """As `lines_of`, for many units in as many questions as for one."""
    found = {unit.id: [_line(f"unit:{unit.id}", "The unit", unit.name, _of_unit(unit))] for unit in units}
    for section in (_contacts, _ladder, _desks, _hours, _promises, _places):
        for unit, line in await section(list(found)) if found else []:
            found[unit].append(line)
    return found


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


async def _contacts(units: list[UUID]) -> list[Of]:
    of_units = Contact.objects().where(Contact.unit.is_in(units))
    rows = await of_units.order_by(Contact.rank, Contact.active_from, Contact.email)
    return [(row.unit, of_contact(row)) for row in rows]


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


async def _ladder(units: list[UUID]) -> list[Of]:
    rows = await LadderContact.objects().where(LadderContact.unit.is_in(units)).order_by(LadderContact.active_from)
    rungs = list(Rung)
    return [
        (
            row.unit,
            _line(
                f"ladder:{row.id}",
                LADDER,
                row.role,
                [("Step", row.rung), ("Mail address", row.email), ("Telephone", row.phone)],
                row.active_from,
                row.active_to,
            ),
        )
        for row in sorted(rows, key=lambda one: (rungs.index(Rung(one.rung)), one.active_from, one.email))
    ]


async def _desks(units: list[UUID]) -> list[Of]:
    rows = await DutyDesk.objects().where(DutyDesk.unit.is_in(units))
    lines = [
        (row.unit, _line(f"desk:{row.unit}", HOURS, "Duty desk", [("Telephone", row.phone), ("Hours", row.hours)]))
        for row in rows
    ]
    return [(unit, line) for unit, line in lines if line.says]


async def _hours(units: list[UUID]) -> list[Of]:
    of_units = DutyPattern.objects().where(DutyPattern.unit.is_in(units))
    rows = await of_units.order_by(DutyPattern.valid_from, DutyPattern.name)
    return [
        (
            row.unit,
            _line(
                f"hours:{row.id}",
                HOURS,
                row.name,
                [
                    ("Hours", in_words(row)),
                    ("Bank holidays", "bank holidays too" if row.bank_holidays else "not on bank holidays"),
                ],
                row.valid_from,
                row.valid_to,
            ),
        )
        for row in rows
    ]


async def _promises(units: list[UUID]) -> list[Of]:
    return [
        (
            row.unit,
            _line(
                f"promise:{row.unit}",
                HOURS,
                "Promised to answer",
                [("Within", f"within {promise_words(row.amount, row.counted_in)}")],
            ),
        )
        for row in await Promise.objects().where(Promise.unit.is_in(units))
        if row.amount
    ]


async def _places(units: list[UUID]) -> list[Of]:
    rows = await Area.objects(Area.place).where(Area.unit.is_in(units)).order_by(Area.place.name, Area.effective_from)
    return [
        (
            row.unit,
            _line(
                f"place:{row.id}",
                PLACES,
                row.place.name,
                [("How it is known", row.source.rstrip("."))],
                row.effective_from,
                row.effective_to,
            ),
        )
        for row in rows
    ]
