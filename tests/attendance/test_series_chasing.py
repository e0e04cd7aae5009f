"""A series is reminded of once, and a date moved by itself like a single meeting: a daily briefing floods nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from attendance.chasing import plan, remind_due
from attendance.responses import record_by_hand
from attendance.tables import Reminder
from meetings import calling_off, scheduling
from meetings.letters import Letterhead
from meetings.series_changes import change_series
from meetings.tables import Invitation, Meeting, Series
from meetings.when import When
from notifications.tables import OutboundMail
from tests.meetings.series_set_up import BY, TUESDAYS, calendar, dates, panel, posted

pytestmark = pytest.mark.usefixtures("rolled_back", "london")

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BRIEFING = replace(TUESDAYS, weekdays=(0, 1, 2, 3, 4), first_on=date(2026, 11, 23))


async def chase(letterhead: Letterhead, *days: datetime) -> None:
    for at in days:
        await plan(at)
        await remind_due(letterhead=letterhead, now=at)


async def reminders(series: Series) -> list[OutboundMail]:
    return [one for one in await posted(series) if one.kind == "reminder"]


async def answer_all(meetings: list[Meeting], address: str, now: datetime) -> None:
    for meeting in meetings:
        row = (
            await Invitation.objects()
            .where((Invitation.meeting == meeting.id) & (Invitation.address == address))
            .first()
        )
        assert row is not None
        await record_by_hand(row.id, "ACCEPTED", by=BY, now=now)


async def test_a_daily_briefing_reminds_each_unit_once_and_never_of_a_day(
    now: datetime, letterhead: Letterhead
) -> None:
    series = await panel(now, letterhead, BRIEFING)
    await chase(letterhead, *(now + hours * HOUR for hours in range(0, 24 * 40, 5)))
    assert len(await reminders(series)) == 3
    assert await Reminder.count() == 3


async def test_the_reminder_says_how_many_dates_are_open_and_brings_the_buttons(
    now: datetime, letterhead: Letterhead
) -> None:
    series = await panel(now, letterhead)
    whole = (await posted(series))[0]
    await answer_all((await dates(series))[:2], whole.recipient, now)
    await chase(letterhead, now, now + 25 * HOUR)
    (letter,) = [one for one in await reminders(series) if one.recipient == whole.recipient]
    assert "for 18 of 20 dates" in bytes(letter.content or b"").decode()
    assert calendar(letter) == calendar(whole)


async def test_a_unit_that_answered_every_date_is_not_reminded(now: datetime, letterhead: Letterhead) -> None:
    series = await panel(now, letterhead)
    whole = (await posted(series))[0]
    await answer_all(await dates(series), whole.recipient, now)
    await chase(letterhead, now, now + 25 * HOUR)
    assert whole.recipient not in {one.recipient for one in await reminders(series)}


async def test_when_the_first_date_is_called_off_the_next_stands_for_the_series_and_reminds_once(
    now: datetime, letterhead: Letterhead
) -> None:
    series = await panel(now, letterhead)
    first, second, *_ = await dates(series)
    how = {"asked_by": "police", "reason": "police could not attend", "by": BY, "letterhead": letterhead}
    await chase(letterhead, now)
    await calling_off.call_off(first.reference, now=now + HOUR, **how)  # type: ignore[arg-type]  # a dict of words
    await chase(letterhead, now + 2 * HOUR, now + 25 * HOUR)
    assert len(await reminders(series)) == 3
    await calling_off.call_off(second.reference, now=now + 26 * HOUR, **how)  # type: ignore[arg-type]  # as above
    await chase(letterhead, now + 27 * HOUR, now + 3 * DAY)
    assert len(await reminders(series)) == 3


async def test_a_moved_date_is_reminded_of_the_day_before(now: datetime, letterhead: Letterhead) -> None:
    series = await panel(now, letterhead)
    whole = (await posted(series))[0]
    await answer_all(await dates(series), whole.recipient, now)
    third = (await dates(series))[2]
    wednesday = third.starts_at + DAY
    await scheduling.move(
        third.reference, When(wednesday, 60, "", series.link), by=BY, now=now + HOUR, letterhead=letterhead
    )
    moved = (await dates(series))[2]
    await answer_all([moved], whole.recipient, now + 2 * HOUR)
    await chase(letterhead, now + 2 * HOUR, now + 25 * HOUR, wednesday - DAY + HOUR, wednesday - HOUR)
    (letter,) = [one for one in await reminders(series) if one.recipient == whole.recipient]
    assert letter.created_at == wednesday - DAY + HOUR
    assert f"{series.title} {series.reference}" in bytes(letter.content or b"").decode()


async def test_a_new_time_asks_again_and_reminds_again(now: datetime, letterhead: Letterhead) -> None:
    series = await panel(now, letterhead)
    await chase(letterhead, now, now + 25 * HOUR)
    later = TUESDAYS.starts.replace(hour=11)
    await change_series(
        series.reference,
        replace(TUESDAYS, starts=later),
        place="",
        link=series.link,
        by=BY,
        now=now + 26 * HOUR,
        letterhead=letterhead,
    )
    await chase(letterhead, now + 27 * HOUR, now + 3 * DAY, now + 5 * DAY)
    assert len(await reminders(series)) == 6
