"""The calendar draws up the draft of each period on its day, once, and after an outage every one that was missed.

A draft is made outside any transaction and is unique in itself; the run of the calendar is written after it. Killed
in between, the next round finds the draft and writes the run. A run is never made twice: once a draft was withdrawn,
another is for people to decide.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from audit import trail
from directory.one_by_one import one_by_one
from notifications import troubles
from reports import publishing
from reports.calendar_dates import days_until_working_day, due
from reports.calendar_tables import CalendarRun, ReportCalendar
from reports.periods import Period
from reports.press import Press
from reports.publication_tables import Publication, State
from reports.publishing_errors import AlreadyDrafted, PublishingError, Unfinished
from reports.rates import DoesNotReconcile
from web.moments import london_date

ACTOR: Final = "calendar of reports"
JOB: Final = "draw up reports"
WAITS: Final = timedelta(days=2)  # for registers that are still open; then they are counted as they are, and said
Due = tuple[ReportCalendar, Period, datetime]


async def draw_up_due(press: Press, *, now: datetime) -> int:
    """Every draft whose day has come is drawn up, the oldest first; returns how many were."""
    waiting = [one for calendar in await _active() for one in await missed(calendar, now)]
    waiting.sort(key=lambda one: (one[2], one[1].code))
    by_key = {
        f"{calendar.every}, {calendar.type}, {period.code}": (calendar, period, at)
        for calendar, period, at in waiting
    }
    done = await one_by_one("draft of the calendar", by_key, lambda key: _draw_up(*by_key[key], press, now))
    if done == len(waiting):
        await troubles.over(JOB)
    return done


async def missed(calendar: ReportCalendar, now: datetime) -> list[Due]:
    """The periods of a calendar whose day has come and that have no run, the oldest first."""
    rows: list[dict[str, Any]] = await CalendarRun.select(CalendarRun.period).where(
        CalendarRun.calendar == calendar.id
    )
    done = {row["period"] for row in rows}
    every = due(calendar.every, calendar.since, calendar.drawn_after, now)
    return [(calendar, period, at) for period, at in every if period.code not in done]


async def _active() -> list[ReportCalendar]:
    return await ReportCalendar.objects().where(ReportCalendar.active.eq(True)).order_by(ReportCalendar.id)


async def _draw_up(calendar: ReportCalendar, period: Period, due_at: datetime, press: Press, now: datetime) -> bool:
    """The period has its run; False where registers that are still open are waited for."""
    try:
        publication = await _drafted(calendar, period, due_at, press, now)
    except Unfinished:
        return False
    except Exception as failure:
        why = str(failure) if isinstance(failure, PublishingError | DoesNotReconcile) else type(failure).__name__
        await troubles.met(JOB, f"The report for {period.name} cannot be drawn up. {why}", now=now)
        raise
    run = CalendarRun(calendar=calendar.id, period=period.code, publication=publication, due_at=due_at, drawn_at=now)
    once = (CalendarRun.calendar, CalendarRun.period)
    async with CalendarRun._meta.db.transaction():
        written = CalendarRun.insert(run).on_conflict(target=once, action="DO NOTHING")
        if await written.returning(CalendarRun.id):
            subject, detail = f"publication {publication}", {"period": period.code, "due": due_at}
            await trail.record(ACTOR, "drew up a report on its day", subject, now=now, detail=detail)
    return True


async def _drafted(calendar: ReportCalendar, period: Period, due_at: datetime, press: Press, now: datetime) -> UUID:
    """The draft of the period: a new one, or the one that is there.

    :raises PublishingError: Unfinished, and what else stops a draft.
    """
    try:
        return await publishing.draft(
            period,
            calendar.type,
            press=press,
            threshold=calendar.threshold,
            window_days=days_until_working_day(london_date(now), calendar.challenge_days),
            despite=now >= due_at + WAITS,
            by=ACTOR,
            now=now,
        )
    except AlreadyDrafted:
        there = (Publication.period == period.code) & (Publication.type == calendar.type)
        row = (
            await Publication.select(Publication.id)
            .where(there & (Publication.state != State.WITHDRAWN))
            .order_by(Publication.revision)
            .first()
        )
        if row is None:  # withdrawn in this very moment: the next round drafts it
            raise
        return UUID(str(row["id"]))
