"""ASKED: people call for a strategy meeting by their own judgement; the rule gives the clock and never fires."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from meetings import errors
from meetings.asking import call_for_meeting
from meetings.tables import Rule, Trigger
from tests.meetings.waiting_children import LAMBETH, child_waiting

NEWHAM = "E09000025"
DAY = timedelta(days=1)


def test_it_never_fires_by_itself(child: Any) -> None:
    third = child.goes_missing("2026-11-18 09:00", graded_high_at="2026-11-18 10:00", cse=True)
    for days in (3, 9):
        child.was_missing_before(days, of=third)
    fired = child.fires(third)
    assert "HIGH" in fired
    assert "ASKED" not in fired


@pytest.fixture
async def of_newham(rolled_back: None, london: None) -> None:
    """Newham's own rule gives four hours instead of a working day."""
    general = await Rule.objects().where(Rule.code == "ASKED").first()
    assert general is not None
    own = general.to_dict() | {"id": uuid4(), "place": NEWHAM, "clock_amount": 4, "clock_unit": "hours"}
    await Rule.insert(Rule(**own))


async def called(home: str, now: datetime) -> Trigger:
    cause = uuid4()
    assert await call_for_meeting(await child_waiting(now, home=home), cause=cause, by="tests", now=now)
    trigger = await Trigger.objects().where(Trigger.cause == cause).first()
    assert trigger is not None
    return trigger


async def test_the_meeting_is_due_within_a_working_day_of_the_call(of_newham: None, now: datetime) -> None:
    assert (await called(LAMBETH, now)).due_at == now + DAY


async def test_an_authoritys_own_rule_gives_the_clock_of_its_children(of_newham: None, now: datetime) -> None:
    assert (await called(NEWHAM, now)).due_at == now + timedelta(hours=4)


async def test_where_an_authority_switched_it_off_nobody_of_its_own_can_be_called_for(
    of_newham: None, now: datetime
) -> None:
    await Rule.update({Rule.enabled: False}).where((Rule.code == "ASKED") & (Rule.place == NEWHAM))
    child: UUID = await child_waiting(now, home=NEWHAM)
    with pytest.raises(errors.NotAskedHere):
        await call_for_meeting(child, cause=uuid4(), by="tests", now=now)
    assert (await called(LAMBETH, now)).rule_code == "ASKED"
