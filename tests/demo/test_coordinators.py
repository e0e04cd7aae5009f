"""The simulated coordinators keep office hours, mostly, and meet their deadlines, mostly."""

from datetime import UTC, datetime, timedelta

import pytest

from demo import coordinators
from demo.officers import dice
from web.moments import LONDON

WEDNESDAY = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
SATURDAY_NIGHT = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def test_most_meetings_are_before_the_deadline_and_some_are_late() -> None:
    due = WEDNESDAY + 2 * DAY
    starts = [coordinators.meets_at(dice(1, n), WEDNESDAY, due) for n in range(400)]
    assert 5 < sum(start > due for start in starts) < 60


def test_a_meeting_is_always_in_the_future() -> None:
    overdue = WEDNESDAY - DAY
    assert all(coordinators.meets_at(dice(1, n), WEDNESDAY, overdue) > WEDNESDAY for n in range(100))


def test_a_meeting_that_a_weekend_leaves_no_office_hour_for_is_still_called() -> None:
    starts = [coordinators.meets_at(dice(1, n), SATURDAY_NIGHT, SATURDAY_NIGHT + DAY) for n in range(100)]
    assert {start.astimezone(LONDON).strftime("%A") for start in starts} >= {"Sunday", "Monday"}


def test_nobody_looks_at_what_waits_in_the_night() -> None:
    looks = [coordinators.looks_at(dice(1, n), SATURDAY_NIGHT, SATURDAY_NIGHT + DAY) for n in range(100)]
    assert all(7 <= look.astimezone(LONDON).hour < 22 for look in looks)


@pytest.mark.parametrize("hour", [0, 3, 6])
def test_the_small_hours_wait_until_the_same_morning(hour: int) -> None:
    night = datetime(2026, 11, 18, hour, 15, tzinfo=UTC)
    assert coordinators.waking(night) == datetime(2026, 11, 18, 7, 30, tzinfo=UTC)
