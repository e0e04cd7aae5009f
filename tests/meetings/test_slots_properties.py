"""What holds of every proposal, whatever the diaries; and the ranking beside a slow and obvious search."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from directory.availability import Diary, Free, Period, merged
from meetings.clocks import outside_hours
from meetings.slots import LEAD, TRAVEL, Wanted, order, propose, starts, weigh
from tests.meetings.times_wanted import EVERYBODY, KEY, QUORUM
from web.moments import LONDON

quickly = settings(max_examples=40, deadline=None)
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 366 * 24 * 12).map(lambda n: FIRST + timedelta(minutes=5 * n))
# Around both changes of the clocks, Easter and Christmas, where a rule of the calendar would show its faults.
SENSITIVE = st.sampled_from([(3, 27), (4, 2), (10, 23), (12, 23)]).flatmap(
    lambda day: st.integers(0, 4 * 24 * 12).map(lambda n: datetime(2026, *day, tzinfo=UTC) + timedelta(minutes=5 * n))
)
NOWS = st.one_of(MOMENTS, SENSITIVE)


def periods(now: datetime, longest: int) -> st.SearchStrategy[tuple[Period, ...]]:
    one = st.tuples(st.integers(-8, 24 * 8), st.integers(1, longest)).map(
        lambda pair: Period(now + timedelta(hours=pair[0]), now + timedelta(hours=pair[0] + pair[1]))
    )
    return st.lists(one, max_size=6).map(merged)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Wanted, dict[UUID, Diary], datetime]:
    now = draw(NOWS)
    wanted = Wanted(
        key=KEY,
        seats=tuple(draw(st.lists(st.sampled_from(EVERYBODY), min_size=1, max_size=5, unique=True))),
        quorum=tuple(c.value for c in QUORUM),
        due_at=now + timedelta(minutes=draw(st.integers(-24 * 60, 7 * 24 * 60))),
        minutes=draw(st.sampled_from([15, 30, 45, 60, 90])),
        urgent=draw(st.booleans()),
        place=draw(st.sampled_from(["", "Town hall"])),
    )
    diaries = {
        seat.unit: Diary(
            seat.unit,
            duty=draw(st.none() | periods(now, 30)),
            busy=draw(periods(now, 5)),
            read_at=draw(st.sampled_from([None, now])),
        )
        for seat in EVERYBODY
        if draw(st.integers(0, 4))
    }
    return wanted, diaries, now


@quickly
@given(situations())
def test_whoever_is_said_to_be_free_is_neither_taken_nor_off_duty(
    situation: tuple[Wanted, dict[UUID, Diary], datetime],
) -> None:
    wanted, diaries, now = situation
    for slot in propose(wanted, diaries, now).slots:
        for unit, free in slot.seats.items():
            if free is Free.FREE:
                known = diaries[unit]
                assert not any(busy.overlaps(slot.period) for busy in known.busy)
                assert known.duty is None or any(duty.holds(slot.period) for duty in known.duty)
                assert known.duty is not None or known.read_at is not None


@quickly
@given(situations())
def test_every_proposal_is_ahead_on_a_quarter_and_of_the_asked_length(
    situation: tuple[Wanted, dict[UUID, Diary], datetime],
) -> None:
    wanted, diaries, now = situation
    found = propose(wanted, diaries, now).slots
    assert 1 <= len(found) <= 5
    for slot in found:
        assert slot.period.starts_at >= now + LEAD
        assert slot.period.starts_at.astimezone(LONDON).minute % 15 == 0
        assert slot.period.ends_at - slot.period.starts_at == timedelta(minutes=wanted.minutes)
        assert slot.late == (slot.period.starts_at > wanted.due_at)


@quickly
@given(situations())
def test_the_order_of_one_meetings_times_is_total(situation: tuple[Wanted, dict[UUID, Diary], datetime]) -> None:
    wanted, diaries, now = situation
    keys = [order(weigh(wanted, diaries, at, now)) for at in list(starts(wanted, now))[:60]]
    assert len(set(keys)) == len(keys)
    found = [order(slot) for slot in propose(wanted, diaries, now).slots]
    assert found == sorted(found)


@quickly
@given(situations(), st.data())
def test_more_that_is_taken_never_makes_a_time_better(
    situation: tuple[Wanted, dict[UUID, Diary], datetime], data: st.DataObject
) -> None:
    wanted, diaries, now = situation
    unit = data.draw(st.sampled_from(wanted.seats)).unit
    before = diaries.get(unit, Diary(unit))
    more = merged([*before.busy, *data.draw(periods(now, 10))])
    after = diaries | {unit: Diary(unit, before.duty, more, before.read_at)}
    for at in list(starts(wanted, now))[:60]:
        assert order(weigh(wanted, after, at, now)) >= order(weigh(wanted, diaries, at, now))


@quickly
@given(situations())
def test_the_first_proposal_is_what_a_slow_and_obvious_search_finds(
    situation: tuple[Wanted, dict[UUID, Diary], datetime],
) -> None:
    wanted, diaries, now = situation
    expected = _usual(wanted, now)
    assert list(starts(wanted, now)) == expected
    if any(_fits(wanted, diaries, at) for at in expected):
        best = min(expected, key=lambda at: _badness(wanted, diaries, at, now))
        assert propose(wanted, diaries, now).slots[0].period.starts_at == best


def _usual(wanted: Wanted, now: datetime) -> list[datetime]:
    """Every quarter of an hour, found five minutes by five minutes, and of them the least unusual there are."""
    length, at, every = timedelta(minutes=wanted.minutes), now + LEAD, []
    while at <= wanted.due_at:
        if at.astimezone(LONDON).minute in (0, 15, 30, 45):
            every.append(at)
        at += timedelta(minutes=5)
    working = [at for at in every if not outside_hours(at, at + length)]
    daytime = [at for at in every if _daytime(at, at + length)]
    return (working if not wanted.urgent else []) or daytime or every


def _daytime(begins: datetime, ends: datetime) -> bool:
    begin, end = begins.astimezone(LONDON), ends.astimezone(LONDON)
    return begin.hour >= 8 and (end.hour, end.minute) <= (20, 0) and begin.date() == end.date()


def _state(wanted: Wanted, diaries: dict[UUID, Diary], unit: UUID, at: datetime) -> str:
    known, length = diaries.get(unit, Diary(unit)), timedelta(minutes=wanted.minutes)
    margin = TRAVEL if wanted.place else timedelta(0)
    if any(busy.starts_at < at + length + margin and at - margin < busy.ends_at for busy in known.busy):
        return "no"
    if known.duty is not None:
        on_duty = any(duty.starts_at <= at and at + length <= duty.ends_at for duty in known.duty)
        return "yes" if on_duty else "no"
    return "yes" if known.read_at else "unknown"


def _fits(wanted: Wanted, diaries: dict[UUID, Diary], at: datetime) -> bool:
    police_come = all(_state(wanted, diaries, s.unit, at) != "no" for s in wanted.seats if s.police)
    return police_come and not _missing(wanted, diaries, at)


def _missing(wanted: Wanted, diaries: dict[UUID, Diary], at: datetime) -> set[str]:
    come = {c for s in wanted.seats if _state(wanted, diaries, s.unit, at) != "no" for c in s.capacities}
    return set(wanted.quorum) - come


def _badness(wanted: Wanted, diaries: dict[UUID, Diary], at: datetime, now: datetime) -> list[float]:
    """The order of docs/decisions/0015, said once more, for a time before the deadline."""

    def doubt(units: list[UUID]) -> list[float]:
        states = [_state(wanted, diaries, unit, at) for unit in units]
        return [states.count("no"), states.count("unknown")]

    police = [s.unit for s in wanted.seats if s.police]
    missing = _missing(wanted, diaries, at)
    return [
        float(bool(police) and doubt(police)[0] == len(police)),
        float(sum(doubt(police)) > 0),
        float(bool(missing)),
        *doubt(police),
        len(missing),
        *doubt([s.unit for s in wanted.seats if s.required]),
        len(outside_hours(at, at + timedelta(minutes=wanted.minutes))),
        float(at - now < timedelta(hours=24)),
        *doubt([s.unit for s in wanted.seats]),
        float(at.minute in (15, 45)),
        at.timestamp(),
    ]
