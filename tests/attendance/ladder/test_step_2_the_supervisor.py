"""The second step: the unit's supervisor hears that the unit was asked, and has not answered."""

from __future__ import annotations

from typing import Any

from tests.attendance.ladder.conftest import HOUR, SERGEANT, THURSDAY, steps, timeline


async def test_it_comes_at_its_own_time_after_the_unit_was_asked(ladders: Any, round_at: Any, sent: Any) -> None:
    await round_at(THURSDAY)
    await sent.since()
    await round_at(THURSDAY + 2 * HOUR)
    assert list(await sent.since()) == [SERGEANT]
    assert await steps() == [(1, "sent"), (2, "sent")]
    assert "no answer, Central North: step 2 is sent to the supervisor (detective sergeant)" in await timeline()


async def test_it_says_that_nobody_of_the_unit_acknowledged(ladders: Any, round_at: Any, sent: Any) -> None:
    await round_at(THURSDAY)
    await round_at(THURSDAY + 2 * HOUR)
    _, text = (await sent.since())[SERGEANT]
    told = "We told the unit's mailboxes on Thursday 19 November 2026 at 10am. Nobody acknowledged it."
    assert told in " ".join(text.split())


async def test_each_step_is_sent_once_however_often_the_round_runs(ladders: Any, round_at: Any, sent: Any) -> None:
    await round_at(THURSDAY)
    await round_at(THURSDAY + 2 * HOUR)
    await sent.since()
    await round_at(THURSDAY + 2 * HOUR)
    await round_at(THURSDAY + 3 * HOUR)
    assert await sent.since() == {}
