"""By when a unit promised to answer an invitation. Pure."""

from __future__ import annotations

from datetime import datetime

from meetings.clocks import reply_by


def promised_by(invited_at: datetime, amount: int, counted_in: str) -> datetime:
    """The instant, in UTC, by which the unit promised to answer an invitation of that time.

    :param counted_in: "working hours" or "working days", counted as every clock here (`meetings.clocks`).
    """
    return reply_by(invited_at, amount, counted_in)
