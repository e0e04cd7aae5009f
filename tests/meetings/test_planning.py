"""Many meetings planned at once: nobody is asked twice at a time, and deadlines that can be met are met.

What a plan may never do is checked by `faults_of`, from the diaries and the times alone: it knows nothing of how the
plan was made.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.scheduling import made
from directory.availability import Diary, Free, Period
from meetings.planning import Plan, plan
from meetings.seats import Capacity
from meetings.slots import Wanted
from tests.meetings.times_wanted import all_free, asked, at, diary, unit, wanted, working_week

MONDAY = at(16, 9)
POLICE = [asked(f"police {n}", Capacity.HOME) for n in range(3)]
AWAY = [asked(f"police {n}", Capacity.DESTINATION) for n in range(3)]
CARE = [asked(f"care {n}", Capacity.CHAIR, Capacity.SOCIAL_WORKER) for n in range(3)]
HEALTH = [asked(f"health {n}", Capacity.HEALTH) for n in range(3)]
HOST = [asked(f"care {n}", Capacity.HOST_SOCIAL_CARE, required=False) for n in range(3)]
CHARITY = asked("charity", Capacity.VOLUNTARY, required=False)
EVERY_SEAT = (*POLICE, *CARE, *HEALTH, CHARITY)


def meeting(number: int, due_at: datetime, *, of: int = 0, away: int | None = None, minutes: int = 60) -> Wanted:
    """A meeting of one authority, with another's police and social care where the child is placed there."""
    seats = [POLICE[of], CARE[of], HEALTH[of], CHARITY]
    seats += [AWAY[away], HOST[away]] if away not in (None, of) else []
    return wanted(due_at, seats, minutes=minutes, key=UUID(int=number))


def faults_of(found: Plan, asked_for: Sequence[Wanted], diaries: Mapping[UUID, Diary], now: datetime) -> list[str]:
    """Everything that a plan may never do, and that this one does."""
    faults = [
        f"{one.key} has not exactly one of a time and a reason"
        for one in asked_for
        if (one.key in found.placed) == (one.key in found.left)
    ]
    held: dict[UUID, list[tuple[datetime, datetime, bool]]] = {}
    for one in asked_for:
        if one.key not in found.placed:
            continue
        begins = found.placed[one.key].period.starts_at
        ends = begins + timedelta(minutes=one.minutes)
        faults += [f"{one.key} begins in the past"] if begins <= now else []
        faults += [f"{name} is required at {begins} and taken" for name in _taken(one, begins, ends, diaries)]
        for seat in one.seats:
            held.setdefault(seat.unit, []).append((begins, ends, seat.required))
    for who, times in held.items():
        for (begins, ends, needed), (others, until, also) in combinations(times, 2):
            if (needed or also) and begins < until and others < ends:
                faults.append(f"{who} is asked twice at {max(begins, others)}")
    return faults


def _taken(one: Wanted, begins: datetime, ends: datetime, diaries: Mapping[UUID, Diary]) -> list[str]:
    """The seats that are required although their diaries have them taken."""
    required = [seat for seat in one.seats if seat.required and seat.unit in diaries]
    return [
        seat.name
        for seat in required
        if any(busy.starts_at < ends and begins < busy.ends_at for busy in diaries[seat.unit].busy)
    ]


def starts_of(found: Plan) -> list[datetime]:
    return sorted(slot.period.starts_at for slot in found.placed.values())


def test_a_unit_that_must_come_is_never_asked_to_two_meetings_at_once() -> None:
    one_day = [meeting(n, at(16, 17)) for n in range(7)]
    found = plan(one_day, all_free(EVERY_SEAT), MONDAY)
    assert faults_of(found, one_day, all_free(EVERY_SEAT), MONDAY) == []
    assert starts_of(found) == [at(16, hour) for hour in range(10, 17)]


def test_what_no_longer_fits_before_the_deadline_gets_the_first_time_after_it_and_says_so() -> None:
    too_many = [meeting(n, at(16, 17)) for n in range(8)]
    found = plan(too_many, all_free(EVERY_SEAT), MONDAY)
    late = [key for key, slot in found.placed.items() if slot.late]
    assert len(found.placed) == 8
    assert len(late) == 1
    assert found.placed[late[0]].period.starts_at == at(17, 9)
    assert "No time before its deadline" in found.remarks[late[0]]


def test_a_deadline_that_can_be_met_is_met_though_another_meeting_must_make_room() -> None:
    """The police of authority 0 are free at 10 and 11 only; the second meeting's other police at 10 only."""
    diaries = all_free(EVERY_SEAT) | {
        POLICE[0].unit: diary(POLICE[0], (at(16, 12), at(20, 17)), duty=working_week()),
        POLICE[1].unit: diary(POLICE[1], (at(16, 11), at(20, 17)), duty=working_week()),
    }
    both = [meeting(1, at(16, 12)), meeting(2, at(16, 17), of=0, away=1)]
    found = plan(both, diaries, MONDAY)
    assert faults_of(found, both, diaries, MONDAY) == []
    assert {key.int: slot.period.starts_at for key, slot in found.placed.items()} == {1: at(16, 11), 2: at(16, 10)}


def test_a_time_is_preferred_at_which_both_police_units_are_on_duty() -> None:
    diaries = all_free(EVERY_SEAT) | {POLICE[1].unit: diary(POLICE[1], duty=[(at(18, 13), at(18, 21))])}
    found = plan([meeting(1, at(20, 17), away=1)], diaries, MONDAY)
    assert starts_of(found) == [at(18, 13)]
    assert not found.remarks


def test_the_meetings_of_a_unit_sit_together() -> None:
    diaries = all_free(EVERY_SEAT) | {POLICE[0].unit: diary(POLICE[0], duty=[(at(17, 13), at(17, 21))])}
    three = [meeting(n, at(20, 17), of=0) for n in range(3)]
    assert starts_of(plan(three, diaries, MONDAY)) == [at(17, 13), at(17, 14), at(17, 15)]


def test_a_unit_that_may_come_is_shown_as_taken_where_the_plan_asks_it_twice() -> None:
    only_ten = [(at(16, 10), at(16, 11))]
    diaries = {s.unit: diary(s, duty=only_ten) for s in EVERY_SEAT}
    two = [meeting(1, at(16, 11), of=0), meeting(2, at(16, 11), of=1)]
    found = plan(two, diaries, MONDAY)
    assert starts_of(found) == [at(16, 10), at(16, 10)]
    assert {slot.seats[CHARITY.unit] for slot in found.placed.values()} == {Free.BUSY}


def test_a_unit_never_on_duty_keeps_no_meeting_from_its_deadline() -> None:
    diaries = all_free(EVERY_SEAT) | {POLICE[0].unit: diary(POLICE[0], duty=[])}
    found = plan([meeting(1, at(17, 17))], diaries, MONDAY)
    assert not found.placed[UUID(int=1)].late
    assert found.placed[UUID(int=1)].missing == (Capacity.HOME,)
    assert found.remarks[UUID(int=1)] == "No time left in this plan has police 0 on duty."


def test_a_unit_taken_all_the_time_leaves_its_meeting_without_a_time_and_is_named() -> None:
    diaries = all_free(EVERY_SEAT) | {HEALTH[0].unit: diary(HEALTH[0], (at(1, 0), at(30, 0)))}
    two = [meeting(1, at(18, 17)), meeting(2, at(18, 17), of=1)]
    found = plan(two, diaries, MONDAY)
    assert list(found.placed) == [UUID(int=2)]
    assert found.left[UUID(int=1)].endswith("by this plan: health 0.")


def test_units_that_told_nothing_are_unknown_and_are_planned_for() -> None:
    found = plan([meeting(1, at(18, 17))], {}, MONDAY)
    assert set(found.placed[UUID(int=1)].seats.values()) == {Free.UNKNOWN}
    assert not found.remarks


def test_a_deadline_that_has_passed_is_not_made_worse() -> None:
    found = plan([meeting(1, at(13, 17))], all_free(EVERY_SEAT), MONDAY)
    assert starts_of(found) == [at(16, 10)]
    assert found.remarks[UUID(int=1)].startswith("Its deadline, Friday 13 November 2026 at 5pm, has passed.")


def test_other_times_are_offered_that_leave_the_rest_of_the_plan_as_it_is() -> None:
    three = [meeting(n, at(17, 17)) for n in range(3)]
    found = plan(three, all_free(EVERY_SEAT), MONDAY)
    for one in three:
        assert len(found.others[one.key]) == 3
        for other in found.others[one.key]:
            changed = Plan({**found.placed, one.key: other}, {}, {}, {})
            assert faults_of(changed, three, all_free(EVERY_SEAT), MONDAY) == []


def test_nothing_that_waits_makes_an_empty_plan() -> None:
    assert plan([], {}, MONDAY) == Plan({}, {}, {}, {})


def test_the_same_meetings_always_get_the_same_times() -> None:
    waiting, diaries = made.waiting(20, 3), made.diaries(3)
    assert plan(waiting, diaries, made.NOW) == plan(waiting, diaries, made.NOW)


@pytest.mark.parametrize("minutes", [30, 60])
def test_a_hundred_meetings_over_a_week_are_planned_in_ten_seconds(minutes: int) -> None:
    waiting, diaries = made.waiting(100, 1, minutes), made.diaries(1)
    begun = time.thread_time()  # of the processor: other work on the machine is nobody's fault here
    found = plan(waiting, diaries, made.NOW)
    assert time.thread_time() - begun < 10
    assert faults_of(found, waiting, diaries, made.NOW) == []
    assert len(found.placed) == 100
    assert not any(slot.late for slot in found.placed.values())


HOURS = st.integers(-48, 24 * 8)


@st.composite
def meetings_wanted(draw: st.DrawFn) -> list[Wanted]:
    """Up to nine meetings of three authorities; often all deadlines are in one hour, or have passed."""
    together = draw(st.none() | HOURS)
    found = []
    for number in range(draw(st.integers(0, 9))):
        due = MONDAY + timedelta(
            hours=draw(HOURS) if together is None else together, minutes=draw(st.integers(0, 59))
        )
        away = draw(st.none() | st.integers(0, 2))
        minutes = draw(st.sampled_from([10, 30, 45, 60, 90, 480]))
        one = meeting(number, due, of=draw(st.integers(0, 2)), away=away, minutes=minutes)
        found.append(
            wanted(due, one.seats, minutes=minutes, urgent=draw(st.booleans()), place=draw(PLACES), key=one.key)
        )
    return found


PLACES = st.sampled_from(["", "", "Town hall"])


@st.composite
def what_is_known(draw: st.DrawFn) -> dict[UUID, Diary]:
    """Diaries that may be missing, empty, always taken, never on duty, or of odd hours."""
    found = {}
    for seat in EVERY_SEAT:
        if draw(st.integers(0, 5)) == 0:
            continue
        found[seat.unit] = diary(seat, *draw(SPELLS), duty=draw(st.none() | SPELLS), read=MONDAY)
    return found


def _spell(begins: int, minutes: int) -> tuple[datetime, datetime]:
    start = MONDAY + timedelta(minutes=begins)
    return start, start + timedelta(minutes=minutes)


SPELLS = st.lists(st.builds(_spell, st.integers(-600, 12_000), st.integers(1, 6_000)), max_size=3)


@given(meetings_wanted(), what_is_known())
@settings(max_examples=60, deadline=None)
def test_whatever_is_wanted_and_known_nobody_who_must_come_is_asked_twice(
    waiting: list[Wanted], diaries: dict[UUID, Diary]
) -> None:
    found = plan(waiting, diaries, MONDAY)
    assert faults_of(found, waiting, diaries, MONDAY) == []
    for one in waiting:
        if one.key in found.placed:
            assert found.placed[one.key].late == (found.placed[one.key].period.starts_at > one.due_at)
        else:
            assert found.left[one.key]


@given(st.lists(st.tuples(st.integers(1, 7), st.integers(0, 2), st.none() | st.integers(0, 2)), max_size=5))
@settings(max_examples=40, deadline=None)
def test_as_many_deadlines_are_met_as_trying_every_time_can_meet(drawn: list[tuple[int, int, int | None]]) -> None:
    """Meetings of an hour on one day, all at full hours: few enough to try every combination of times."""
    hours = [at(16, hour) for hour in range(10, 17)]
    ends = MONDAY + timedelta(hours=8)
    diaries = {s.unit: diary(s, duty=[(MONDAY, ends)]) for s in EVERY_SEAT}
    waiting = [meeting(n, at(16, 9 + last), of=of, away=away) for n, (last, of, away) in enumerate(drawn)]
    found = plan(waiting, diaries, MONDAY)
    met = sum(not slot.late for slot in found.placed.values())
    assert faults_of(found, waiting, diaries, MONDAY) == []
    assert met >= _most_met(waiting, hours)


def _most_met(waiting: Sequence[Wanted], hours: Sequence[datetime]) -> int:
    """How many deadlines can be met at once, at full hours, found by trying all there is."""

    def best(rest: Sequence[Wanted], taken: Mapping[datetime, list[Wanted]]) -> int:
        if not rest:
            return 0
        one, others = rest[0], rest[1:]
        most = best(others, taken)
        for hour in hours:
            if hour <= one.due_at and not any(_share(one, other) for other in taken.get(hour, [])):
                most = max(most, 1 + best(others, {**taken, hour: [*taken.get(hour, []), one]}))
        return most

    return best(waiting, {})


def _share(one: Wanted, other: Wanted) -> bool:
    needed = {s.unit for s in (*one.seats, *other.seats) if s.required}
    return any(a.unit == b.unit and a.unit in needed for a in one.seats for b in other.seats)


def test_a_seat_of_the_check_itself_is_found_out() -> None:
    """The check sees a double booking, a seat that is taken, and a meeting that was forgotten."""
    two = [meeting(1, at(16, 17)), meeting(2, at(16, 17))]
    slot = plan(two[:1], all_free(EVERY_SEAT), MONDAY).placed[UUID(int=1)]
    twice = Plan({UUID(int=1): slot, UUID(int=2): slot}, {}, {}, {})
    assert any("asked twice" in fault for fault in faults_of(twice, two, all_free(EVERY_SEAT), MONDAY))
    busy = {unit("police 0"): Diary(unit("police 0"), busy=(Period(at(16, 0), at(17, 0)),))}
    assert any("and taken" in fault for fault in faults_of(twice, two, busy, MONDAY))
    assert any("exactly one" in fault for fault in faults_of(Plan({}, {}, {}, {}), two, {}, MONDAY))
