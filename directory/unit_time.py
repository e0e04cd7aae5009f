"""What the pages show of a unit's time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from directory import calendars, duty_changes
from directory.availability import Period
from directory.calendar_address import masked
from directory.calendar_round import TOO_OLD
from directory.duty import DaysOff
from directory.duty_hours import in_words, next_on_duty, pattern_of
from directory.duty_tables import BusyTime, DateOff, DutyPattern
from directory.duty_words import promise_words
from directory.two_weeks import Day, two_weeks
from web.moments import london_date


@dataclass(frozen=True)
class Told:
    """The hours of one team, in words."""

    id: UUID
    name: str
    hours: str
    valid_from: date
    last_on: date | None
    bank_holidays: bool

    def over(self, today: date) -> bool:
        return self.last_on is not None and self.last_on < today


@dataclass(frozen=True)
class Calendar:
    """How it stands with a published calendar; its address is masked.

    :param counts_until: when what was read last is too old to count; None where nothing was read.
    :param times: how many times taken it tells.
    """

    server: str
    read_at: datetime | None
    counts: bool
    counts_until: datetime | None
    failure: str
    next_at: datetime
    unread: int
    times: int


@dataclass(frozen=True)
class UnitTime:
    """All that is known of a unit's time but for its meetings here.

    :param next_duty: the sentence shown beside its seats.
    :param promise: how soon it promised to answer, "4 working hours"; "" for no promise.
    """

    next_duty: str
    promise: str
    patterns: list[Told]
    days_off: list[DateOff]
    calendar: Calendar | None
    days: list[Day]


async def of_unit(unit: UUID, now: datetime) -> UnitTime:
    """What is known of the unit's time today and in the next two weeks."""
    today = london_date(now)
    rows = await duty_changes.patterns_of(unit)
    days_off = await duty_changes.days_off_of(unit, since=today)
    calendar, busy = await _calendar(unit, now)
    valid = [pattern_of(row) for row in rows if row.valid_to is None or row.valid_to >= today]
    reasons = [(DaysOff(row.first_on, row.last_on), row.reason) for row in days_off]
    return UnitTime(
        next_duty=(await next_on_duty([unit], now))[unit],
        promise=await promise_in_words(unit),
        patterns=[told_of(row) for row in rows],
        days_off=days_off,
        calendar=calendar,
        days=two_weeks(valid, reasons, busy, now),
    )


def told_of(row: DutyPattern) -> Told:
    """The row in words."""
    last_on = row.valid_to - timedelta(days=1) if row.valid_to else None
    return Told(row.id, row.name, in_words(row), row.valid_from, last_on, row.bank_holidays)


async def promise_in_words(unit: UUID) -> str:
    """`4 working hours`; nothing for no promise."""
    given = await duty_changes.promise_of(unit)
    return promise_words(given.amount, given.counted_in) if given else ""


async def _calendar(unit: UUID, now: datetime) -> tuple[Calendar | None, list[Period]]:
    """The calendar that the unit publishes, and the times taken that count of it."""
    row = await calendars.calendar_of(unit)
    if row is None:
        return None, []
    busy = await BusyTime.objects().where(BusyTime.unit == unit, BusyTime.ends_at > now)
    shown = Calendar(
        server=masked(row.address),
        read_at=row.read_at,
        counts=row.counts,
        counts_until=row.read_at + TOO_OLD if row.read_at else None,
        failure=row.failure,
        next_at=row.next_at,
        unread=row.unread,
        times=len(busy),
    )
    return shown, [Period(one.starts_at, one.ends_at) for one in busy] if row.counts else []
