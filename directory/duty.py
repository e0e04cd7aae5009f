"""When a unit is on duty: its shifts, week by week or in a cycle of days, on London's clocks. Pure.

A shift belongs to the day on which it begins, also where it ends after midnight. It does not take place where its day
is a day off, or a bank holiday in England that the team does not work; a night shift that began the evening before
goes on to its end.

A shift begins and ends at the first instant at which London's clocks show that time or a later one of its day. So in
the hour that comes twice the first counts, a shift that would begin in the hour that is left out begins when the
clocks have been put forward, and one that lies wholly in that hour does not take place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from directory.availability import Period, merged
from directory.working_days import is_bank_holiday
from web.moments import LONDON, london_at, london_date

LOOKED_AHEAD = 400  # days; a unit that is off for longer has no next duty
_DAY = timedelta(days=1)
_WEEKS = timedelta(weeks=2)
_CLOCKS_CHANGE = time(1, tzinfo=UTC)  # in London, always


@dataclass(frozen=True, order=True)
class Shift:
    """From a time of the day until another, which is on the next day unless it is the later of the two."""

    starts: time
    ends: time

    @property
    def over_midnight(self) -> bool:
        return self.ends <= self.starts


@dataclass(frozen=True)
class DaysOff:
    """The unit is not on duty on these days, the last of them included."""

    first_on: date
    last_on: date

    def __contains__(self, day: date) -> bool:
        return self.first_on <= day <= self.last_on


@dataclass(frozen=True)
class Pattern:
    """The shifts of one team, day by day of a cycle that comes round for ever; a week is a cycle from a Monday.

    :param cycle: the shifts of each day; an empty day is a rest day.
    :param anchor: a day, past or to come, that is the cycle's first.
    :param valid_from: its first day.
    :param valid_to: the first day on which it holds no more; None where it has no end.
    :param bank_holidays: whether the team works on the bank holidays of England.
    """

    cycle: tuple[tuple[Shift, ...], ...]
    anchor: date
    valid_from: date
    valid_to: date | None = None
    bank_holidays: bool = False

    def shifts_on(self, day: date) -> tuple[Shift, ...]:
        """The shifts that begin on this day, if it is not a day off."""
        if day < self.valid_from or (self.valid_to is not None and day >= self.valid_to):
            return ()
        if not self.bank_holidays and is_bank_holiday(day):
            return ()
        return self.cycle[(day - self.anchor).days % len(self.cycle)]


def on_duty(patterns: Collection[Pattern], days_off: Collection[DaysOff], within: Period) -> tuple[Period, ...]:
    """The unit's time on duty within the period, of all its teams together; merged, in order, in UTC."""
    found = []
    for day in _days(london_date(within.starts_at) - _DAY, london_date(within.ends_at)):
        for duty in _periods_of(day, patterns, days_off):
            starts_at, ends_at = max(duty.starts_at, within.starts_at), min(duty.ends_at, within.ends_at)
            found.append(Period(starts_at.astimezone(UTC), ends_at.astimezone(UTC)))
    return merged(found)


def next_duty(patterns: Collection[Pattern], days_off: Collection[DaysOff], now: datetime) -> Period | None:
    """The period on duty that goes on at `now`, or else the next; None where none begins within 400 days.

    Shifts that follow one another without a gap are one period; of one that goes on for weeks the end is not sought.
    """
    today, found = london_date(now), None
    shifts: tuple[Period, ...] = ()
    for day in _days(today - _DAY, today + LOOKED_AHEAD * _DAY):
        found = next((one for one in shifts if one.ends_at > now), None)
        if found is not None and (london_date(found.ends_at) < day or found.ends_at - now > _WEEKS):
            break  # no shift that begins later touches it, or it goes on for weeks
        shifts = merged([*shifts, *_periods_of(day, patterns, days_off)])
    return found


def instant(day: date, at: time) -> datetime:
    """The first instant of this day at which London's clocks show this time or a later one, in UTC."""
    first = london_at(day, at)
    left_out = first.astimezone(LONDON).time() != at.replace(tzinfo=None, fold=0)
    return datetime.combine(day, _CLOCKS_CHANGE) if left_out else first


def _periods_of(day: date, patterns: Collection[Pattern], days_off: Collection[DaysOff]) -> Iterator[Period]:
    """The shifts that begin on this day, as instants."""
    if any(day in off for off in days_off):
        return
    for pattern in patterns:
        for shift in pattern.shifts_on(day):
            ends_on = day + _DAY if shift.over_midnight else day
            yield Period(instant(day, shift.starts), instant(ends_on, shift.ends))


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + number * _DAY
