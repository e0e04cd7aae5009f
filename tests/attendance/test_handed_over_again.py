"""A handover that changes its unit, or comes back, climbs the ladder of the unit that has it now, and of no other."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from attendance import overdue
from attendance.ladder_tables import Escalation
from directory.tables import Contact, Unit
from meetings.handing_over import notice_moves
from meetings.handovers import tell_unit
from meetings.letters import Letterhead
from tests.meetings.moves import CAMDEN, DAY, NEWHAM, corrected, handover_of, moved

pytestmark = pytest.mark.usefixtures("rolled_back", "london")


async def unit(code: str) -> Unit:
    row = await Unit.objects().where(Unit.code == code).first()
    assert row is not None
    return row


async def climbing() -> list[str]:
    """The codes of the units whose ladders climb because of moves."""
    rows = await Escalation.select(Escalation.unit._.code.as_alias("code")).where(
        (Escalation.cause == "move handover") & Escalation.stopped_at.is_null()
    )
    return sorted(row["code"] for row in rows)


async def test_a_correction_taken_back_and_not_acknowledged_again_climbs_again(
    now: datetime, letterhead: Letterhead
) -> None:
    move = await moved(now)
    await notice_moves(now, letterhead=letterhead)
    await overdue.pass_up(now + 3 * DAY)
    assert await climbing() == ["NE"]
    await corrected(move, to=CAMDEN)
    await notice_moves(now + 3 * DAY, letterhead=letterhead)
    await overdue.pass_up(now + 3 * DAY)
    assert await climbing() == []
    await corrected(move, to=NEWHAM)
    await notice_moves(now + 4 * DAY, letterhead=letterhead)
    await overdue.pass_up(now + 8 * DAY)
    assert await climbing() == ["NE"]


async def test_once_a_person_chose_another_unit_its_ladder_climbs_and_the_first_ones_stops(
    now: datetime, letterhead: Letterhead
) -> None:
    first, second = await unit("NE"), await unit("CN")
    await Contact.delete().where(Contact.unit == first.id)
    move = await moved(now)
    await notice_moves(now, letterhead=letterhead)
    await overdue.pass_up(now + 3 * DAY)
    assert await climbing() == ["NE"]
    row = await handover_of(move)
    await tell_unit(row.reference, second.id, by="the coordinator", now=now + 3 * DAY, letterhead=letterhead)
    await overdue.pass_up(now + 3 * DAY + timedelta(hours=1))
    assert await climbing() == []
    await overdue.pass_up(now + 8 * DAY)
    assert await climbing() == ["CN"]
