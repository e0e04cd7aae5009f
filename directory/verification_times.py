"""When owners are asked whether their entry is right, and how old an answer is. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from directory.verification_tables import Step
from directory.working_days import is_working_day
from web.moments import LONDON, london_date

EVERY: Final = timedelta(days=90)
LINK_WORKS: Final = timedelta(days=30)
# After each step the next one, and how long that waits.
NEXT: Final = {
    Step.ASKED: (Step.REMINDED, timedelta(days=14)),
    Step.REMINDED: (Step.PASSED_UP, timedelta(days=14)),
    Step.PASSED_UP: (Step.UNANSWERED, timedelta(days=14)),
}
OLD: Final = EVERY + timedelta(days=42)  # asked, reminded, passed up, and still not confirmed
_SPREAD_OVER: Final = 45  # working days, about nine weeks: after an outage there is time to catch up within 90 days
_FIRST_HOUR, _LAST_HOUR = 9, 17


def in_office_hours(now: datetime) -> bool:
    """Whether letters that no one waits for may be written: 9am to 5pm of a working day in London."""
    return _FIRST_HOUR <= now.astimezone(LONDON).hour < _LAST_HOUR and is_working_day(london_date(now))


def asked_a_day(units: int) -> int:
    """How many of these units are asked on one working day, so that all have been after about nine weeks."""
    return -(-units // _SPREAD_OVER)


def is_old(confirmed_at: datetime | None, now: datetime) -> bool:
    """Whether the entry was not confirmed for so long that a person should ring before they rely on it."""
    return confirmed_at is None or now - confirmed_at > OLD


def age(then: datetime, now: datetime) -> str:
    """`today`, `yesterday`, `12 days ago`, `7 months ago`, `2 years ago`, by London's dates and never rounded up."""
    first, last = london_date(then), london_date(now)
    days, months = (last - first).days, _months(first, last)
    if days < 1:
        return "today"
    if days == 1:
        return "yesterday"
    if months < 2:
        return f"{days} days ago"
    if months < 24:
        return f"{months} months ago"
    return f"{months // 12} years ago"


def confirmed_words(confirmed_at: datetime | None, now: datetime) -> str:
    """`Last confirmed 7 months ago`, or `Never confirmed`."""
    return f"Last confirmed {age(confirmed_at, now)}" if confirmed_at else "Never confirmed"


def _months(first: date, last: date) -> int:
    """The whole months between two days."""
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
