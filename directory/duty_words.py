"""What people read of duty hours. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from directory.availability import Period
from web.filters import day, london, time_of_day
from web.moments import LONDON, london_date

NOT_KNOWN = "No duty hours known"
_LONG = timedelta(days=3)


def next_duty_words(period: Period | None, now: datetime) -> str:
    """`Next on duty Tuesday 24 November 2026, 7am to 3pm`, or how long the duty of now goes on."""
    if period is None:
        return "Off duty: no hours to come are known"
    if period.starts_at > now:
        return f"Next on duty {span(period)}"
    if period.ends_at - now > _LONG:
        return "On duty now, day and night"
    same_day = london_date(period.ends_at - timedelta(minutes=1)) == london_date(now)
    return f"On duty now, until {time_of_day(period.ends_at) if same_day else london(period.ends_at)}"


def promise_words(amount: int, counted_in: str) -> str:
    """`4 working hours`, `1 working day`."""
    return f"{amount} {counted_in if amount != 1 else counted_in.removesuffix('s')}"


def span(period: Period) -> str:
    """`Tuesday 24 November 2026, 7am to 3pm`; with the second day where it ends on another."""
    starts, ends = (at.astimezone(LONDON) for at in (period.starts_at, period.ends_at))
    begins = f"{starts:%A} {day(period.starts_at)}, {time_of_day(period.starts_at)} to"
    ending = time_of_day(period.ends_at)
    last = (period.ends_at - timedelta(minutes=1)).astimezone(LONDON)  # midnight ends the day before
    if starts.date() == last.date():
        return f"{begins} {ending}"
    return f"{begins} {ending} on {ends:%A}"
