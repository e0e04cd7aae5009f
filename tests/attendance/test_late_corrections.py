"""A register corrected long after its meeting changes the figures, and sends nobody a note about it now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from attendance import after_closing, no_shows
from attendance.ladder_tables import Escalation
from attendance.marks import Mark
from attendance.register import close, correct
from attendance.tables import Outcome
from meetings.review_tables import Review

MONTHS = timedelta(days=70)


async def test_a_no_show_corrected_in_months_later_raises_no_ladder_and_no_review(
    rolled_back: None, convene: Any, now: datetime
) -> None:
    meeting = await convene(starts_at=now, quorum=())
    came = [Mark(seat, Outcome.ATTENDED) for seat in meeting.seats.values()]
    await close(meeting.id, marks=came, by="coordinator", now=meeting.ends_at)
    later = meeting.ends_at + MONTHS
    missed = [Mark(seat, Outcome.NO_SHOW) for seat in meeting.seats.values()]
    await correct(meeting.id, missed, reason="read again in the minutes", by="coordinator", now=later)
    await no_shows.raise_for_no_shows(later + timedelta(minutes=5))
    await after_closing.settle_reviews(later + timedelta(minutes=5))
    assert not await Escalation.exists().where(Escalation.meeting == meeting.id)
    assert not await Review.exists().where(Review.meeting == meeting.id)


async def test_one_corrected_in_within_days_still_does(rolled_back: None, convene: Any, now: datetime) -> None:
    meeting = await convene(starts_at=now, quorum=())
    came = [Mark(seat, Outcome.ATTENDED) for seat in meeting.seats.values()]
    await close(meeting.id, marks=came, by="coordinator", now=meeting.ends_at)
    later = meeting.ends_at + timedelta(days=2)
    missed = [Mark(seat, Outcome.NO_SHOW) for seat in meeting.seats.values()]
    await correct(meeting.id, missed, reason="somebody else was meant", by="coordinator", now=later)
    await no_shows.raise_for_no_shows(later)
    assert await Escalation.count().where(Escalation.cause == "no-show") == len(missed)
