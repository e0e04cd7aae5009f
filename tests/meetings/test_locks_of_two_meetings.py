"""Who locks several meetings does so in the order of their ids: a review that joins one, and the ladder's round."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from meetings import reviews
from meetings.letters import Letterhead
from meetings.setting_up import set_up
from meetings.tables import Meeting
from tests.meetings.waiting_children import BY, child_waiting, tomorrow, units_of
from web.viewer import MACHINE

pytestmark = pytest.mark.usefixtures("committed", "london")


async def test_a_review_that_joins_waits_for_whoever_locks_both_and_neither_is_turned_away(
    now: datetime, letterhead: Letterhead
) -> None:
    held, coming = await _two_meetings(now, letterhead)
    one_has_it, deadlocks = asyncio.Event(), []

    async def the_ladders_round() -> None:
        async with Meeting._meta.db.transaction():
            await Meeting.select(Meeting.id).where(Meeting.id == coming).lock_rows()
            one_has_it.set()
            await asyncio.sleep(0.5)
            await Meeting.select(Meeting.id).where(Meeting.id == held).lock_rows()

    async def the_review() -> None:
        await one_has_it.wait()
        await reviews.settle_after(held, now + timedelta(days=2))

    for failure in await asyncio.gather(the_ladders_round(), the_review(), return_exceptions=True):
        if failure is not None:
            deadlocks.append(type(failure).__name__)
    assert deadlocks == []


async def _two_meetings(now: datetime, letterhead: Letterhead) -> tuple[UUID, UUID]:
    """One child's meeting of tomorrow with the higher id, and one of next week with the lower."""
    child = await child_waiting(now)
    first = await set_up(
        child, tomorrow(now), await units_of(child, now), by=BY, now=now, letterhead=letterhead, viewer=MACHINE
    )
    held = await Meeting.objects().where(Meeting.reference == first).first()
    assert held is not None
    coming: dict[str, Any] = {column._meta.name: getattr(held, column._meta.name) for column in Meeting.all_columns()}
    coming |= {
        "id": UUID(int=held.id.int - 1),
        "reference": "SM-COMING",
        "uid": "coming@invites.convene.example",
        "starts_at": held.starts_at + timedelta(days=7),
        "ends_at": held.ends_at + timedelta(days=7),
    }
    await Meeting.insert(Meeting(**coming))
    return held.id, coming["id"]
