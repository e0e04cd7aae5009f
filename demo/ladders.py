"""Who is on the simulated London's ladders, all invented; and how they were climbed in its last days."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from attendance import ladder_round
from attendance.acknowledging import acknowledge
from attendance.ladder_tables import EscalationLetter
from audit import trail
from demo import officers
from demo.agenda import Agenda
from demo.exchange import Exchange
from directory.ladder_tables import LadderContact
from directory.naming import slug
from directory.rungs import Rung
from directory.seed import METROPOLITAN
from directory.tables import POLICE, Unit, UnitKind
from meetings.letterhead import Letterhead

CLIMBED = timedelta(days=4)  # before the end of the simulated time
_HOUR, _KNOWN_FOR = timedelta(hours=1), timedelta(days=1100)
_HEARD_AFTER = timedelta(minutes=40)
_ACKNOWLEDGE = 0.6  # of whoever is told

# For each rung: the role, and its mailbox's name before the @.
_POLICE = {
    Rung.SUPERVISOR: ("detective sergeant", "sergeant"),
    Rung.HEAD: ("detective inspector", "inspector"),
    Rung.SUPERINTENDENT: ("superintendent", "superintendent"),
}
_OTHERS = {
    Rung.SUPERVISOR: ("team manager", "team-manager"),
    Rung.HEAD: ("head of service", "head-of-service"),
    Rung.DIRECTOR: ("director", "director"),
}
_LONDON = (
    (Rung.DIRECTOR, "director of London safeguarding", "director@london-safeguarding.example"),
    (Rung.PARTNERS, "safeguarding partners' desk", "partners@london-safeguarding.example"),
    (Rung.PARTNERS, "MOPAC desk", "safeguarding@mopac.example"),
)
_NOBODY = (UnitKind.PLACEMENT, UnitKind.VOLUNTARY, UnitKind.INTERVIEW)  # so that a step finds nobody, too


async def load_ladders(now: datetime) -> None:
    """The units of London have invented ladders. Repeating it adds nothing."""
    async with LadderContact._meta.db.transaction():
        if await LadderContact.exists():
            return
        since = now.date() - _KNOWN_FOR
        units: list[dict[str, Any]] = (
            await Unit.select(Unit.id, Unit.code, Unit.kind, Unit.agency.name.as_alias("agency"))
            .where(Unit.kind.not_in([kind.value for kind in _NOBODY]))
            .order_by(Unit.code)
        )
        rows = [row for unit in units for row in _of_unit(unit, since)]
        rows += [_row(None, rung, role, email, since) for rung, role, email in _LONDON]
        await LadderContact.insert(*rows)
        detail = {"contacts": len(rows)}
        await trail.record("demonstration", "invented ladders", "directory", now=now, detail=detail)


def climb_in(agenda: Agenda, *, seed: int, letterhead: Letterhead, post: Exchange, until: datetime) -> None:
    """In the last days of the simulated time the ladders are climbed every hour, and some letters acknowledged."""

    async def climb(now: datetime) -> None:
        await ladder_round.escalate(letterhead=letterhead, now=now)
        await post.deliver(now)
        for letter in await EscalationLetter.objects().where(EscalationLetter.sent_at == now):
            if officers.dice(seed, "acknowledged", letter.address, now).random() < _ACKNOWLEDGE:
                agenda.put(now + _HEARD_AFTER, partial(_hear, letter.id, letter.role))

    for hours in range(int(CLIMBED / _HOUR)):
        agenda.put(until - CLIMBED + hours * _HOUR, climb)


async def _hear(letter: UUID, role: str, now: datetime) -> None:
    await acknowledge(letter, who=role, now=now)


def _of_unit(unit: dict[str, Any], since: date) -> list[LadderContact]:
    bcu = unit["kind"] == UnitKind.BCU
    domain = "met-police" if unit["agency"] == METROPOLITAN else slug(unit["agency"])
    named = f"-{unit['code'].lower()}" if bcu else f"-{slug(unit['kind'])}" if unit["kind"] not in POLICE else ""
    rungs = _POLICE if unit["kind"] in POLICE else _OTHERS
    return [
        _row(unit["id"], rung, role, f"{box}{named}@{domain}.example", since) for rung, (role, box) in rungs.items()
    ]


def _row(unit: UUID | None, rung: Rung, role: str, email: str, since: date) -> LadderContact:
    return LadderContact(id=uuid4(), unit=unit, rung=rung, role=role, email=email, active_from=since)
