"""The clocks again, slow and obvious: every minute is looked at, and England's bank holidays are written out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

LONDON = ZoneInfo("Europe/London")
MINUTE = timedelta(minutes=1)
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 9, 1, tzinfo=UTC)

# As GOV.UK lists them for England and Wales.
BANK_HOLIDAYS = frozenset(
    date.fromisoformat(day)
    for day in (
        *("2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31", "2026-12-25"),
        *("2026-12-28", "2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31", "2027-08-30"),
        *("2027-12-27", "2027-12-28", "2028-01-03", "2028-04-14", "2028-04-17", "2028-05-01", "2028-05-29"),
        *("2028-08-28", "2028-12-25", "2028-12-26"),
    )
)
# Where clocks go wrong: their changes, Easter, Christmas with a substitute, a leap day, a new year at a weekend.
EDGES = (
    *("2026-03-29", "2026-10-25", "2027-03-28", "2027-10-31", "2028-03-26"),
    *("2026-04-05", "2026-12-26", "2027-12-26", "2028-01-01", "2028-02-29", "2027-02-28"),
)


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def is_worked(local: datetime) -> bool:
    return local.weekday() < 5 and local.date() not in BANK_HOLIDAYS


def in_working_hours(local: datetime) -> bool:
    return is_worked(local) and 9 <= local.hour < 17


def after_minutes(start: datetime, minutes: int, counts: Callable[[datetime], bool]) -> datetime:
    """The instant at which so many whole minutes that count have gone by; `start` is at a whole minute."""
    at = start
    while minutes:
        minutes -= counts(at.astimezone(LONDON))
        at += MINUTE
    return at


def the_same_time(start: datetime, days: int) -> datetime:
    """So many dates later, the first instant at which London's clocks show the same; an hour more where none do."""
    local = start.astimezone(LONDON)
    wanted = local.replace(tzinfo=None, fold=0) + timedelta(days=days)
    at = datetime(wanted.year, wanted.month, wanted.day, tzinfo=UTC) - timedelta(hours=2)
    for _ in range(28 * 60):
        shown = at.astimezone(LONDON).replace(tzinfo=None, fold=0)
        if shown == wanted:
            return at
        at += MINUTE
    return the_same_time(start + timedelta(hours=1), days)


def _near(edge: str) -> st.SearchStrategy[datetime]:
    midnight = london(edge).astimezone(UTC)
    return st.integers(-4 * 24 * 60, 2 * 24 * 60).map(lambda minutes: midnight + minutes * MINUTE)


def _any_minute() -> st.SearchStrategy[datetime]:
    return st.integers(0, int((LAST - FIRST) / MINUTE)).map(lambda minutes: FIRST + minutes * MINUTE)


def _midnights() -> st.SearchStrategy[datetime]:
    days = st.dates(FIRST.date(), LAST.date())
    return days.map(lambda day: datetime(day.year, day.month, day.day, tzinfo=LONDON).astimezone(UTC))


instants = st.one_of(_any_minute(), _midnights(), *map(_near, EDGES))
