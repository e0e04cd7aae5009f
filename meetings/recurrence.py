"""Which days a series is held, the instants on London's clocks, and the same as RRULE and EXDATE (RFC 5545). Pure.

A series stands at a time on London's clocks: 9:30am stays 9:30am when the clocks change, and the instant moves by
an hour. Clocks change between 1am and 2am on a Sunday. `instant` gives what RFC 5545 section 3.3.5 says of such a
time: one that happens twice is the first, one that is left out is read with the offset before the gap (1:30am is
2:30am). Calendars differ there, so `Recurring.check` refuses a series that would meet such a Sunday.

Bank holidays of England are left out unless the series is held on them: they are EXDATEs, and so are the dates that
were called off. Weeks begin on Monday, as RFC 5545 has it; "every 2 weeks" counts from the week of the first day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from directory.working_days import is_bank_holiday
from meetings.errors import UnsuitableSeries
from web.moments import LONDON, london_at, london_date

LONGEST = timedelta(days=366)
MOST_DATES = 260
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_SUNDAY = 6


@dataclass(frozen=True)
class Recurring:
    """When a series is held: these weekdays (0 is Monday) of every so many weeks, at a time on London's clocks."""

    weekdays: tuple[int, ...]
    every: int
    first_on: date
    last_on: date
    starts: time
    minutes: int
    bank_holidays: bool = False

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    def check(self) -> None:
        """:raises UnsuitableSeries: with the form field and what to give instead."""
        _check_days(self)
        if not 10 <= self.minutes <= 480:
            raise UnsuitableSeries("minutes", "Each meeting must last from 10 minutes to 8 hours.")
        if self.last_on < self.first_on:
            raise UnsuitableSeries("last_on", "The last day must not be before the first.")
        if self.last_on - self.first_on > LONGEST:
            raise UnsuitableSeries("last_on", "A series lasts a year at most. Choose an earlier last day.")
        held = dates(self)
        if not held:
            raise UnsuitableSeries("last_on", "No such day lies between the first day and the last.")
        if len(held) > MOST_DATES:
            raise UnsuitableSeries("last_on", f"A series has {MOST_DATES} dates at most. Choose an earlier last day.")
        if _meets_a_change_of_clocks(self, held):
            raise UnsuitableSeries(
                "starts",
                "Clocks change between 1am and 2am on a Sunday of this series, so that time is left out or comes "
                "twice. Choose a time before 1am or from 2am.",
            )


@dataclass(frozen=True)
class Told:
    """A series as a calendar is told of it: its first date, the RRULE value, and the instants left out (EXDATE).

    Of those left out, `handed_on` are held, and somebody else comes to them.
    """

    starts_at: datetime
    ends_at: datetime
    rule: str
    excluded: tuple[datetime, ...]
    handed_on: tuple[datetime, ...] = ()


def dates(rule: Recurring) -> tuple[date, ...]:
    """The London dates on which the series is held, in order."""
    return tuple(day for day in _days_of(rule) if rule.bank_holidays or not is_bank_holiday(day))


def instants(rule: Recurring) -> tuple[datetime, ...]:
    """When each meeting of the series starts, in UTC, in order."""
    return tuple(instant(day, rule.starts) for day in dates(rule))


def instant(day: date, starts: time) -> datetime:
    """When London's clocks show this time on this day, in UTC; see above for the nights on which they change."""
    return london_at(day, starts)


def as_told(
    rule: Recurring, *, since: datetime, off: Collection[date] = (), handed_on: Collection[date] = ()
) -> Told | None:
    """The series to somebody asked from `since` on, without the days that are off or handed on; None where no date is
    left.

    DTSTART is the first date that the rule holds after `since`, also when that one is called off: it does not move
    with what happens later, because calendars take a new DTSTART for a new series (MS-OXOCAL 3.1.4.7.3.1).
    """
    held = [day for day in dates(rule) if instant(day, rule.starts) > since]
    without = {*off, *handed_on}
    if not held or not set(held) - without:
        return None
    first, last = held[0], held[-1]
    left_out = [day for day in _days_of(rule) if first <= day <= last and (day not in held or day in without)]
    starts_at = instant(first, rule.starts)
    return Told(
        starts_at=starts_at,
        ends_at=starts_at + rule.length,
        rule=_rrule(rule, instant(last, rule.starts)),
        excluded=tuple(instant(day, rule.starts) for day in left_out),
        handed_on=tuple(instant(day, rule.starts) for day in left_out if day in handed_on),
    )


def occurrence_named(
    known: Iterable[datetime], recurrence_id: datetime | None, recurrence_day: date | None
) -> datetime | None:
    """The date of the series that a RECURRENCE-ID means, of those known; None where it means none of them.

    Compared as instants, whatever zone it was written in. A bare date, or midnight (Exchange writes 000000), means
    the one meeting of that day in London.
    """
    starts = list(known)
    if recurrence_id is not None and recurrence_id in starts:
        return recurrence_id.astimezone(UTC)
    day = recurrence_day or _day_at_midnight(recurrence_id)
    on_the_day = [at for at in starts if london_date(at) == day]
    return on_the_day[0] if len(on_the_day) == 1 else None


@dataclass(frozen=True)
class Arranged:
    """How the dates that are there become those that are wanted: kept or moved, added, and left over."""

    kept: tuple[tuple[date, date], ...]
    added: tuple[date, ...]
    left: tuple[date, ...]


def arranged(have: Iterable[date], wanted: Iterable[date]) -> Arranged:
    """A day that is wanted again is kept; another becomes a new day of its week; the rest is added or left over."""
    there, asked = sorted(have), sorted(wanted)
    kept = [(day, day) for day in there if day in set(asked)]
    left, added = [d for d in there if d not in set(asked)], [d for d in asked if d not in set(there)]
    for day in list(left):
        same_week = next((new for new in added if new.isocalendar()[:2] == day.isocalendar()[:2]), None)
        if same_week is not None:
            kept.append((day, same_week))
            left.remove(day)
            added.remove(same_week)
    return Arranged(tuple(sorted(kept)), tuple(added), tuple(left))


def in_words(rule: Recurring) -> str:
    """The days as people say them: "every Monday", "every weekday", "every second Monday and Thursday"."""
    if rule.every == 1 and rule.weekdays == (0, 1, 2, 3, 4):
        return "every weekday"
    if rule.every == 1 and len(rule.weekdays) == len(DAYS):
        return "every day"
    names = [DAYS[day] for day in rule.weekdays]
    named = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    if rule.every == 1:
        return f"every {named}"
    return f"every second {named}" if rule.every == 2 else f"{named} of every {rule.every} weeks"


def _check_days(rule: Recurring) -> None:
    if not rule.weekdays:
        raise UnsuitableSeries("weekdays", "Choose at least one day of the week.")
    if list(rule.weekdays) != sorted(set(rule.weekdays)) or not set(rule.weekdays) <= set(range(len(DAYS))):
        raise UnsuitableSeries("weekdays", "Choose each day of the week once.")
    if not 1 <= rule.every <= 12:
        raise UnsuitableSeries("every", "A series is held every week, or every 2 to 12 weeks.")


def _days_of(rule: Recurring) -> list[date]:
    """Every day that the weekdays and weeks name, bank holidays among them."""
    monday = rule.first_on - timedelta(days=rule.first_on.weekday())
    found = []
    while monday <= rule.last_on:
        week = (monday + timedelta(days=day) for day in rule.weekdays)
        found += [day for day in week if rule.first_on <= day <= rule.last_on]
        monday += timedelta(weeks=rule.every)
    return found


def _rrule(rule: Recurring, last: datetime) -> str:
    days = ",".join(_BYDAY[day] for day in rule.weekdays)
    weeks_begin = ";WKST=MO" if rule.every > 1 else ""  # the default, said where it makes a difference
    return f"FREQ=WEEKLY;INTERVAL={rule.every};BYDAY={days};UNTIL={last:%Y%m%dT%H%M%SZ}{weeks_begin}"


def _meets_a_change_of_clocks(rule: Recurring, held: Iterable[date]) -> bool:
    """Whether the time is left out, or comes twice, on one of these days."""
    if rule.starts.hour != 1 or _SUNDAY not in rule.weekdays:
        return False
    return any(_strange(datetime.combine(day, rule.starts, LONDON)) for day in held)


def _strange(there: datetime) -> bool:
    return there.utcoffset() != there.replace(fold=1).utcoffset()


def _day_at_midnight(at: datetime | None) -> date | None:
    there = at.astimezone(LONDON) if at else None
    return there.date() if there and there.time() == time(0) else None
