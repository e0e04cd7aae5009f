"""The worker stood still for a week while registers were closed: what follows from them is done all the same."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from attendance import after_closing, no_shows
from attendance.ladder_tables import Escalation
from attendance.marks import Mark
from attendance.register import close
from attendance.tables import Outcome
from meetings.review_tables import Review

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)


async def test_a_no_show_and_a_review_of_a_week_ago_are_not_lost(
    rolled_back: None, convene: Any, now: datetime
) -> None:
    meeting = await convene(starts_at=now, quorum=())
    marks = [Mark(seat, Outcome.NO_SHOW) for seat in meeting.seats.values()]
    await close(meeting.id, marks=marks, by="coordinator", now=meeting.ends_at)
    back_again = meeting.ends_at + WEEK + 12 * HOUR
    await no_shows.raise_for_no_shows(back_again)
    assert await Escalation.count().where(Escalation.cause == "no-show") == len(marks)
    await after_closing.settle_reviews(back_again)
    assert await Review.count().where(Review.meeting == meeting.id) == 1
