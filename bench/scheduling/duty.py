"""When the units of the simulated London are on duty: half the command units in office hours, half in shifts."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Final
from uuid import UUID

from bench.scheduling.london import UNTIL, London
from directory.availability import Period
from directory.duty import Pattern, Shift, on_duty
from directory.tables import POLICE

_YEAR: Final = Period(UNTIL - timedelta(days=380), UNTIL + timedelta(days=40))
_MONDAY: Final = date(2025, 9, 1)
_EARLY, _LATE, _NIGHT = (Shift(time(7), time(15)), Shift(time(14), time(22)), Shift(time(22), time(7)))
_TEN_DAYS = ((_EARLY,), (_EARLY,), (_LATE,), (_LATE,), (_NIGHT,), (_NIGHT,), (), (), (), ())


def duty_of(london: London) -> dict[UUID, tuple[Period, ...]]:
    """Every unit's time on duty over the year.

    Of the police units every second has one team, Monday to Friday from 8 to 4; the others have two teams five days
    apart in a round of two early, two late and two night shifts and four days off. Partners work from 9 to 5.
    """
    police = sorted((u for u in london.names if london.kinds[u] in POLICE), key=lambda u: london.names[u])
    found = {}
    for unit in london.names:
        if unit not in police:
            patterns = [_weekdays(Shift(time(9), time(17)))]
        elif police.index(unit) % 2:
            patterns = [_weekdays(Shift(time(8), time(16)))]
        else:
            begins = _MONDAY + timedelta(days=police.index(unit) % 10)
            patterns = [_rounds(begins), _rounds(begins + timedelta(days=5))]
        found[unit] = on_duty(patterns, [], _YEAR)
    return found


def _weekdays(shift: Shift) -> Pattern:
    return Pattern((((shift,),) * 5 + ((),) * 2), _MONDAY, _MONDAY)


def _rounds(begins: date) -> Pattern:
    return Pattern(_TEN_DAYS, begins, _MONDAY, bank_holidays=True)
