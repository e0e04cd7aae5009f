"""Joined late and left early, as the times of a call propose them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from attendance.presence import EARLY_BEFORE, LATE_AFTER, Held, joined_late, left_early

STARTS, ENDS = datetime(2026, 11, 18, 9, 0, tzinfo=UTC), datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
PLANNED = Held(STARTS, ENDS)


def test_the_thresholds_are_not_late_and_not_early_yet() -> None:
    assert not joined_late([STARTS + LATE_AFTER], PLANNED)
    assert joined_late([STARTS + LATE_AFTER + SECOND], PLANNED)
    assert not left_early([ENDS - EARLY_BEFORE], PLANNED)
    assert left_early([ENDS - EARLY_BEFORE - SECOND], PLANNED)


def test_a_call_that_began_late_made_nobody_late() -> None:
    held = Held(STARTS, ENDS, call_began=STARTS + 20 * MINUTE)
    assert not joined_late([STARTS + 25 * MINUTE], held)
    assert joined_late([STARTS + 31 * MINUTE], held)


def test_a_call_that_began_early_makes_nobody_late_by_the_plan() -> None:
    assert not joined_late([STARTS + 5 * MINUTE], Held(STARTS, ENDS, call_began=STARTS - 30 * MINUTE))


def test_a_call_that_ended_early_let_nobody_leave_early() -> None:
    held = Held(STARTS, ENDS, call_ended=STARTS + 30 * MINUTE)
    assert not left_early([STARTS + 29 * MINUTE], held)


@pytest.mark.parametrize("times", [[], [None]])
def test_without_times_nothing_is_proposed(times: list[datetime | None]) -> None:
    assert not joined_late(times, PLANNED)
    assert not left_early(times, PLANNED)


def test_of_several_for_one_seat_the_first_to_come_and_the_last_to_go_count() -> None:
    assert not joined_late([STARTS + 30 * MINUTE, None, STARTS], PLANNED)
    assert not left_early([STARTS, ENDS], PLANNED)
