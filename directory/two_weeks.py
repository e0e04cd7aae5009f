"""The next two weeks of a unit as a plain table: its hours on duty, and when its calendar says it is taken. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from directory.availability import Period, merged
from directory.duty import DaysOff, Pattern, Shift, on_duty
from directory.working_days import is_bank_holiday
from web.filters import time_of_day
from web.moments import LONDON, london_date, start_of

DAYS = 14


@dataclass(frozen=True)
class Day:
    """One day, in words: the hours on duty, what is special about it, and the hours taken."""

    on: date
    duty: str
    note: str
    taken: str


def two_weeks(
    patterns: Sequence[Pattern], days_off: Sequence[tuple[DaysOff, str]], busy: Iterable[Period], now: datetime
) -> list[Day]:
    """Today and the thirteen days after it.

    :param days_off: each with its reason.
    :param busy: when the unit is taken by its published calendar.
    """
    today, taken = london_date(now), merged(busy)
    return [_day(today + timedelta(days=number), patterns, days_off, taken) for number in range(DAYS)]


def _day(
    on: date,
    patterns: Sequence[Pattern],
    days_off: Sequence[tuple[DaysOff, str]],
    taken: Sequence[Period],
) -> Day:
    whole = Period(start_of(on), start_of(on + timedelta(days=1)))
    reasons = [f"Day off: {reason}" for days, reason in days_off if on in days]
    if is_bank_holiday(on):
        reasons.append("Bank holiday")
    hours = on_duty(patterns, [days for days, _ in days_off], whole)
    duty = in_words(hours, whole) or ("Off duty" if patterns else "Not known")
    within = [
        Period(max(one.starts_at, whole.starts_at), min(one.ends_at, whole.ends_at))
        for one in taken
        if one.overlaps(whole)
    ]
    return Day(on, duty, ". ".join(reasons), in_words(within, whole))


def in_words(periods: Sequence[Period], day: Period) -> str:
    """`7am to 3pm, 11pm to midnight`, or `All day`; nothing for nothing."""
    if list(periods) == [day]:
        return "All day"
    return ", ".join(f"{time_of_day(one.starts_at)} to {time_of_day(one.ends_at)}" for one in periods)


def cycle_in_words(cycle: Sequence[Sequence[Shift]], names: Sequence[str] = ()) -> str:
    """`Monday to Friday 9am to 5pm` for a week; `2 days 7am to 3pm, 2 days off` for another cycle."""
    runs: list[tuple[int, int, str]] = []
    for number, shifts in enumerate(cycle):
        hours = ", ".join(_hours(one) for one in shifts) or "off"
        if runs and runs[-1][2] == hours:
            runs[-1] = (runs[-1][0], number, hours)
        else:
            runs.append((number, number, hours))
    return ", ".join(_run(first, last, hours, names) for first, last, hours in runs)


def _run(first: int, last: int, hours: str, names: Sequence[str]) -> str:
    if names:
        return f"{names[first]}{f' to {names[last]}' if last > first else ''} {hours}"
    return f"{last - first + 1} day{'' if last == first else 's'} {hours}"


def _hours(shift: Shift) -> str:
    winter = date(2026, 1, 1)
    return " to ".join(time_of_day(datetime.combine(winter, at, LONDON)) for at in (shift.starts, shift.ends))
