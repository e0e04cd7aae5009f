"""A series is changed while answers to its dates are taken in: one waits for the other, and neither in a ring."""

from __future__ import annotations

import asyncio
from contextvars import Context
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from attendance.state import locked
from attendance.tables import Response
from attendance.taking_in import take_in_due
from meetings.deputising import hand_over
from meetings.letters import Letterhead
from meetings.tables import Invitation, Meeting, Series
from notifications import inbox
from tests.attendance.mailing import answer
from tests.meetings.series_set_up import BY, dates, panel, series_of

pytestmark = pytest.mark.usefixtures("committed", "london")
HOUR = timedelta(hours=1)
_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


async def deputy_of(date: Meeting, now: datetime, letterhead: Letterhead) -> Invitation:
    """A deputy for this one date holds an invitation with a token of their own."""
    first = await Invitation.objects().where(Invitation.meeting == date.id).order_by(Invitation.address).first()
    assert first is not None
    address = f"deputy{date.recurrence_id:%d%m}@police.example"
    new = await hand_over(first.id, address, to_deputy=True, by=BY, now=now, letterhead=letterhead)
    held = await Invitation.objects().where(Invitation.id == new).first()
    assert held is not None
    return held


async def accepts(deputy: Invitation, series: Series, at: datetime, letterhead: Letterhead) -> None:
    to = letterhead.reply_address(deputy.id)
    sequence = deputy.sent_sequence
    raw = answer(uid=series.uid, to=to, sender=deputy.address, at=at, sequence=sequence)
    await inbox.keep("smtp", raw, deputy.address, to, now=at)


async def somebody_waits() -> None:
    engine: Any = Meeting._meta.db
    for _ in range(200):
        if (await engine._run_in_new_connection(_WAITING))[0]["count"]:  # a transaction sees one moment only
            return
        await asyncio.sleep(0.02)
    pytest.fail("nobody waits for a lock")


async def answered() -> set[UUID]:
    return {row["invitation"] for row in await Response.select(Response.invitation)}


async def test_deputies_of_two_dates_answer_while_somebody_decides_about_both(
    now: datetime, letterhead: Letterhead
) -> None:
    series = await panel(now, letterhead)
    lower, higher = sorted((await dates(series))[:2], key=lambda date: date.id)
    deputies = [await deputy_of(date, now, letterhead) for date in (lower, higher)]
    for deputy in deputies:
        await accepts(deputy, series, now + HOUR, letterhead)

    with capture_logs() as troubles:
        async with Meeting._meta.db.transaction():
            await locked(deputies[1].id)
            batch = take_in_due(letterhead=letterhead, now=now + HOUR)
            taking_in = asyncio.create_task(batch, context=Context())  # in no transaction of ours
            await somebody_waits()
            await locked(deputies[0].id)

        assert await taking_in == 2
    assert troubles == []
    assert await answered() == {deputy.id for deputy in deputies}


async def test_two_batches_about_two_series_wait_for_each_other(now: datetime, letterhead: Letterhead) -> None:
    both = [await panel(now, letterhead), await panel(now, letterhead)]
    deputies: list[Invitation] = []
    for series in [*both, *reversed(both)]:
        date = (await dates(series))[len(deputies) // 2]
        deputies.append(await deputy_of(date, now, letterhead))
        await accepts(deputies[-1], await series_of(series.reference), now + HOUR, letterhead)

    with capture_logs() as troubles:
        ended = await asyncio.gather(
            *(take_in_due(letterhead=letterhead, now=now + HOUR, at_once=2) for _ in range(2))
        )

    assert sum(ended) == 4
    assert troubles == []
    assert await answered() == {deputy.id for deputy in deputies}
