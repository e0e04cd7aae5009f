"""What an outage kept from being sent: never a burst, and what was missed is on record."""

from __future__ import annotations

from typing import Any

from tests.attendance.ladder.conftest import (
    DIRECTOR,
    DUTY,
    HOUR,
    INSPECTOR,
    SUPERINTENDENT,
    THURSDAY,
    steps,
    timeline,
)


async def test_the_unit_and_the_last_rung_due_are_told_and_those_between_are_recorded_as_missed(
    ladders: Any, round_at: Any, sent: Any
) -> None:
    await round_at(THURSDAY + 5 * HOUR)
    assert set(await sent.since()) == {DUTY, INSPECTOR}
    assert await steps() == [(1, "sent"), (2, "missed"), (3, "sent")]
    assert "no answer, Central North: step 2 was missed: the supervisor should have been told" in await timeline()


async def test_the_letter_says_who_was_not_told(ladders: Any, round_at: Any, sent: Any) -> None:
    await round_at(THURSDAY + 5 * HOUR)
    _, text = (await sent.since())[INSPECTOR]
    missed = "We should have told the supervisor on Thursday 19 November 2026 at midday, and could not."
    assert missed in " ".join(text.split())


async def test_of_a_whole_ladder_missed_nobody_but_the_unit_and_the_top_is_told(
    ladders: Any, round_at: Any, sent: Any
) -> None:
    await round_at(THURSDAY + 20 * HOUR)
    assert set(await sent.since()) == {DUTY, SUPERINTENDENT, DIRECTOR}
    assert await steps() == [(1, "sent"), (2, "missed"), (3, "missed"), (4, "sent")]


async def test_one_that_lasts_beyond_the_start_tells_nobody_and_every_step_is_missed(
    ladders: Any, round_at: Any, sent: Any
) -> None:
    await round_at(THURSDAY + 25 * HOUR)
    assert await sent.since() == {}
    assert await steps() == [(n, "missed") for n in (1, 2, 3, 4)]


async def test_a_meeting_long_past_is_left_as_it_is(ladders: Any, round_at: Any) -> None:
    await round_at(THURSDAY + 50 * HOUR)
    assert await steps() == []
