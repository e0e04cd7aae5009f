"""Each night, from two in London on, what has had its time goes in small batches, and what goes next is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog

from privacy import endings, forgetting
from privacy.errors import FiguresWouldChange, StillNeeded
from privacy.kinds import CASES, KINDS
from privacy.periods import NOTICE, Period, periods
from privacy.tables import RetentionForecast, RetentionRun
from web.moments import LONDON

log = structlog.get_logger()
HOUR: Final = 2  # of the night, in London
LEASE: Final = timedelta(minutes=30)
ONE: Final = 1  # the id of the only row of RetentionRun
CHILDREN: Final = 50  # looked up at once


def last_due(now: datetime) -> datetime:
    """When the round was last due."""
    there = now.astimezone(LONDON)
    due = there.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return due if due <= there else (due - timedelta(days=1))


def next_due(now: datetime) -> datetime:
    """When it is due next."""
    return (last_due(now) + timedelta(days=1)).astimezone(LONDON)


async def let_go_due(now: datetime, *, stopping: Callable[[], bool] = lambda: False) -> bool:
    """Once a night everything that has had its time is gone, and what goes next is counted; false if it was done.

    Killed, the night is not finished: the next round, once the lease has ended, goes on with what is left.
    """
    if not await _claim(now):
        return False
    held = await periods(now)
    for ending in endings.ENDINGS:
        before, gone = held[ending.kind].before(now), [None]
        while gone and not stopping():
            gone = await endings.let_go(ending, before, now, after=gone[-1])
    await _forget_children(held[CASES], now, stopping)
    if stopping():
        await RetentionRun.update({RetentionRun.lease_until: None}).where(RetentionRun.id == ONE)
        return False
    await forecast(now)
    done: dict[Any, Any] = {RetentionRun.finished_at: now, RetentionRun.lease_until: None}
    await RetentionRun.update(done).where(RetentionRun.id == ONE)
    return True


async def forecast(now: datetime) -> None:
    """It is on record what will go within the days of notice, by kind and month, by the periods that will hold."""
    by_then = now + NOTICE
    held = await periods(by_then)
    found: dict[tuple[str, date], Counter[str]] = {}
    for ending in endings.ENDINGS:
        before = held[ending.kind].before(by_then)
        for month, rows in (await endings.due_by_month(ending, before, now)).items():
            found.setdefault((ending.kind, month), Counter())["rows"] += rows
    for row in await forgetting.idle_by_month(held[CASES].before(by_then)):
        found[CASES, row["month"]] = Counter(rows=row["rows"], held=row["held"])
    counted = [
        RetentionForecast(kind=kind, month=month, rows=n["rows"], held=n["held"], by_then=by_then)
        for (kind, month), n in sorted(found.items())
    ]
    async with RetentionForecast._meta.db.transaction():
        await RetentionForecast.delete(force=True)
        if counted:
            await RetentionForecast.insert(*counted)


async def coming() -> dict[str, list[RetentionForecast]]:
    """What was counted last, by kind, the oldest month first; every kind is there."""
    found: dict[str, list[RetentionForecast]] = {code: [] for code in KINDS}
    for row in await RetentionForecast.objects().order_by(RetentionForecast.month):
        if row.kind in found:
            found[row.kind].append(row)
    return found


async def finished_at() -> datetime | None:
    """When the round last ended."""
    row = await RetentionRun.select(RetentionRun.finished_at).first()
    return row["finished_at"] if row else None


async def _claim(now: datetime) -> bool:
    """The night is ours until the lease ends."""
    await RetentionRun.insert(RetentionRun(id=ONE)).on_conflict(target=RetentionRun.id, action="DO NOTHING")
    mine = (
        await RetentionRun.update({RetentionRun.lease_until: now + LEASE})
        .where(RetentionRun.finished_at.is_null() | (RetentionRun.finished_at < last_due(now)))
        .where(RetentionRun.lease_until.is_null() | (RetentionRun.lease_until < now))
        .returning(RetentionRun.id)
    )
    return bool(mine)


async def _forget_children(period: Period, now: datetime, stopping: Callable[[], bool]) -> None:
    """Children of whom nothing has happened for so long are forgotten, a transaction each."""
    after = UUID(int=0)
    while children := await forgetting.idle_since(period.before(now), CHILDREN, after):
        for child in children:
            if stopping():
                return
            await _forget_one(child, now)
        after = children[-1]


async def _forget_one(child: UUID, now: datetime) -> None:
    try:
        await forgetting.forget(child, by=endings.ACTOR, why="period", now=now)
    except StillNeeded:
        pass  # a meeting or action that nobody ended; looked at again the next night
    except FiguresWouldChange:
        log.error("a child was not forgotten: a figure would change", child=str(child))
