"""London's days as instants, and dates and times as people there write them, read into instants."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?\s*(am|pm)?")
_WORDS = {"midday": time(12), "noon": time(12), "midnight": time(0)}


class NotUnderstood(ValueError):
    """What was written names no single date or time; the message says what to write instead."""


def london_date(at: datetime) -> date:
    """The date on a London wall calendar at this instant.

    :raises ValueError: when the instant carries no zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"an instant needs its zone: {at.isoformat()}")
    return at.astimezone(LONDON).date()


def start_of(day: date) -> datetime:
    """Midnight in London at the start of this day, in UTC: clocks change at 01:00 UTC, so it exists, and once."""
    return london_at(day, time.min)


def london_at(day: date, clock: time) -> datetime:
    """The instant, in UTC, at which clocks in London show this time on this day; of two, the first.

    A time in the hour that is left out in March becomes the same time an hour later.
    """
    return datetime.combine(day, clock.replace(tzinfo=None, fold=0), LONDON).astimezone(UTC)


def read_day(text: str) -> date:
    """A date written day first: 27 3 2026, 27/3/2026, 27 March 2026; or 2026-03-27.

    :raises NotUnderstood: with the sentence to show beside the field.
    """
    parts = re.split(r"[\s/.,-]+", text.strip().lower())
    if len(parts) != 3:
        raise NotUnderstood("Enter a day, a month and a year, like 27 3 2026")
    year_first = len(parts[0]) == 4
    day, month, year = reversed(parts) if year_first else parts
    if not re.fullmatch(r"\d{4}", year, re.ASCII):
        raise NotUnderstood("Year must have 4 numbers, like 2026")
    month_name = month[:3]
    number = str(_MONTHS.index(month_name) + 1) if month_name in _MONTHS else month
    if not re.fullmatch(r"\d{1,2}", day, re.ASCII) or not re.fullmatch(r"\d{1,2}", number, re.ASCII):
        raise NotUnderstood("Enter a day, a month and a year, like 27 3 2026")
    try:
        return date(int(year), int(number), int(day))
    except ValueError:
        raise NotUnderstood(f"There is no such day as {day} {month} {year}") from None


def read_time(text: str) -> time:
    """A time of day: 10am, 2:30pm, 14:30, midday. `10` alone is refused, for it may be morning or night.

    :raises NotUnderstood: with the sentence to show beside the field.
    """
    text = text.strip().lower()
    if text in _WORDS:
        return _WORDS[text]
    found = re.fullmatch(_TIME.pattern, text, re.ASCII)
    if not found or not (found[2] or found[3]):
        raise NotUnderstood("Enter a time, like 10am, 2:30pm or 14:30")
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half and not 1 <= hour <= 12:
        raise NotUnderstood("Enter a time, like 10am, 2:30pm or 14:30")
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59:
        raise NotUnderstood("Enter a time between midnight and 23:59")
    return time(hour, minute)


def read_moment(day: str, clock: str) -> datetime:
    """The instant, in UTC, at which clocks in London show this date and time.

    The hour that happens twice in October needs `BST` or `GMT` behind the time; the hour that is left out
    in March is refused.

    :raises NotUnderstood: with the sentence to show beside the field.
    """
    words = re.fullmatch(r"(.*?)\s*\b(bst|gmt)", clock.strip().lower())
    shown, zone = (words[1], words[2].upper()) if words else (clock, "")
    there = datetime.combine(read_day(day), read_time(shown))
    first, second = (there.replace(tzinfo=LONDON, fold=fold) for fold in (0, 1))
    if _back(first) != there:
        raise NotUnderstood(
            f"Clocks go forward on {_day(there)}, so {shown} does not happen that day. "
            "Enter a time before 1am or from 2am"
        )
    if first.utcoffset() != second.utcoffset() and not zone:
        raise NotUnderstood(
            f"Clocks go back on {_day(there)}, so {shown} happens twice. Enter {shown} BST for the first, "
            f"{shown} GMT for the second"
        )
    moment = first if not zone or first.tzname() == zone else second
    if zone and moment.tzname() != zone:
        raise NotUnderstood(f"London is on {moment.tzname()} on {_day(there)}: leave out {zone}")
    return moment.astimezone(UTC)


def _back(moment: datetime) -> datetime:
    """What clocks show after a way through UTC: something else where they left the time out."""
    return moment.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None)


def _day(there: datetime) -> str:
    return f"{there.day} {there:%B %Y}"
