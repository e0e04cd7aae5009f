"""Write instants as iCalendar does, on London's clocks or in UTC, with the one zone that every client reads; pure."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_LONDON = ZoneInfo("Europe/London")
# Exactly one STANDARD and one DAYLIGHT, each with a yearly rule of one BYDAY: Exchange may fail on other shapes.
VTIMEZONE = (
    "BEGIN:VTIMEZONE",
    "TZID:Europe/London",
    "BEGIN:STANDARD",
    "DTSTART:19701025T020000",
    "TZNAME:GMT",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "END:STANDARD",
    "BEGIN:DAYLIGHT",
    "DTSTART:19700329T010000",
    "TZNAME:BST",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0100",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "END:DAYLIGHT",
    "END:VTIMEZONE",
)


def local(name: str, instant: datetime) -> str:
    """The property with the time on London's clocks; what repeats must be written so, or it moves in summer."""
    return f"{name};TZID=Europe/London:{instant.astimezone(_LONDON):%Y%m%dT%H%M%S}"


def utc(name: str, instant: datetime) -> str:
    """The property with the time in UTC."""
    return f"{name}:{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def when(name: str, instant: datetime) -> str:
    """The time on London's clocks, or in UTC in the autumn hour that those clocks show twice."""
    return utc(name, instant) if instant.astimezone(_LONDON).fold else local(name, instant)
