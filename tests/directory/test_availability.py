"""Whether a unit can come at a time, from its duty, its calendar and its other meetings."""

import itertools
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from directory.availability import Diary, Free, Period, merged

TEN = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def hours(start: float, end: float) -> Period:
    return Period(TEN + timedelta(hours=start), TEN + timedelta(hours=end))


def diary(duty: tuple[Period, ...] | None = None, busy: tuple[Period, ...] = (), *, read: bool = False) -> Diary:
    return Diary(uuid4(), duty, busy, TEN if read else None)


def test_a_unit_that_told_nothing_is_unknown_and_never_free() -> None:
    assert diary().at(hours(0, 1)) is Free.UNKNOWN


def test_a_unit_on_duty_and_not_taken_is_free() -> None:
    assert diary((hours(-2, 6),)).at(hours(0, 1)) is Free.FREE


def test_a_meeting_that_outlasts_the_shift_finds_the_unit_off_duty() -> None:
    assert diary((hours(-2, 0.5),)).at(hours(0, 1)) is Free.OFF_DUTY


def test_a_unit_that_is_taken_is_busy_whether_on_duty_or_not() -> None:
    assert diary((hours(-2, 6),), (hours(0.5, 2),)).at(hours(0, 1)) is Free.BUSY
    assert diary((), (hours(0.5, 2),)).at(hours(0, 1)) is Free.BUSY


def test_a_unit_taken_until_ten_is_free_at_ten() -> None:
    assert diary((hours(-2, 6),), (hours(-1, 0), hours(1, 2))).at(hours(0, 1)) is Free.FREE


def test_a_published_calendar_without_a_duty_pattern_tells_who_is_free() -> None:
    assert diary(read=True).at(hours(0, 1)) is Free.FREE
    assert diary(busy=(hours(0, 1),), read=True).at(hours(0, 1)) is Free.BUSY


_PERIODS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 12)).map(lambda at: hours(at[0], at[0] + at[1])), max_size=12
)


@given(_PERIODS)
def test_merging_keeps_every_moment_and_adds_none(periods: list[Period]) -> None:
    together = merged(periods)
    for half_hour in range(110):
        moment = hours(half_hour / 2, half_hour / 2 + 0.5)
        assert any(p.holds(moment) for p in together) == any(p.overlaps(moment) for p in periods)
    assert all(a.ends_at < b.starts_at for a, b in itertools.pairwise(together))
