"""A coordinator's year at the desk: what is called for is set up by one of three policies, and counted."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from bench.scheduling.london import UNTIL, Call, London
from directory.availability import Diary, Free, Period, merged
from directory.working_days import is_working_day
from meetings.planning import plan
from meetings.seats import Capacity
from meetings.slots import Wanted, propose, window
from web.moments import LONDON, london_at, london_date

Known = Mapping[UUID, Diary]
Policy = Callable[[Sequence[Wanted], Known, datetime], dict[UUID, datetime]]

_OPENS, _CLOSES = time(8), time(18)
_HALF_DAYS: Final = (time(9), time(13))
_DAY: Final = timedelta(days=1)


@dataclass
class Tally:
    """What came of a year's calls for meetings."""

    triggers: int = 0
    in_time: int = 0
    meetings: int = 0
    two_police_units: int = 0
    both_free: int = 0
    police_free: int = 0
    quorum_free: int = 0
    waited: list[timedelta] = field(default_factory=list)


class Desk:
    """The diaries of a year, filled meeting by meeting."""

    def __init__(self, london: London, duty: Mapping[UUID, tuple[Period, ...]], minutes: int) -> None:
        self._london, self._duty, self._minutes = london, duty, minutes
        self._ends = {unit: [p.ends_at for p in periods] for unit, periods in duty.items()}
        self._busy: dict[UUID, list[Period]] = defaultdict(list)
        self._coming: dict[str, datetime] = {}
        self._waiting: dict[str, list[Call]] = defaultdict(list)
        self.tally = Tally()

    def live(self, policy: Policy, looks: Sequence[datetime]) -> Tally:
        """At each look all that waits is set up as the policy says; what comes in between joins a coming meeting."""
        calls = iter(self._london.calls)
        call = next(calls, None)
        for now in looks:
            while call is not None and call.at <= now:
                self._take_in(call)
                call = next(calls, None)
            self._set_up(policy, now)
        return self.tally

    def _take_in(self, call: Call) -> None:
        held = self._coming.get(call.child)
        if held is not None and held > call.at:
            self._answer(call, held)
        else:
            self._waiting[call.child].append(call)

    def _answer(self, call: Call, held: datetime) -> None:
        self.tally.triggers += 1
        self.tally.in_time += held <= call.due_at
        self.tally.waited.append(held - call.at)

    def _set_up(self, policy: Policy, now: datetime) -> None:
        wanted = {child: self._london.wanted(calls, self._minutes, now) for child, calls in self._waiting.items()}
        if not wanted:
            return
        starts = policy(list(wanted.values()), self._known(list(wanted.values()), now), now)
        for child, one in wanted.items():
            if one.key not in starts:
                continue
            self._coming[child] = starts[one.key]
            for call in self._waiting.pop(child):
                self._answer(call, starts[one.key])
            self._hold(one, starts[one.key])

    def _hold(self, one: Wanted, starts_at: datetime) -> None:
        """Who is on duty and not promised to an earlier meeting can come; all who are asked are taken."""
        period = Period(starts_at, starts_at + timedelta(minutes=one.minutes))
        free = {seat.unit: self._diary(seat.unit, period).at(period) is Free.FREE for seat in one.seats}
        able = {capacity for seat in one.seats if free[seat.unit] for capacity in seat.capacities}
        police = [seat for seat in one.seats if seat.police]
        two = {Capacity.HOME, Capacity.DESTINATION} <= {c for s in police for c in s.capacities} and len(police) > 1
        self.tally.meetings += 1
        self.tally.two_police_units += two
        self.tally.police_free += all(free[seat.unit] for seat in police)
        self.tally.both_free += two and {Capacity.HOME, Capacity.DESTINATION} <= able
        self.tally.quorum_free += able.issuperset(one.quorum)
        for seat in one.seats:
            self._busy[seat.unit].append(period)

    def _known(self, wanted: Sequence[Wanted], now: datetime) -> Known:
        windows = [window(one, now) for one in wanted]
        within = Period(now, max(w.ends_at for w in windows))
        units = {seat.unit for one in wanted for seat in one.seats}
        for unit in units:
            self._busy[unit] = [p for p in self._busy[unit] if p.ends_at > now]
        return {unit: self._diary(unit, within) for unit in units}

    def _diary(self, unit: UUID, within: Period) -> Diary:
        first = bisect_left(self._ends[unit], within.starts_at)
        duty = self._duty[unit]
        last = first
        while last < len(duty) and duty[last].starts_at < within.ends_at:
            last += 1
        return Diary(unit, duty[first:last], merged(self._busy[unit]))


def as_they_come(london: London) -> list[datetime]:
    """The coordinator looks whenever something is called for, or as the desk opens after it."""
    return sorted({_opened(call.at) for call in london.calls if call.at < UNTIL})


def twice_a_day(london: London) -> list[datetime]:
    """The coordinator looks at 9 and at 1 on each working day."""
    days = _days(london_date(london.calls[0].at), london_date(UNTIL) + 7 * _DAY)
    return [_at(day, hour) for day in days if is_working_day(day) for hour in _HALF_DAYS]


def first_come_first_served(wanted: Sequence[Wanted], diaries: Known, now: datetime) -> dict[UUID, datetime]:
    """From nine on the next working morning, the first time at which the chair's own authority is not taken."""
    day = london_date(now) + _DAY
    while not is_working_day(day):
        day += _DAY
    taken = {unit: list(diary.busy) for unit, diary in diaries.items()}
    found = {}
    for one in sorted(wanted, key=lambda w: w.due_at):
        chair = next(seat.unit for seat in one.seats if Capacity.CHAIR in seat.capacities)
        length = timedelta(minutes=one.minutes)
        period = Period(_at(day, time(9)), _at(day, time(9)) + length)
        while any(period.overlaps(other) for other in taken[chair]):
            period = Period(period.ends_at, period.ends_at + length)
        taken[chair].append(period)
        found[one.key] = period.starts_at
    return found


def one_by_one(wanted: Sequence[Wanted], diaries: Known, now: datetime) -> dict[UUID, datetime]:
    """The best time of each, in the order of their deadlines, with what was set up before in the diaries."""
    known, found = dict(diaries), {}
    for one in sorted(wanted, key=lambda w: w.due_at):
        slot = propose(one, known, now, at_most=1).slots[0]
        found[one.key] = slot.period.starts_at
        for seat in one.seats:
            diary = known[seat.unit]
            known[seat.unit] = Diary(seat.unit, diary.duty, merged((*diary.busy, slot.period)))
    return found


def together(wanted: Sequence[Wanted], diaries: Known, now: datetime) -> dict[UUID, datetime]:
    """All at once; what finds no time waits for the next look."""
    return {key: slot.period.starts_at for key, slot in plan(wanted, diaries, now).placed.items()}


def _opened(at: datetime) -> datetime:
    there = at.astimezone(LONDON)
    day, clock = there.date(), there.time()
    if is_working_day(day) and _OPENS <= clock < _CLOSES:
        return at
    if clock >= _OPENS or not is_working_day(day):
        day += _DAY
    while not is_working_day(day):
        day += _DAY
    return _at(day, _OPENS)


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days):
        yield first + number * _DAY


def _at(day: date, clock: time) -> datetime:
    return london_at(day, clock)
