"""The last step: the superintendent of the unit and the director, each by a letter of their own."""

from __future__ import annotations

from typing import Any

from tests.attendance.ladder.conftest import DIRECTOR, HOUR, SUPERINTENDENT, THURSDAY, steps


async def test_both_are_told_at_its_time_and_then_nobody_any_more(ladders: Any, round_at: Any, sent: Any) -> None:
    for hours in (0, 2, 4):
        await round_at(THURSDAY + hours * HOUR)
    await sent.since()
    await round_at(THURSDAY + 6 * HOUR)
    assert set(await sent.since()) == {SUPERINTENDENT, DIRECTOR}
    assert await steps() == [(n, "sent") for n in (1, 2, 3, 4)]
    for hours in range(7, 30):
        await round_at(THURSDAY + hours * HOUR)
    assert await sent.since() == {}


async def test_when_the_meeting_begins_the_ladder_is_over(ladders: Any, round_at: Any) -> None:
    from attendance.ladder_tables import Escalation

    for hours in (0, 2, 4, 6, 24):
        await round_at(THURSDAY + hours * HOUR)
    row = await Escalation.objects().first()
    assert row is not None
    assert row.stopped_why == "the meeting began"
