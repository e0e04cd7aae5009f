"""The third step: the head of service, also where nobody is known as the supervisor."""

from __future__ import annotations

from typing import Any

from directory.rungs import Rung
from tests.attendance.ladder.conftest import HOUR, INSPECTOR, THURSDAY, in_directory, on_ladder, steps, timeline


async def test_it_comes_at_its_own_time(ladders: Any, round_at: Any, sent: Any) -> None:
    for hours in (0, 2):
        await round_at(THURSDAY + hours * HOUR)
    await sent.since()
    await round_at(THURSDAY + 4 * HOUR)
    assert list(await sent.since()) == [INSPECTOR]


async def test_where_nobody_is_the_supervisor_that_is_on_record_and_the_head_is_told_no_later(
    rolled_back: None, convene: Any, round_at: Any, sent: Any
) -> None:
    await convene(units=[("Central North", "bcu", "box@central-north.police.example", ("home police",))])
    await in_directory("Central North", "duty@central-north.police.example")
    await on_ladder("Central North", Rung.HEAD, INSPECTOR, "detective inspector")
    for hours in (0, 2):
        await round_at(THURSDAY + hours * HOUR)
    assert await steps() == [(1, "sent"), (2, "nobody known")]
    assert "no answer, Central North: step 2 told nobody: nobody is known as the supervisor" in await timeline()
    await sent.since()
    await round_at(THURSDAY + 4 * HOUR)
    (told,) = (await sent.since()).items()
    assert told[0] == INSPECTOR
    assert "Nobody is known as the supervisor." in told[1][1]
