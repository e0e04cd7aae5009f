"""The duty hours of the simulated London's units: weeks, rotating shifts, a day off, promises; of some nothing.

Told when the year is over: what the year holds of strategy meetings stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from audit import trail
from directory.duty import Shift
from directory.duty_hours import kept
from directory.duty_tables import DateOff, DutyKind, DutyPattern, Promise
from directory.tables import Unit, UnitKind
from web.moments import london_date

_DAY = timedelta(days=1)
Cycle = tuple[tuple[Shift, ...], ...]


@dataclass(frozen=True)
class _Team:
    """A team's name and shifts; a cycle of other than seven days begins so many days after the Monday of the week."""

    name: str
    cycle: Cycle
    begins: int = 0
    bank_holidays: bool = False


def _weekly(starts: time, ends: time, days: int = 5) -> Cycle:
    return ((Shift(starts, ends),),) * days + ((),) * (7 - days)


_EARLY, _LATE = Shift(time(7), time(15)), Shift(time(14), time(22))
_NIGHT = Shift(time(22), time(7))
_TWO_TWO_TWO_FOUR: Cycle = ((_EARLY,),) * 2 + ((_LATE,),) * 2 + ((_NIGHT,),) * 2 + ((),) * 4
_MISSING_UNITS = (
    (_Team("missing unit", _weekly(time(8), time(16))),),
    (_Team("team A", _TWO_TWO_TWO_FOUR, 0, True), _Team("team C", _TWO_TWO_TWO_FOUR, 4, True)),
    (_Team("early turn", _weekly(time(7), time(15))), _Team("late turn", _weekly(time(13), time(21)))),
    (_Team("team B", _TWO_TWO_TWO_FOUR, 2, True),),
)
_OTHERS = {
    UnitKind.FORCE: _Team("missing unit", _weekly(time(8), time(18), 7), 0, True),
    UnitKind.SOCIAL_CARE: _Team("duty social work desk", _weekly(time(9), time(17))),
    UnitKind.HEALTH: _Team("safeguarding nurses' desk", _weekly(time(8, 30), time(16, 30))),
    UnitKind.EDUCATION: _Team("virtual school desk", _weekly(time(9), time(16))),
    UnitKind.INTERVIEW: _Team("referrals desk", _weekly(time(10), time(18), 6)),
}
_PROMISED = {UnitKind.BCU: (4, "working hours"), UnitKind.SOCIAL_CARE: (1, "working days")}


async def tell_hours(now: datetime) -> None:
    """Units have duty hours and promises, but for every fifth of them and kinds that tell none; one has a day off."""
    units = await Unit.select(Unit.id, Unit.kind).order_by(Unit.kind, Unit.code)
    told = [(number, row) for number, row in enumerate(units) if number % 5 or row["kind"] == UnitKind.BCU]
    monday = london_date(now) - london_date(now).weekday() * _DAY
    patterns = [
        _row(row["id"], team, monday) for number, row in told for team in _teams(UnitKind(row["kind"]), number)
    ]
    await DutyPattern.insert(*patterns)
    await Promise.insert(*(_promise(row) for _, row in told if row["kind"] in _PROMISED))
    training = monday + 10 * _DAY
    first = next(row["id"] for _, row in told if row["kind"] == UnitKind.BCU)
    await DateOff.insert(DateOff(unit=first, first_on=training, last_on=training, reason="training day"))
    detail = {"patterns": len(patterns)}
    await trail.record("demonstration", "invented duty hours", "directory", now=now, detail=detail)


def _promise(row: dict[str, Any]) -> Promise:
    amount, counted_in = _PROMISED[row["kind"]]
    return Promise(unit=row["id"], amount=amount, counted_in=counted_in)


def _teams(kind: UnitKind, number: int) -> Iterator[_Team]:
    if kind is UnitKind.BCU:
        yield from _MISSING_UNITS[number % len(_MISSING_UNITS)]
    elif kind in _OTHERS:
        yield _OTHERS[kind]


def _row(unit: object, team: _Team, monday: date) -> DutyPattern:
    return DutyPattern(
        unit=unit,
        name=team.name,
        kind=DutyKind.WEEKLY if len(team.cycle) == 7 else DutyKind.ROTATING,
        cycle=kept(team.cycle),
        anchor=monday + team.begins * _DAY,
        valid_from=monday - 28 * _DAY,
        bank_holidays=team.bank_holidays,
    )
