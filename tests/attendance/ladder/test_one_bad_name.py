"""A name as people type it, with a hidden space in it, keeps nobody's ladder from being raised."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from attendance import disputes
from attendance.ladder_tables import Escalation
from directory.rungs import Rung
from tests.attendance.conftest import DESTINATION, HOME
from tests.attendance.ladder.conftest import HOUR, SERGEANT, THURSDAY, on_ladder

BROKEN = "Central\N{NO-BREAK SPACE}North"  # as a word processor writes it


@pytest.fixture
async def silent(rolled_back: None, convene: Any) -> Any:
    units = (
        (BROKEN, "bcu", HOME, ("home police",)),
        ("East Area", "bcu", DESTINATION, ("destination police",)),
    )
    return await convene(units=units, quorum=())


async def test_a_silent_unit_with_a_no_break_space_in_its_name_has_its_ladder_as_every_other(
    silent: Any, round_at: Any
) -> None:
    await on_ladder(BROKEN, Rung.SUPERVISOR, SERGEANT, "detective sergeant")
    await round_at(THURSDAY + 2 * HOUR)
    about = [row["about"] for row in await Escalation.select(Escalation.about).order_by(Escalation.about)]
    assert [one.partition(" has")[0] for one in about] == ["Central North", "East Area"]


async def test_such_a_unit_can_dispute_the_lead(silent: Any) -> None:
    from meetings.tables import Meeting

    meeting = await Meeting.objects().where(Meeting.id == silent.id).first()
    assert meeting is not None
    at = THURSDAY - timedelta(hours=3)
    await disputes.say_not_lead(meeting.reference, meeting.home_unit, via="telephone", by="coordinator", now=at)
    assert await Escalation.count() == 2


async def test_a_seat_that_cannot_have_its_ladder_keeps_no_other_from_one(
    silent: Any, round_at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from attendance.escalations import raise_escalation

    async def fails_for_one(**told: Any) -> Any:
        if "East Area" in told["about"]:
            raise ValueError
        return await raise_escalation(**told)

    monkeypatch.setattr("attendance.silent.raise_escalation", fails_for_one)
    await round_at(THURSDAY + 2 * HOUR)
    assert await Escalation.count() == 1
