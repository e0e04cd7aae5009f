"""Rounds that run at once, or are killed in the middle: every step is sent once, and nobody is written to twice."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from attendance import climbing
from attendance.climbing import climb
from attendance.escalations import hurry
from attendance.ladder_tables import Escalation, EscalationLetter, EscalationNotice
from attendance.silent import raise_for_silent
from notifications.tables import OutboundMail
from tests.attendance.ladder.conftest import HOUR, THURSDAY, steps, with_ladders


async def test_three_workers_raise_one_ladder_and_send_each_step_once(committed: None, convene: Any) -> None:
    meeting = await with_ladders(convene)
    await asyncio.gather(*(raise_for_silent(THURSDAY) for _ in range(3)))
    assert await Escalation.count() == 1
    sent = await asyncio.gather(*(climb(letterhead=meeting.letterhead, now=THURSDAY) for _ in range(3)))
    assert sum(sent) == 1
    assert await OutboundMail.count().where(OutboundMail.kind == "escalation") == 2
    assert await steps() == [(1, "sent")]


async def test_a_round_that_is_killed_has_written_nothing_and_the_next_one_writes_all(
    committed: None, convene: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = await with_ladders(convene)
    await raise_for_silent(THURSDAY)

    class Killed(BaseException):
        pass

    async def killed(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(climbing, "_settled", killed)
        with pytest.raises(Killed):
            await climb(letterhead=meeting.letterhead, now=THURSDAY)
    assert not await EscalationLetter.exists()
    assert not await EscalationNotice.exists()
    assert not await OutboundMail.exists().where(OutboundMail.kind == "escalation")

    await climb(letterhead=meeting.letterhead, now=THURSDAY)
    assert await steps() == [(1, "sent")]


async def test_a_ladder_hurried_while_a_round_runs_takes_each_step_once(committed: None, convene: Any) -> None:
    meeting = await with_ladders(convene)
    await raise_for_silent(THURSDAY)
    ladder = await Escalation.objects().first()
    assert ladder is not None
    at = THURSDAY + HOUR
    await asyncio.gather(
        climb(letterhead=meeting.letterhead, now=at),
        hurry(ladder.id, reason="the meeting is soon", by="coordinator", now=at),
        climb(letterhead=meeting.letterhead, now=at),
    )
    await climb(letterhead=meeting.letterhead, now=at)
    assert [number for number, _ in await steps()] in ([1], [1, 2])
