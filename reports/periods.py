"""Periods of the reports: whole days of the people's calendar, Europe/London, with their edges as UTC instants."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from web import filters, moments
from web.moments import start_of

FIRST_YEAR = 2012  # "2011-12" could be a month or a financial year; from 2012 on no such pair exists
LAST_YEAR = 2098

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(\d{4})-?[Qq]([1-4])")
_YEAR = re.compile(r"(\d{4})[-/](\d{2})")
_DAYS = re.compile(r"(.+?)\.\.(.+)")


class BadPeriod(ValueError):
    """The words do not name a period; the message says what would."""


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both included.

    `code` is how an address names it, `name` how people do, and `when` begins a sentence about it.
    """

    code: str
    name: str
    when: str
    first: date
    last: date

    @property
    def since(self) -> datetime:
        """The first instant of the period: midnight in London at the start of its first day, in UTC."""
        return start_of(self.first)

    @property
    def until(self) -> datetime:
        """The first instant after the period: midnight in London at the end of its last day, in UTC."""
        return start_of(self.last + timedelta(days=1))

    @property
    def days(self) -> str:
        """The days in words, as "1 November 2026 to 30 November 2026"."""
        return f"{filters.day(self.first)} to {filters.day(self.last)}"


def month(year: int, number: int) -> Period:
    """The calendar month, 1 to 12."""
    _check_year(year)
    first = date(year, number, 1)
    last = date(year, number, monthrange(year, number)[1])
    name = f"{first:%B} {year}"
    return Period(f"{year}-{number:02}", name, f"In {name}", first, last)


def quarter(year: int, number: int) -> Period:
    """The calendar quarter, 1 to 4: the third is July to September."""
    _check_year(year)
    opening, closing = month(year, 3 * number - 2), month(year, 3 * number)
    name = f"{opening.first:%B} to {closing.last:%B} {year}"
    return Period(f"{year}-Q{number}", name, f"From {name}", opening.first, closing.last)


def financial_year(year: int) -> Period:
    """The year that councils account for: 1 April of `year` to 31 March of the next."""
    _check_year(year)
    code = f"{year}-{(year + 1) % 100:02}"
    name = f"financial year {year} to {year + 1}"
    return Period(code, name, f"In the {name}", date(year, 4, 1), date(year + 1, 3, 31))


def between(first: date, last: date) -> Period:
    """Any days, both included.

    :raises BadPeriod: when the last day is before the first, or a year is out of reach.
    """
    _check_year(first.year)
    _check_year(last.year)
    if last < first:
        raise BadPeriod(f"The period ends on {filters.day(last)}, before it starts on {filters.day(first)}.")
    name = f"{filters.day(first)} to {filters.day(last)}"
    return Period(f"{first.isoformat()}..{last.isoformat()}", name, f"From {name}", first, last)


def parse(text: str) -> Period:
    """The period that an address or a person names: 2026-11, 2026-Q3, 2026-27, 2026-11-01..2026-11-30.

    :raises BadPeriod: with a sentence that says what would be understood.
    """
    words = text.strip()
    if found := _DAYS.fullmatch(words):
        return between(read_day(found[1]), read_day(found[2]))
    if found := _MONTH.fullmatch(words):
        return month(int(found[1]), int(found[2]))
    if found := _QUARTER.fullmatch(words):
        return quarter(int(found[1]), int(found[2]))
    found = _YEAR.fullmatch(words)
    if found and int(found[2]) == (int(found[1]) + 1) % 100:
        return financial_year(int(found[1]))
    raise BadPeriod(
        f"“{words[:40]}” is not a period. Use a month such as 2026-11, a quarter such as 2026-Q3, "
        "a financial year such as 2026-27, or days such as 2026-11-01..2026-11-30."
    )


def read_day(text: str) -> date:
    """The day that was written, day first (30/11/2026, 30 November 2026) or as ISO 8601 (2026-11-30).

    :raises BadPeriod: when it is no day of the calendar.
    """
    try:
        return moments.read_day(text)
    except moments.NotUnderstood as problem:
        raise BadPeriod(f"“{text[:40]}” is not a day. {problem}.") from problem


def financial_year_of(day: date) -> Period:
    """The financial year that the day lies in."""
    return financial_year(day.year if day.month >= 4 else day.year - 1)


def recent(today: date) -> dict[str, list[Period]]:
    """What people usually ask for, newest first: financial years, quarters and months up to today."""
    months = [_months_back(today, count) for count in range(13)]
    quarters = {quarter(p.first.year, (p.first.month + 2) // 3): None for p in months}
    years = [financial_year(financial_year_of(today).first.year - count) for count in range(3)]
    return {"Financial years": years, "Quarters": list(quarters), "Months": months}


def _months_back(today: date, count: int) -> Period:
    year, number = divmod(today.year * 12 + today.month - 1 - count, 12)
    return month(year, number + 1)


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadPeriod(f"Reports reach from {FIRST_YEAR} to {LAST_YEAR}; {year} is outside.")
