"""The first step, a day before: the unit's mailboxes and deputies are asked to answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from directory import failing
from tests.attendance.conftest import HOME
from tests.attendance.ladder.conftest import DUTY, HOUR, THURSDAY, in_directory, steps, timeline

MINUTE = timedelta(minutes=1)


async def test_it_is_due_a_day_before_the_meeting_and_not_sooner(ladders: Any, round_at: Any, sent: Any) -> None:
    await round_at(THURSDAY - MINUTE)
    assert await sent.since() == {}
    await round_at(THURSDAY)
    assert list(await sent.since()) == [DUTY]
    assert await steps() == [(1, "sent")]


async def test_the_invitee_who_is_reminded_at_that_hour_is_not_written_to_twice(
    ladders: Any, round_at: Any, sent: Any
) -> None:
    from notifications.tables import OutboundMail

    await round_at(THURSDAY)
    to_invitee = (OutboundMail.recipient == HOME) & (OutboundMail.created_at == THURSDAY)
    assert {row.kind for row in await OutboundMail.objects().where(to_invitee)} == {"reminder"}
    assert HOME not in await sent.since()


async def test_a_unit_with_one_mailbox_is_asked_there_a_quarter_of_an_hour_after_its_reminder(
    rolled_back: None, convene: Any, round_at: Any, sent: Any
) -> None:
    await convene()
    await in_directory("Central North", HOME)
    await round_at(THURSDAY)
    assert await sent.since() == {}
    await round_at(THURSDAY + 15 * MINUTE)
    assert HOME in await sent.since()


async def test_a_mailbox_whose_letters_come_back_is_left_out(ladders: Any, round_at: Any, sent: Any) -> None:
    await in_directory("Central North", "third@central-north.police.example", rank=3)
    await failing.flag(DUTY, "No such mailbox", by="coordinator", now=THURSDAY - HOUR)
    await round_at(THURSDAY)
    assert list(await sent.since()) == ["third@central-north.police.example"]


async def test_it_stands_on_the_meetings_timeline(ladders: Any, round_at: Any) -> None:
    await round_at(THURSDAY)
    assert "no answer, Central North: step 1 is sent to the unit's mailboxes (duty desk)" in await timeline()


async def test_a_unit_that_answered_is_not_asked(ladders: Any, round_at: Any, sent: Any) -> None:
    await round_at(THURSDAY)
    assert not any("east-area" in address or "camden" in address for address in await sent.since())


async def test_a_seat_that_is_not_required_is_reminded_and_has_no_ladder(
    rolled_back: None, convene: Any, round_at: Any, sent: Any
) -> None:
    await convene(units=[("Safe Steps team", "voluntary", "desk@safe-steps.example", ("voluntary",))], quorum=())
    await round_at(THURSDAY + 5 * HOUR)
    assert await sent.since() == {}
