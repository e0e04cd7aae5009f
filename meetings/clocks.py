"""Clock arithmetic in Europe/London: elapsed hours, days, working days and working hours of England.

**Hours** are elapsed hours, counted in UTC: 24 hours across a change of the clocks are 24 hours.

**Days** are days of the calendar: they end at the same local time. A local time that the spring change leaves out is
an hour later on the clock; of one that the autumn change repeats, the first counts.

**A working day** is a Monday to Friday that is not a bank holiday in England, from midnight to midnight in London;
the time of other days does not count. N working days from within one end at the same local time N working days later.
A start on any other day has all of the next working day still to come, as one at a midnight has, and ends with a day:

* Wednesday 18 November 2026 10:00, 1 working day: Thursday 19 November 10:00
* Friday 20 November 2026 15:00, 1 working day: Monday 23 November 15:00
* Saturday 21 November 2026 11:00, 1 working day: Tuesday 24 November 00:00, which is the end of Monday
* Saturday 21 November 2026 11:00, 5 working days: Saturday 28 November 00:00, which is the end of Friday
* Thursday 24 December 2026 16:00, 1 working day: Tuesday 29 December 16:00 (Friday is Christmas Day, and Boxing
  Day's substitute is Monday 28 December)

The clocks change on Sundays only, so a local time on a working day always exists and happens once.

**Working hours** run from 9:00 to 17:00 London time on working days and stand still in between:

* Wednesday 18 November 2026 15:00, 4 working hours: Thursday 19 November 11:00
* Wednesday 18 November 2026 13:00, 4 working hours: the same day 17:00
* Saturday 21 November 2026 11:00, 4 working hours: Monday 23 November 13:00

Every instant taken and given is aware; those given are in UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from directory.working_days import is_working_day
from web.moments import LONDON, london_at

DAY_STARTS: Final = time(9, 0)
DAY_ENDS: Final = time(17, 0)

_ONE_DAY: Final = timedelta(days=1)


def deadline(start: datetime, amount: int, unit: str) -> datetime:
    """The instant `amount` of `unit` after `start`, in UTC; `unit` is "hours" (elapsed), "days" or "working days".

    Review intervals are counted so too, from the end of the meeting.

    :raises ValueError: for a negative amount, a naive start or another unit.
    """
    _aware(start)
    if amount < 0:
        raise ValueError(f"a clock cannot run backwards: {amount} {unit}")
    if unit == "hours":
        return start.astimezone(UTC) + timedelta(hours=amount)
    if unit == "days":
        return _after_days(start, amount)
    if unit == "working days":
        return _after_working_days(start, amount)
    raise ValueError(f"a deadline is counted in hours, days or working days, not {unit!r}")


def reply_by(now: datetime, amount: int, unit: str) -> datetime:
    """The instant by which an answer is asked for, in UTC; `unit` is "working hours" or "working days".

    :raises ValueError: for a negative amount, a naive start or another unit.
    """
    if unit == "working days":
        return deadline(now, amount, unit)
    _aware(now)
    if amount < 0:
        raise ValueError(f"a clock cannot run backwards: {amount} {unit}")
    if unit == "working hours":
        return _after_working_hours(now, timedelta(hours=amount))
    raise ValueError(f"an answer is asked for in working hours or working days, not {unit!r}")


def outside_hours(starts_at: datetime, ends_at: datetime) -> tuple[str, ...]:
    """What about this time is not usual working time in London: the day, the start, the end; in words."""
    begins, ends = _aware(starts_at).astimezone(LONDON), _aware(ends_at).astimezone(LONDON)
    found = []
    if begins.weekday() >= 5:
        found.append(f"on a {begins:%A}")
    elif not is_working_day(begins.date()):
        found.append("on a bank holiday in England")
    if begins.time() < DAY_STARTS or begins.time() >= DAY_ENDS:
        found.append("starting outside 9am to 5pm")
    elif (ends.date(), ends.time()) > (begins.date(), DAY_ENDS):
        found.append("ending after 5pm")
    return tuple(found)


def _after_days(start: datetime, amount: int) -> datetime:
    if not amount:
        return start.astimezone(UTC)
    local = start.astimezone(LONDON)
    return london_at(local.date() + timedelta(days=amount), local.time())


def _after_working_days(start: datetime, amount: int) -> datetime:
    local = start.astimezone(LONDON)
    day, at = local.date(), local.time()
    if not is_working_day(day):
        day, at = _next_working_day(day), time(0)
    if at == time(0) and amount:  # whole days: the last of them ends before a weekend, not after it
        return london_at(_working_days_later(day, amount - 1) + _ONE_DAY, at)
    return london_at(_working_days_later(day, amount), at)


def _after_working_hours(start: datetime, left: timedelta) -> datetime:
    local = start.astimezone(LONDON)
    day, opens = local.date(), max(local.time(), DAY_STARTS)
    if not is_working_day(day) or opens >= DAY_ENDS:
        day, opens = _next_working_day(day), DAY_STARTS
    while left > (today := _between(opens, DAY_ENDS)):
        left -= today
        day, opens = _next_working_day(day), DAY_STARTS
    return london_at(day, opens) + left


def _working_days_later(day: date, amount: int) -> date:
    for _ in range(amount):
        day = _next_working_day(day)
    return day


def _next_working_day(day: date) -> date:
    day += _ONE_DAY
    while not is_working_day(day):
        day += _ONE_DAY
    return day


def _between(earlier: time, later: time) -> timedelta:
    anchor = date(2000, 1, 3)
    return datetime.combine(anchor, later, UTC) - datetime.combine(anchor, earlier, UTC)


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"an instant needs its zone: {at.isoformat()}")
    return at
