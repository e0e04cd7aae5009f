"""Which times can the required seats make before the deadline, and which of them is best? Pure.

A start is on a quarter of an hour, by London's clocks. What is unknown of a unit is never read as free, nor as busy.
A quorum that cannot be reached, or a short notice, is shown and never excludes a time. Why this order and no other:
docs/decisions/0015-which-time-goes-first.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from directory.availability import Diary, Free, Period
from directory.working_days import is_working_day
from meetings.clocks import DAY_ENDS, DAY_STARTS, outside_hours
from meetings.seats import POLICE, unfilled
from meetings.why_not_better import why_not_better
from web.moments import LONDON, london_at, london_date

LEAD: Final = timedelta(hours=1)  # nobody can be asked and come sooner
SHORT_NOTICE: Final = timedelta(hours=24)
TRAVEL: Final = timedelta(minutes=30)  # from a meeting at a place to the next, or back
SEARCHED: Final = timedelta(days=14)  # no deadline of a rule is further off; nobody plans further
LATE_SEARCHED: Final = timedelta(days=7)  # after the deadline, where nothing before it fits

_STEP: Final = timedelta(minutes=15)
_ONE_DAY: Final = timedelta(days=1)
_EARLY, _EVENING, _MIDNIGHT = time(8), time(20), time(0)
_CANNOT: Final = frozenset({Free.BUSY, Free.OFF_DUTY})


@dataclass(frozen=True)
class SeatAsked:
    """One unit that is wanted at a meeting, in which capacities, and whether it must be there."""

    unit: UUID
    name: str
    capacities: tuple[str, ...]
    required: bool

    @property
    def police(self) -> bool:
        return not POLICE.isdisjoint(self.capacities)


@dataclass(frozen=True)
class Wanted:
    """A meeting that is to be given a time. With a `place` people travel to it; with none they join by a link.

    :param quorum: the capacities that must be filled, a set of seats and never a count of heads.
    :param urgent: out of hours is considered too, and no time after the deadline goes before one in time.
    """

    key: UUID
    seats: tuple[SeatAsked, ...]
    quorum: tuple[str, ...]
    due_at: datetime
    minutes: int
    urgent: bool
    place: str = ""

    @cached_property
    def police(self) -> tuple[UUID, ...]:
        return tuple(s.unit for s in self.seats if s.police)

    @cached_property
    def required(self) -> tuple[UUID, ...]:
        return tuple(s.unit for s in self.seats if s.required)


@dataclass(frozen=True)
class Slot:
    """One time for a wanted meeting, and what is known of it.

    :param seats: whether each unit that is asked can come.
    :param missing: the capacities of the quorum whose units all cannot come, or which nobody is asked in.
    :param notice: from now until the start; under 24 hours is short notice.
    :param out_of_hours: what about it is not usual working time, in words.
    :param late: whether it starts after the deadline.
    """

    wanted: Wanted
    period: Period
    seats: Mapping[UUID, Free]
    missing: tuple[str, ...]
    notice: timedelta
    out_of_hours: tuple[str, ...]
    late: bool

    @property
    def short_notice(self) -> bool:
        return self.notice < SHORT_NOTICE

    @property
    def fits(self) -> bool:
        """Whether nothing known keeps a police unit or the quorum away."""
        return not self.missing and not any(self.seats[unit] in _CANNOT for unit in self.wanted.police)


@dataclass(frozen=True)
class Proposals:
    """The best times, best first, and why no better one is possible ("" where none would be)."""

    slots: tuple[Slot, ...]
    why_not_better: str = ""


def window(wanted: Wanted, now: datetime) -> Period:
    """The time over which the diaries of the wanted units have to be known."""
    last = max(_last_start(wanted, now), now + LEAD) + LATE_SEARCHED
    return Period(now - TRAVEL, last + timedelta(minutes=wanted.minutes) + TRAVEL)


def starts(wanted: Wanted, now: datetime) -> Iterator[datetime]:
    """The starts to be weighed that are before the deadline, in order and in UTC; none where it has passed.

    In working hours; for an urgent meeting, and where no working hour is left, also from 8am to 8pm on every day;
    where that leaves nothing either, at any hour.
    """
    yield from _usual_first(wanted, now + LEAD, _last_start(wanted, now))


def late_starts(wanted: Wanted, now: datetime) -> Iterator[datetime]:
    """The starts of the week behind those of `starts`: late, unless the deadline is beyond the search."""
    after = max(_last_start(wanted, now) + timedelta(microseconds=1), now + LEAD)
    yield from _usual_first(wanted, after, after + LATE_SEARCHED)


def weigh(wanted: Wanted, diaries: Mapping[UUID, Diary], starts_at: datetime, now: datetime) -> Slot:
    """What is known of the meeting at this start. A unit without a diary is unknown."""
    period = Period(starts_at, starts_at + timedelta(minutes=wanted.minutes))
    margin = TRAVEL if wanted.place else timedelta(0)
    door_to_door = Period(period.starts_at - margin, period.ends_at + margin)
    seats = {s.unit: _free(diaries.get(s.unit), period, door_to_door) for s in wanted.seats}
    able = [c for s in wanted.seats if seats[s.unit] not in _CANNOT for c in s.capacities]
    return Slot(
        wanted=wanted,
        period=period,
        seats=seats,
        missing=tuple(unfilled(wanted.quorum, able)),
        notice=starts_at - now,
        out_of_hours=outside_hours(period.starts_at, period.ends_at),
        late=starts_at > wanted.due_at,
    )


def order(slot: Slot) -> tuple[Any, ...]:
    """Lower is better. Of one meeting's times no two are equal, and more that is taken never makes one better."""
    police = [slot.seats[unit] for unit in slot.wanted.police]
    required = [slot.seats[unit] for unit in slot.wanted.required]
    return (
        bool(police) and _CANNOT.issuperset(police),
        slot.late and slot.wanted.urgent,
        any(free is not Free.FREE for free in police),
        bool(slot.missing),
        slot.late,
        _doubt(police),
        len(slot.missing),
        _doubt(required),
        len(slot.out_of_hours),
        slot.short_notice,
        _doubt(slot.seats.values()),
        slot.period.starts_at.minute % 30 != 0,
        slot.period.starts_at,
    )


def propose(wanted: Wanted, diaries: Mapping[UUID, Diary], now: datetime, *, at_most: int = 5) -> Proposals:
    """The best times before the deadline, best first; where none of them fits, also times after it, marked late."""
    slots = [weigh(wanted, diaries, at, now) for at in starts(wanted, now)]
    if not any(slot.fits for slot in slots):
        slots += [weigh(wanted, diaries, at, now) for at in late_starts(wanted, now)]
    slots.sort(key=order)
    return Proposals(_apart(slots, at_most), why_not_better(slots, diaries, now))


def _free(diary: Diary | None, period: Period, door_to_door: Period) -> Free:
    if diary is None:
        return Free.UNKNOWN
    return Free.BUSY if diary.taken(door_to_door) else diary.unless_taken(period)


def _doubt(seats: Iterable[Free]) -> tuple[int, int]:
    """How many cannot come, and of how many that is unknown."""
    known = list(seats)
    unknown = known.count(Free.UNKNOWN)
    return len(known) - unknown - known.count(Free.FREE), unknown


def _apart(ranked: Sequence[Slot], at_most: int) -> tuple[Slot, ...]:
    """The best of each morning, afternoon and evening, two of them late where there are others in time.

    Where that gives fewer than three, others an hour apart.
    """
    best: dict[tuple[date, int], Slot] = {}
    for slot in ranked:
        best.setdefault(_part_of_day(slot.period.starts_at), slot)
    late = [slot for slot in best.values() if slot.late]
    too_many = {slot.period for slot in late[2:]} if len(late) < len(best) else set()
    chosen = [slot for slot in best.values() if slot.period not in too_many][:at_most]
    for slot in ranked if len(chosen) < 3 else ():
        gaps = [abs(slot.period.starts_at - other.period.starts_at) for other in chosen]
        if len(chosen) < min(3, at_most) and min(gaps) >= timedelta(hours=1):
            chosen.append(slot)
    return tuple(sorted(chosen, key=order))


def _part_of_day(at: datetime) -> tuple[date, int]:
    there = at.astimezone(LONDON)
    return there.date(), (there.hour >= 13) + (there.hour >= 17)


def _last_start(wanted: Wanted, now: datetime) -> datetime:
    return max(min(wanted.due_at, now + SEARCHED), now)


def _usual_first(wanted: Wanted, first: datetime, last: datetime) -> list[datetime]:
    """The starts from the first instant up to and with the last: the usual hours, or the least unusual there are."""
    length = timedelta(minutes=wanted.minutes)
    usual = [] if wanted.urgent else list(_between(DAY_STARTS, DAY_ENDS, first, last, length, working=True))
    return (
        usual
        or list(_between(_EARLY, _EVENING, first, last, length))
        or list(_between(_MIDNIGHT, _MIDNIGHT, first, last, timedelta()))
    )


def _between(
    opens: time, closes: time, first: datetime, last: datetime, length: timedelta, *, working: bool = False
) -> Iterator[datetime]:
    """Each quarter of an hour, day by day, at which a meeting of this length keeps to these hours of London.

    Clocks change by a whole hour at 01:00 UTC, so quarters counted in UTC are London's, and the edges happen once.
    """
    day = london_date(first)
    while (begin := london_at(day, opens)) <= last:
        end = london_at(day + _ONE_DAY if closes == _MIDNIGHT else day, closes) - max(length, _STEP)
        at = max(begin, _quarter(first))
        while at <= min(end, last) and (not working or is_working_day(day)):
            yield at
            at += _STEP
        day += _ONE_DAY


def _quarter(at: datetime) -> datetime:
    """The first quarter of an hour that is not before this instant, in UTC."""
    hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return hour + -(-(at - hour) // _STEP) * _STEP
