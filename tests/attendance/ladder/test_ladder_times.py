"""When each step of a ladder is due: worked examples, and what holds whatever the times and the clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from attendance.ladder import (
    LADDERS,
    NO_ANSWER,
    Cause,
    Climb,
    Step,
    no_answer,
    put_off,
    steps_of,
    time_to_answer,
)
from attendance.working_time import ENOUGH, along, before, rolled_back
from directory.rungs import Rung
from directory.working_days import is_working_day
from web.moments import LONDON

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


def london(day: int, hour: int, minute: int = 0, *, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LONDON)


def shown(steps: tuple[Step, ...]) -> list[str]:
    return [f"{step.due_at.astimezone(LONDON):%a %d %H:%M}" for step in steps]


class TestNoAnswer:
    def test_a_meeting_told_five_days_before_is_chased_through_the_working_day_before_it(self) -> None:
        steps = no_answer(starts_at=london(20, 10), asked_until=london(16, 10))
        assert shown(steps) == ["Thu 19 10:00", "Thu 19 12:00", "Thu 19 14:00", "Thu 19 16:00"]

    def test_the_unit_is_asked_first_then_each_rung_above_it(self) -> None:
        steps = no_answer(starts_at=london(20, 10), asked_until=london(16, 10))
        assert [step.rungs for step in steps] == list(NO_ANSWER)
        assert steps[0].rungs == (Rung.UNIT,)
        assert steps[3].rungs == (Rung.SUPERINTENDENT, Rung.DIRECTOR)

    def test_an_afternoon_meeting_is_chased_over_two_working_days(self) -> None:
        steps = no_answer(starts_at=london(20, 15), asked_until=london(17, 12))
        assert shown(steps) == ["Thu 19 15:00", "Thu 19 17:00", "Fri 20 11:00", "Fri 20 13:00"]

    def test_a_meeting_on_monday_morning_is_chased_on_friday(self) -> None:
        steps = no_answer(starts_at=london(23, 10), asked_until=london(19, 10))
        assert shown(steps) == ["Fri 20 10:00", "Fri 20 12:00", "Fri 20 14:00", "Fri 20 16:00"]

    def test_one_after_the_easter_holiday_is_chased_before_it(self) -> None:
        starts, asked = london(30, 10, month=3, year=2027), london(22, 10, month=3, year=2027)
        assert shown(no_answer(starts_at=starts, asked_until=asked))[0] == "Thu 25 10:00"

    def test_an_evening_meeting_is_chased_within_working_hours(self) -> None:
        steps = no_answer(starts_at=london(20, 19), asked_until=london(17, 10))
        assert shown(steps) == ["Thu 19 17:00", "Fri 20 11:00", "Fri 20 13:00", "Fri 20 15:00"]

    def test_with_24_hours_of_notice_the_steps_share_what_is_left_of_the_working_day(self) -> None:
        steps = no_answer(starts_at=london(19, 14), asked_until=london(18, 14))
        assert shown(steps) == ["Wed 18 15:36", "Thu 19 09:12", "Thu 19 10:48", "Thu 19 12:24"]

    def test_an_urgent_one_is_chased_at_night_and_at_the_weekend(self) -> None:
        steps = no_answer(starts_at=london(22, 9), asked_until=london(21, 23))
        assert shown(steps) == ["Sun 22 01:00", "Sun 22 03:00", "Sun 22 05:00", "Sun 22 07:00"]

    def test_one_called_for_today_is_chased_within_the_hours_left(self) -> None:
        steps = no_answer(starts_at=london(18, 15), asked_until=london(18, 14))
        assert shown(steps) == ["Wed 18 14:12", "Wed 18 14:24", "Wed 18 14:36", "Wed 18 14:48"]

    def test_nobody_is_chased_where_there_is_time_to_answer_until_the_start(self) -> None:
        assert no_answer(starts_at=london(18, 15), asked_until=london(18, 15)) == ()


class TestTimeToAnswer:
    def test_it_is_what_the_invitation_gave(self) -> None:
        told, by = london(16, 10), london(17, 10)
        assert time_to_answer(starts_at=london(20, 10), reply_by=by, told_at=told) == by

    def test_whoever_was_invited_after_it_has_a_quarter_of_the_notice(self) -> None:
        told = london(20, 6)
        asked = time_to_answer(starts_at=london(20, 10), reply_by=london(17, 10), told_at=told)
        assert asked == london(20, 7)


INSTANTS = st.integers(0, 60 * 24 * 900).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + n * MINUTE)
NOTICES = st.integers(1, 60 * 24 * 12).map(lambda n: n * MINUTE)


class TestWhateverTheTimes:
    @given(INSTANTS, NOTICES)
    @example(datetime(2026, 3, 29, 10, tzinfo=UTC), 30 * HOUR)
    @example(datetime(2026, 10, 25, 10, tzinfo=UTC), 30 * HOUR)
    @example(datetime(2028, 2, 29, 10, tzinfo=UTC), 5 * DAY)
    def test_a_silent_seat_is_chased_step_after_step_after_its_time_to_answer_and_before_the_start(
        self, asked: datetime, left: timedelta
    ) -> None:
        steps = no_answer(starts_at=asked + left, asked_until=asked)
        times = [step.due_at for step in steps]
        assert len(times) == 4
        assert all(sooner < later for sooner, later in pairwise(times))
        assert asked < times[0]
        assert times[-1] < asked + left

    @given(INSTANTS, NOTICES)
    def test_its_first_step_is_a_day_before_the_start_at_the_latest_where_there_is_time(
        self, asked: datetime, left: timedelta
    ) -> None:
        first = no_answer(starts_at=asked + left, asked_until=asked)[0].due_at
        if asked < before(asked + left, 8 * HOUR) and asked < rolled_back(asked + left - DAY):
            assert first <= asked + left - DAY

    @given(st.sampled_from(sorted(LADDERS)), INSTANTS, st.none() | NOTICES)
    def test_the_steps_of_every_other_cause_go_forward_from_when_it_was_raised(
        self, cause: Cause, raised: datetime, left: timedelta | None
    ) -> None:
        until = None if left is None else raised + left
        times = [step.due_at for step in steps_of(LADDERS[cause].steps, raised, until)]
        assert len(times) == len(LADDERS[cause].steps)
        assert all(sooner <= later for sooner, later in pairwise(times))
        assert raised <= times[0]
        assert until is None or times[-1] < until

    @given(st.lists(INSTANTS, min_size=1, max_size=4), INSTANTS, st.none() | NOTICES)
    def test_a_held_ladder_keeps_the_order_of_its_steps_and_none_comes_before_the_hold_ends(
        self, times: list[datetime], held: datetime, left: timedelta | None
    ) -> None:
        until = None if left is None else max(*times, held) + left
        put = put_off(sorted(times), held, until)
        assert list(put) == sorted(put)
        assert put[0] >= held
        assert until is None or put[-1] < until

    def test_steps_that_go_backwards_are_refused(self) -> None:
        with pytest.raises(ValueError, match="forward"):
            steps_of((Climb((Rung.HEAD,), 2), Climb((Rung.DIRECTOR,), 1)), london(18, 10))

    def test_there_is_no_step_when_the_meeting_has_begun_already(self) -> None:
        assert steps_of(LADDERS[Cause.DISPUTE].steps, london(18, 10), london(18, 10)) == ()


def minutes_worked(begins: datetime, ends: datetime) -> list[datetime]:
    """Each working minute between the two, counted one by one."""
    found, at = [], begins
    while at < ends:
        there = at.astimezone(LONDON)
        if is_working_day(there.date()) and 9 <= there.hour < 17:
            found.append(at)
        at += MINUTE
    return found


class TestWorkingTime:
    @given(INSTANTS, st.integers(1, 60 * 24 * 5), st.integers(0, 19))
    @example(datetime(2026, 10, 24, 12, tzinfo=UTC), 60 * 48, 10)
    def test_a_share_of_it_is_where_counting_the_minutes_ends(
        self, begins: datetime, length: int, twentieth: int
    ) -> None:
        ends, share = begins + length * MINUTE, twentieth / 20
        worked = minutes_worked(begins, ends)
        at = along(begins, ends, share)
        if len(worked) * MINUTE < ENOUGH:
            assert at == begins + (ends - begins) * share
        elif share:
            counted = len(worked) * share
            assert abs(sum(minute < at for minute in worked) - counted) <= 1
        assert begins <= at < ends

    @given(INSTANTS)
    def test_eight_hours_before_have_eight_hours_of_work_after_them(self, ends: datetime) -> None:
        assert len(minutes_worked(before(ends, 8 * HOUR), ends)) == 8 * 60

    @given(INSTANTS)
    def test_an_instant_is_rolled_back_to_work_or_stays(self, at: datetime) -> None:
        rolled = rolled_back(at)
        assert minutes_worked(rolled, at) in ([], [rolled]) or rolled == at
        assert minutes_worked(rolled - MINUTE, rolled) or minutes_worked(rolled, rolled + MINUTE)
