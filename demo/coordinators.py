"""When the simulated coordinators look at what waits, and for when they call a meeting. Pure."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta

from directory.working_days import is_working_day
from web.moments import LONDON, london_at

_HALF_HOUR, _DAY = timedelta(minutes=30), timedelta(days=1)
_OPENS, _CLOSES = time(9, 0), time(16, 30)  # the first and the last start of a day
_AWAKE, _ASLEEP = time(7, 30), time(22, 0)


def looks_at(rng: random.Random, noticed: datetime, due: datetime) -> datetime:
    """When somebody deals with a child's triggers: sooner the nearer the deadline, and not in the night."""
    room = max(due - noticed, timedelta(hours=1))
    return waking(noticed + min(room * rng.uniform(0.04, 0.4), timedelta(days=2)))


def waking(at: datetime) -> datetime:
    """That instant, or the next morning where it falls in the night of London."""
    local = at.astimezone(LONDON)
    if local.time() >= _ASLEEP:
        local += _DAY
    elif local.time() >= _AWAKE:
        return at
    return london_at(local.date(), _AWAKE)


def meets_at(rng: random.Random, now: datetime, due: datetime) -> datetime:
    """The start of a meeting: mostly in working hours before the deadline, sometimes out of hours, sometimes late."""
    earliest = now + timedelta(hours=rng.choice((1, 2, 3, 4)))
    in_time = [slot for slot in _slots(earliest, due) if _in_working_hours(slot)]
    if in_time and rng.random() > 0.09:
        return rng.choice(in_time[len(in_time) // 3 :])
    out_of_hours = [slot for slot in _slots(earliest, due) if _awake(slot)]
    if out_of_hours and rng.random() < 0.5:
        return rng.choice(out_of_hours)
    late = [s for s in _slots(max(earliest, due), max(earliest, due) + 8 * _DAY) if _in_working_hours(s)]
    return late[min(int(rng.expovariate(1 / 9)), len(late) - 1)]


def marks_at(rng: random.Random, ended: datetime) -> datetime:
    """When the register is marked: within the hour, or a day or two later."""
    return waking(ended + timedelta(hours=rng.choice((0.3, 0.5, 1, 3, 20, 44))))


def _slots(first: datetime, last: datetime) -> list[datetime]:
    """Every full and half hour from one instant to another."""
    at = first.replace(minute=0, second=0, microsecond=0)
    found = []
    while at <= last:
        if at >= first:
            found.append(at)
        at += _HALF_HOUR
    return found


def _in_working_hours(at: datetime) -> bool:
    local = at.astimezone(LONDON)
    return is_working_day(local.date()) and _OPENS <= local.time() <= _CLOSES


def _awake(at: datetime) -> bool:
    return time(8, 0) <= at.astimezone(LONDON).time() <= time(20, 0)
