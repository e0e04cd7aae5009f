"""A ladder is raised once for its cause, stopped, held and hurried; each stands on the meeting's timeline."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from attendance import errors
from attendance.escalations import hold, hurry, raise_escalation, stop_escalation
from attendance.ladder import Cause
from attendance.ladder_tables import Escalation, EscalationStep
from meetings.tables import Meeting, MeetingEvent

HOUR = timedelta(hours=1)
BY, KEY = "coordinator", "dispute:1"


@pytest.fixture
async def meeting(rolled_back: None, convene: Any) -> Any:
    return await convene()


async def disputed(meeting: Any, now: datetime, **more: Any) -> UUID | None:
    row = await Meeting.objects().where(Meeting.id == meeting.id).first()
    assert row is not None
    return await raise_escalation(
        cause=Cause.DISPUTE,
        key=KEY,
        unit=row.home_unit,
        meeting=meeting.id,
        about=f"Two police units each say that the other leads {meeting.reference}.",
        wanted="Please agree with the other unit which of you leads.",
        now=now,
        **more,
    )


async def due_times() -> list[datetime]:
    rows = await EscalationStep.select(EscalationStep.due_at).order_by(EscalationStep.number)
    return [row["due_at"] for row in rows]


async def events() -> list[str]:
    return [row["what"] for row in await MeetingEvent.select(MeetingEvent.what).order_by(MeetingEvent.id)]


async def test_a_cause_raises_its_ladder_once_with_the_steps_of_its_data(meeting: Any, now: datetime) -> None:
    assert await disputed(meeting, now) is not None
    assert await disputed(meeting, now + HOUR) is None
    assert await due_times() == [now, now + 4 * HOUR, now + 24 * HOUR]


async def test_where_the_meeting_comes_sooner_the_steps_move_closer(meeting: Any, now: datetime) -> None:
    await disputed(meeting, now, until=now + 6 * HOUR)
    assert await due_times() == [now, now + 2 * HOUR, now + 4 * HOUR]


async def test_a_sentence_of_several_lines_is_refused(meeting: Any, now: datetime) -> None:
    with pytest.raises(ValueError, match="one short line"):
        await raise_escalation(
            cause=Cause.DISPUTE, key=KEY, unit=None, about="One line\nand another", wanted="Act.", now=now
        )
    assert not await Escalation.exists()


async def test_a_stopped_ladder_needs_none_of_its_steps_and_stops_once(meeting: Any, now: datetime) -> None:
    await disputed(meeting, now)
    assert await stop_escalation(KEY, why="the chair decided who leads", now=now + HOUR)
    assert not await stop_escalation(KEY, why="the chair decided who leads", now=now + HOUR)
    assert await EscalationStep.count().where(EscalationStep.outcome == "not needed") == 3


class TestHolding:
    async def test_no_step_comes_before_the_hold_ends_and_they_keep_their_distances(
        self, meeting: Any, now: datetime
    ) -> None:
        ladder = await disputed(meeting, now)
        assert ladder is not None
        await hold(ladder, until=now + 5 * HOUR, reason="their sergeant rang", by=BY, now=now)
        assert await due_times() == [now + 5 * HOUR, now + 9 * HOUR, now + 29 * HOUR]

    async def test_it_stands_on_the_timeline_with_its_reason(self, meeting: Any, now: datetime) -> None:
        ladder = await disputed(meeting, now)
        assert ladder is not None
        await hold(ladder, until=now + 5 * HOUR, reason="their sergeant rang", by=BY, now=now)
        held = "the ladder for Central North is held until Wednesday 18 November 2026 at 3pm: their sergeant rang"
        assert held in await events()

    async def test_the_steps_share_what_is_left_before_the_meeting(self, meeting: Any, now: datetime) -> None:
        ladder = await disputed(meeting, now, until=now + 26 * HOUR)
        assert ladder is not None
        await hold(ladder, until=now + 23 * HOUR, reason="their sergeant rang", by=BY, now=now)
        assert await due_times() == [now + timedelta(hours=h) for h in (23, 24, 25)]

    @pytest.mark.parametrize("hours", [0, -1, 26, 30])
    async def test_it_ends_after_now_and_before_the_meeting(self, meeting: Any, now: datetime, hours: int) -> None:
        ladder = await disputed(meeting, now, until=now + 26 * HOUR)
        assert ladder is not None
        before = await due_times()
        with pytest.raises(errors.UnsuitableHold):
            await hold(ladder, until=now + hours * HOUR, reason="their sergeant rang", by=BY, now=now)
        assert await due_times() == before

    @pytest.mark.parametrize("reason", ["", "  ", "x" * 101])
    async def test_a_short_reason_is_wanted(self, meeting: Any, now: datetime, reason: str) -> None:
        ladder = await disputed(meeting, now)
        assert ladder is not None
        with pytest.raises(errors.LadderReasonWanted):
            await hold(ladder, until=now + HOUR, reason=reason, by=BY, now=now)


class TestHurrying:
    async def test_the_next_step_is_due_now_and_the_others_keep_their_times(
        self, meeting: Any, now: datetime
    ) -> None:
        ladder = await disputed(meeting, now + HOUR)
        assert ladder is not None
        await hurry(ladder, reason="the meeting is tonight", by=BY, now=now)
        assert await due_times() == [now, now + 5 * HOUR, now + 25 * HOUR]
        assert "the ladder for Central North is hurried: the meeting is tonight" in await events()

    async def test_it_ends_a_hold(self, meeting: Any, now: datetime) -> None:
        ladder = await disputed(meeting, now)
        assert ladder is not None
        await hold(ladder, until=now + 5 * HOUR, reason="their sergeant rang", by=BY, now=now)
        await hurry(ladder, reason="he did not ring back", by=BY, now=now + HOUR)
        row = await Escalation.objects().first()
        assert row is not None
        assert row.held_until is None
        assert (await due_times())[0] == now + HOUR

    async def test_a_ladder_that_has_ended_can_be_neither_held_nor_hurried(self, meeting: Any, now: datetime) -> None:
        ladder = await disputed(meeting, now)
        assert ladder is not None
        await stop_escalation(KEY, why="the chair decided who leads", now=now)
        with pytest.raises(errors.LadderOver):
            await hurry(ladder, reason="it is late", by=BY, now=now)
        with pytest.raises(errors.LadderOver):
            await hold(ladder, until=now + HOUR, reason="it is late", by=BY, now=now)

    async def test_a_ladder_nobody_raised_is_not_found(self, rolled_back: None, now: datetime) -> None:
        with pytest.raises(errors.NoSuchLadder):
            await hurry(uuid4(), reason="it is late", by=BY, now=now)
