"""A ladder stops by a trusted answer, a removed seat, a meeting called off or moved; by nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from attendance.answer_link import answer, name_deputy
from attendance.ladder_tables import Escalation, EscalationStep
from attendance.responses import record_by_hand
from attendance.tables import Response
from meetings.calling_off import call_off
from meetings.scheduling import move, remove_seat
from meetings.when import When
from tests.attendance.ladder.conftest import DUTY, HOUR, SERGEANT, THURSDAY, timeline

BY = "coordinator"


async def whys() -> list[str]:
    return [row["stopped_why"] for row in await Escalation.select(Escalation.stopped_why).order_by(Escalation.key)]


@pytest.mark.parametrize(
    ("partstat", "word"), [("ACCEPTED", "accepted"), ("TENTATIVE", "tentative"), ("DECLINED", "declined")]
)
async def test_any_answer_of_the_unit_stops_it_and_nobody_above_hears(
    ladders: Any, round_at: Any, sent: Any, partstat: str, word: str
) -> None:
    await round_at(THURSDAY)
    await sent.since()
    await answer(ladders.invitations["Central North"], partstat, shown=0, now=THURSDAY + HOUR)
    await round_at(THURSDAY + 2 * HOUR)
    assert await sent.since() == {}
    assert await whys() == [f"the unit answered: {word}"]
    assert f"the ladder for Central North stopped: the unit answered: {word}" in await timeline()


async def test_a_deputy_named_by_the_unit_stops_it(ladders: Any, round_at: Any) -> None:
    await round_at(THURSDAY)
    await name_deputy(ladders.invitations["Central North"], "stand.in@police.example", shown=0, now=THURSDAY + HOUR)
    await round_at(THURSDAY + 2 * HOUR)
    assert await whys() == ["the unit answered: somebody else comes"]


async def test_an_answer_in_the_very_minute_of_a_step_keeps_it_from_being_sent(
    ladders: Any, round_at: Any, sent: Any
) -> None:
    await round_at(THURSDAY - HOUR)
    await answer(ladders.invitations["Central North"], "ACCEPTED", shown=0, now=THURSDAY)
    await round_at(THURSDAY)
    assert await sent.since() == {}


async def test_an_answer_that_was_not_applied_does_not_stop_it(ladders: Any, round_at: Any, sent: Any) -> None:
    """As of a stranger, or of an automatic reply: it is kept, and never applied."""
    await round_at(THURSDAY)
    await sent.since()
    await Response.insert(
        Response(
            invitation=ladders.invitations["Central North"],
            received_at=THURSDAY + HOUR,
            partstat="ACCEPTED",
            sequence=0,
            dtstamp=THURSDAY + HOUR,
            answered_by="stranger@elsewhere.example",
            row=10,
            applied=False,
        )
    )
    await round_at(THURSDAY + 2 * HOUR)
    assert list(await sent.since()) == [SERGEANT]


async def test_a_seat_that_is_removed_is_chased_no_more(ladders: Any, round_at: Any, sent: Any) -> None:
    await round_at(THURSDAY)
    await sent.since()
    await remove_seat(
        ladders.reference,
        ladders.seats["Central North"],
        by=BY,
        now=THURSDAY + HOUR,
        letterhead=ladders.letterhead,
    )
    await round_at(THURSDAY + 2 * HOUR)
    assert await sent.since() == {}
    assert await whys() == ["the seat was removed"]


async def test_a_meeting_called_off_is_chased_no_more(ladders: Any, round_at: Any, sent: Any) -> None:
    await round_at(THURSDAY)
    await sent.since()
    await call_off(
        ladders.reference,
        asked_by="police",
        reason="set up in error",
        by=BY,
        now=THURSDAY + HOUR,
        letterhead=ladders.letterhead,
    )
    await round_at(THURSDAY + 2 * HOUR)
    assert await sent.since() == {}
    assert await whys() == ["the meeting was called off"]


async def test_a_meeting_that_moves_is_chased_by_its_new_time(ladders: Any, round_at: Any, sent: Any) -> None:
    await round_at(THURSDAY)
    await sent.since()
    later = When(ladders.starts_at + 5 * 24 * HOUR, 60, "", "https://meet.example/room")
    await move(ladders.reference, later, by=BY, now=THURSDAY + HOUR, letterhead=ladders.letterhead)
    await round_at(THURSDAY + 2 * HOUR)
    assert await sent.since() == {}
    assert await whys() == ["the meeting has a new time"]
    await round_at(THURSDAY + 5 * 24 * HOUR)
    assert DUTY in await sent.since()


async def test_an_answer_taken_back_raises_a_new_ladder_that_gives_time_again(
    ladders: Any, round_at: Any, sent: Any
) -> None:
    unit = ladders.invitations["Central North"]
    await round_at(THURSDAY)
    await record_by_hand(unit, "DECLINED", by=BY, now=THURSDAY + HOUR)
    await round_at(THURSDAY + HOUR)
    await sent.since()
    await Response.insert(
        Response(
            invitation=unit,
            received_at=THURSDAY + 2 * HOUR,
            partstat="NEEDS-ACTION",
            sequence=0,
            dtstamp=THURSDAY + 2 * HOUR,
            answered_by=BY,
            row=24,
            applied=True,
        )
    )
    await round_at(THURSDAY + 2 * HOUR)
    assert await sent.since() == {}
    fresh = await EscalationStep.select(EscalationStep.due_at).where(EscalationStep.settled_at.is_null())
    assert len(fresh) == 4
    assert min(row["due_at"] for row in fresh) > THURSDAY + 2 * HOUR


async def test_acknowledging_does_not_stop_a_ladder_that_waits_for_an_answer(
    ladders: Any, round_at: Any, sent: Any
) -> None:
    from attendance.acknowledging import acknowledge
    from attendance.ladder_tables import EscalationLetter

    await round_at(THURSDAY)
    letter = await EscalationLetter.objects().first()
    assert letter is not None
    await acknowledge(letter.id, who="duty officer", now=THURSDAY + HOUR)
    await sent.since()
    await round_at(THURSDAY + 2 * HOUR)
    _, text = (await sent.since())[SERGEANT]
    assert "Acknowledged by duty officer." in " ".join(text.split())
    assert await whys() == [""]
