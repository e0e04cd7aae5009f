"""Many wanted meetings get their times at once, so that what the police and the quorum can make is shared out well.

What is decided here. Pure; why this and not an exact solver: docs/decisions/0021-planning-without-a-solver.md.

* A unit that is required at a meeting is asked to nothing else at that time: not by the plan, and not where its diary
  has it taken. It may be off duty or unknown: a quorum that cannot be reached never blocks a meeting.
* Then, the first weighing more than all that follow: each meeting has a time; it is before the deadline; its police
  units are known to be free; the quorum can be reached; the other required units are free; in working hours; with a
  day's notice; the others who are asked can come; a unit's meetings follow one another; it is early.
* What has no time before its deadline gets the best one after it, and is marked late.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from directory.availability import Diary, Free, merged
from meetings.arranging import Arrangement, arrange
from meetings.plan_words import remark, why_left
from meetings.sittings import Option, Sitting
from meetings.slots import TRAVEL, Slot, Wanted, late_starts, starts, weigh

LATE: Final = 10_000_000
OTHERS: Final = 3  # other times shown for each meeting
_CANNOT: Final = frozenset({Free.BUSY, Free.OFF_DUTY})
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Plan:
    """A time for each meeting that found one, or why it found none; by the wanted meeting's key.

    :param others: other times that each placed meeting could have with the rest of the plan as it is, best first.
    :param remarks: what is not as it should be about a placed meeting's time, and why no better one is possible.
    """

    placed: Mapping[UUID, Slot]
    left: Mapping[UUID, str]
    others: Mapping[UUID, tuple[Slot, ...]]
    remarks: Mapping[UUID, str]


def plan(wanted: Sequence[Wanted], diaries: Mapping[UUID, Diary], now: datetime) -> Plan:
    """A time for every wanted meeting at once, as the head of this file says.

    :param diaries: of every unit that is asked, over the windows of all; a unit without one is unknown.
    """
    asked = [Asked.of(one, diaries, now) for one in wanted]
    while True:
        found = arrange([one.sitting for one in asked])
        timeless = [i for i, taken in enumerate(found.taken) if taken is None and not asked[i].late_too]
        if not timeless:
            return _told(asked, found, diaries, now)
        for i in timeless:
            asked[i] = asked[i].with_late_ones(diaries, now)


@dataclass(frozen=True)
class Asked:
    """A wanted meeting with the times that may be taken, and those that its required units cannot give."""

    wanted: Wanted
    possible: Mapping[int, Slot]  # by their start in minutes
    taken: tuple[Slot, ...]
    late_too: bool

    @classmethod
    def of(cls, wanted: Wanted, diaries: Mapping[UUID, Diary], now: datetime) -> Asked:
        slots = [weigh(wanted, diaries, at, now) for at in starts(wanted, now)]
        return cls(wanted, {_minute(s.period.starts_at): s for s in slots if _open(s)}, _shut(slots), False)

    def with_late_ones(self, diaries: Mapping[UUID, Diary], now: datetime) -> Asked:
        slots = [weigh(self.wanted, diaries, at, now) for at in late_starts(self.wanted, now)]
        possible = {_minute(s.period.starts_at): s for s in slots if _open(s)}
        return Asked(self.wanted, {**self.possible, **possible}, self.taken + _shut(slots), True)

    @property
    def sitting(self) -> Sitting:
        seats = self.wanted.seats
        return Sitting(
            must=frozenset(s.unit for s in seats if s.required),
            may=frozenset(s.unit for s in seats if not s.required),
            options=tuple(_option(slot) for slot in self.possible.values()),
        )

    def slot(self, option: Option) -> Slot:
        travel = int(TRAVEL / timedelta(minutes=1)) if self.wanted.place else 0
        return self.possible[option.starts + travel]


def _open(slot: Slot) -> bool:
    return not any(slot.seats[s.unit] is Free.BUSY for s in slot.wanted.seats if s.required)


def _shut(slots: Iterable[Slot]) -> tuple[Slot, ...]:
    return tuple(slot for slot in slots if not _open(slot))


def _option(slot: Slot) -> Option:
    travel = TRAVEL if slot.wanted.place else timedelta()
    return Option(_minute(slot.period.starts_at - travel), _minute(slot.period.ends_at + travel), cost(slot))


def cost(slot: Slot) -> int:
    """What a time costs: a police unit that is not known to be free more than anything but being late."""
    police = other = welcome = 0
    for seat in slot.wanted.seats:
        free = slot.seats[seat.unit]
        if seat.police:
            police += _doubt(free, 10_000, 4_000)
        elif seat.required:
            other += _doubt(free, 2_000, 500)
        else:
            welcome += _doubt(free, 40, 10)
    hours = slot.notice // _HOUR
    quorum = 3_000 * len(slot.missing)
    unusual = 300 * bool(slot.out_of_hours) + 200 * slot.short_notice + 4 * (slot.period.starts_at.minute % 30 != 0)
    return LATE * slot.late + police + quorum + other + unusual + welcome + hours * (20 if slot.late else 1)


def _doubt(free: Free, cannot: int, unknown: int) -> int:
    return cannot if free in _CANNOT else unknown if free is Free.UNKNOWN else 0


def _minute(at: datetime) -> int:
    """Minutes since 1970; times are on whole minutes."""
    return int(at.astimezone(UTC).timestamp()) // 60


def _told(asked: Sequence[Asked], found: Arrangement, diaries: Mapping[UUID, Diary], now: datetime) -> Plan:
    """The arrangement as slots that know of one another, and in words what could not be."""
    placed = {one.wanted.key: one.slot(option) for one, option in zip(asked, found.taken, strict=True) if option}
    known = {key: _beside(key, placed, diaries) for key in placed}
    instead = {
        one.wanted.key: _apart(placed[one.wanted.key], (one.slot(option) for option in free))
        for one, free in zip(asked, found.instead, strict=True)
        if one.wanted.key in placed
    }

    def told(slot: Slot) -> Slot:
        return weigh(slot.wanted, known[slot.wanted.key], slot.period.starts_at, now)

    final = {key: told(slot) for key, slot in placed.items()}
    return Plan(
        placed=final,
        left={one.wanted.key: why_left(one.wanted, one.taken) for one in asked if one.wanted.key not in placed},
        others={key: tuple(told(slot) for slot in slots) for key, slots in instead.items()},
        remarks={key: said for key, slot in final.items() if (said := remark(slot, now))},
    )


def _beside(key: UUID, placed: Mapping[UUID, Slot], diaries: Mapping[UUID, Diary]) -> dict[UUID, Diary]:
    """The diaries of those asked to one meeting, with the plan's other meetings in them."""
    filled = {}
    for seat in placed[key].wanted.seats:
        diary = diaries.get(seat.unit, Diary(seat.unit))
        others = [slot.period for other, slot in placed.items() if other != key and seat.unit in slot.seats]
        filled[seat.unit] = replace(diary, busy=merged((*diary.busy, *others)))
    return filled


def _apart(taken: Slot, free: Iterable[Slot]) -> tuple[Slot, ...]:
    """The first few that differ by an hour from the time taken and from one another."""
    chosen = [taken]
    for slot in free:
        if len(chosen) > OTHERS:
            break
        if all(abs(slot.period.starts_at - other.period.starts_at) >= _HOUR for other in chosen):
            chosen.append(slot)
    return tuple(chosen[1:])
