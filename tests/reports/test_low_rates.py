"""A command unit below the threshold: its superintendent and the director hear of it, once a quarter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from attendance.ladder_tables import Escalation, LadderSetting
from attendance.tables import Outcome
from meetings.tables import MeetingType
from reports import low_rates, posting
from tests.factories import close_register, make_mark, make_meeting, make_seat, make_unit

DAY = timedelta(days=1)
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


@pytest.fixture
async def unit(rolled_back: None) -> Any:
    return await make_unit(code="CN", name="Central North")


async def raise_for_low_rates(now: datetime) -> int:
    await posting.post_due(now)
    return await low_rates.raise_for_low_rates(now)


async def held(unit: Any, came: int, expected: int, *, at: datetime = NOW - DAY) -> None:
    for number in range(expected):
        meeting = await make_meeting(home=unit, starts_at=at - number * timedelta(hours=1))
        seat = await make_seat(meeting=meeting, unit=unit)
        outcome = Outcome.ATTENDED if number < came else Outcome.NO_SHOW
        await make_mark(meeting=meeting, seat=seat, outcome=outcome)
        await close_register(meeting=meeting)


async def test_below_the_threshold_its_ladder_says_so_with_both_numbers(unit: Any) -> None:
    await held(unit, came=5, expected=10)
    assert await raise_for_low_rates(NOW) == 1
    row = await Escalation.objects().first()
    assert row is not None
    assert row.about == (
        "In the last 91 days Central North came to 5 of 10 strategy meetings that it was expected at. "
        "Less than 60% is told to you."
    )


async def test_at_the_threshold_nobody_is_told(unit: Any) -> None:
    await held(unit, came=6, expected=10)
    assert await raise_for_low_rates(NOW) == 0


async def test_fewer_seats_than_the_minimum_say_nothing(unit: Any) -> None:
    await held(unit, came=0, expected=9)
    assert await raise_for_low_rates(NOW) == 0


async def test_what_lies_before_the_days_looked_back_on_does_not_count(unit: Any) -> None:
    await held(unit, came=0, expected=10, at=NOW - 92 * DAY)
    assert await raise_for_low_rates(NOW) == 0


async def test_meetings_of_another_type_are_never_mixed_in(unit: Any) -> None:
    for number in range(10):
        starts_at = NOW - DAY - number * timedelta(hours=1)
        meeting = await make_meeting(home=unit, starts_at=starts_at, meeting_type=MeetingType.CONTEXT)
        seat = await make_seat(meeting=meeting, unit=unit)
        await make_mark(meeting=meeting, seat=seat, outcome=Outcome.NO_SHOW)
        await close_register(meeting=meeting)
    assert await raise_for_low_rates(NOW) == 0


async def test_it_is_told_once_a_quarter(unit: Any) -> None:
    await held(unit, came=0, expected=12)
    assert await raise_for_low_rates(NOW) == 1
    assert await raise_for_low_rates(NOW + 20 * DAY) == 0
    assert await raise_for_low_rates(NOW + 50 * DAY) == 1


async def test_the_threshold_is_a_row_of_settings(unit: Any) -> None:
    await held(unit, came=6, expected=10)
    await LadderSetting.insert(LadderSetting(id=1, low_rate_percent=70, low_rate_minimum=10, low_rate_days=30))
    assert await raise_for_low_rates(NOW) == 1
