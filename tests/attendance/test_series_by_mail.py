"""Answers to a series by mail: for every date, for one, and which of two counts."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from meetings import scheduling
from meetings.letters import Letterhead
from meetings.tables import Meeting, Series
from meetings.when import When
from notifications.tables import Disposition, InboundMail
from tests.attendance.answers_by_date import answers
from tests.attendance.mailing import answer, take_in
from tests.meetings.series_set_up import BY, dates, of_police, panel
from web.moments import LONDON

pytestmark = pytest.mark.usefixtures("rolled_back", "london")

HOUR = timedelta(hours=1)


async def say(
    series: Series,
    partstat: str,
    at: datetime,
    letterhead: Letterhead,
    *,
    to_date: Meeting | None = None,
    sequence: int = 0,
) -> InboundMail:
    """The police unit's calendar answers the series, or one date of it, as it writes its RECURRENCE-ID."""
    whole = await of_police(series)
    to = letterhead.reply_address(whole.id)
    named = ""
    if to_date is not None and to_date.recurrence_id is not None:
        named = f"RECURRENCE-ID;TZID=Europe/London:{to_date.recurrence_id.astimezone(LONDON):%Y%m%dT%H%M%S}\r\n"
    raw = answer(
        uid=series.uid, to=to, sender=whole.address, at=at, partstat=partstat, sequence=sequence, lines=named
    )
    return await take_in(raw, to, letterhead=letterhead, now=at, sender=whole.address)


async def test_an_answer_to_the_series_counts_for_every_date(now: datetime, letterhead: Letterhead) -> None:
    series = await panel(now, letterhead)
    mail = await say(series, "ACCEPTED", now + HOUR, letterhead)
    assert mail.disposition == Disposition.APPLIED
    assert await answers(series) == ["ACCEPTED"] * 20


async def test_an_answer_to_one_date_counts_for_that_date(now: datetime, letterhead: Letterhead) -> None:
    series = await panel(now, letterhead)
    third = (await dates(series))[2]
    await say(series, "ACCEPTED", now + HOUR, letterhead)
    await say(series, "DECLINED", now + 2 * HOUR, letterhead, to_date=third)
    assert await answers(series) == ["ACCEPTED"] * 2 + ["DECLINED"] + ["ACCEPTED"] * 17


async def test_a_later_answer_to_the_series_overwrites_one_to_a_date_and_an_earlier_one_does_not(
    now: datetime, letterhead: Letterhead
) -> None:
    series = await panel(now, letterhead)
    third = (await dates(series))[2]
    await say(series, "DECLINED", now + 2 * HOUR, letterhead, to_date=third)
    await say(series, "ACCEPTED", now + HOUR, letterhead)
    assert (await answers(series))[1:4] == ["ACCEPTED", "DECLINED", "ACCEPTED"]
    await say(series, "TENTATIVE", now + 3 * HOUR, letterhead)
    assert await answers(series) == ["TENTATIVE"] * 20


async def test_an_answer_to_the_series_from_before_a_date_moved_does_not_count_for_that_date(
    now: datetime, letterhead: Letterhead
) -> None:
    series = await panel(now, letterhead)
    third = (await dates(series))[2]
    when = When(third.starts_at + HOUR, 60, "", series.link)
    await scheduling.move(third.reference, when, by=BY, now=now + HOUR, letterhead=letterhead)
    await say(series, "ACCEPTED", now + 2 * HOUR, letterhead)
    assert await answers(series) == ["ACCEPTED"] * 2 + [""] + ["ACCEPTED"] * 17
    await say(series, "ACCEPTED", now + 3 * HOUR, letterhead, to_date=third, sequence=1)
    assert await answers(series) == ["ACCEPTED"] * 20
