"""When somebody is taken, out of what they publish: a free/busy answer or a calendar (RFC 5545). Pure.

Only beginnings and ends are read: no title, no name, no place. Taken is what is BUSY in any way, tentatively too;
not what is TRANSPARENT, cancelled, or free and "working elsewhere" as Outlook has it. A time that floats, and a whole
day, is London's. What repeats more often than hourly is nobody's calendar, and is refused.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import msgspec
import recurring_ical_events

from directory.availability import Period, merged

LONDON = ZoneInfo("Europe/London")
MOST_TIMES = 10_000  # within the window: seven an hour, day and night, for two months
_TOO_MUCH = "It repeats too often to be a calendar of appointments."
Part = Any  # a component of a calendar: what its properties hold depends on their names
_TOO_OFTEN = ("SECONDLY", "MINUTELY")
_BUSY_AS_OUTLOOK_HAS_IT = ("BUSY", "TENTATIVE", "OOF", "")


class NoCalendar(ValueError):
    """These bytes cannot be read as a calendar; the message, for people, says why and repeats nothing of them."""


class Taken(msgspec.Struct, frozen=True):
    """What a calendar says: when somebody is taken, and until when it says so.

    :param busy: beginnings and ends in seconds since 1970, merged, in order, within the window.
    :param known_to: the end of what it tells, within the window, in seconds since 1970.
    :param unread: entries that cannot be read.
    """

    busy: list[tuple[int, int]]
    known_to: int
    unread: int = 0


def taken(raw: bytes, window: Period, *, ours: str = "") -> Taken:
    """What the calendar says of the window.

    :param ours: entries whose UID ends so are invitations of our own, which are known better here.
    :raises NoCalendar: with the reason.
    """
    calendars = _calendars(raw)
    told = [part for calendar in calendars for part in calendar.walk("VFREEBUSY")]
    entries = [partial(_taken_times, one) for one in told]
    entries += [partial(_dates, group, window) for group in _events(calendars, ours)]
    found: list[Period] = []
    unread = 0
    for entry in entries:
        try:
            found += [one for one in entry() if one.overlaps(window)]
        except NoCalendar:
            raise
        except Exception:  # whatever the library makes of one bad entry, the others count
            unread += 1
        if len(found) > MOST_TIMES:
            raise NoCalendar(_TOO_MUCH)
    return _within(window, found, known_to=min([window.ends_at, *_told_until(told)]), unread=unread)


def _within(window: Period, found: Iterable[Period], *, known_to: datetime, unread: int) -> Taken:
    clipped = (Period(max(p.starts_at, window.starts_at), min(p.ends_at, window.ends_at)) for p in found)
    busy = [(int(one.starts_at.timestamp()), int(one.ends_at.timestamp())) for one in merged(clipped)]
    return Taken(busy, int(known_to.timestamp()), unread)


def _calendars(raw: bytes) -> list[Part]:
    try:
        found = icalendar.Calendar.from_ical(raw.decode("utf-8-sig", errors="replace"), multiple=True)
    except Exception as error:  # the library has many ways to say no
        raise NoCalendar("It is not a calendar, or is damaged.") from error
    calendars = [one for one in found if one.name == "VCALENDAR"]
    if not calendars:
        raise NoCalendar("It is not a calendar. It may be a page for signing in.")
    return calendars


def _taken_times(free_busy: Part) -> list[Period]:
    """The periods that a VFREEBUSY says are not free."""
    found = []
    for one in _several(free_busy.get("FREEBUSY")):
        if str(one.params.get("FBTYPE", "BUSY")).upper() != "FREE":
            starts, ends = one.dt
            first = _instant(starts)
            found.append(Period(first, first + ends if isinstance(ends, timedelta) else _instant(ends)))
    return found


def _told_until(free_busy: Iterable[Part]) -> Iterator[datetime]:
    for one in free_busy:
        if isinstance(getattr(one.get("DTEND"), "dt", None), date):  # a datetime is one too
            yield _instant(one["DTEND"].dt)


def _events(calendars: Iterable[Part], ours: str) -> Iterator[list[Part]]:
    """The events that belong together: a series and the dates that were changed of it."""
    groups: dict[str, list[Part]] = defaultdict(list)
    number = itertools.count()
    for calendar in calendars:
        for event in calendar.walk("VEVENT"):
            uid = str(event.get("UID", "")) or f"without a name {next(number)}"
            if not ours or not uid.lower().endswith(ours.lower()):
                groups[uid].append(event)
    yield from groups.values()


def _dates(events: list[Part], window: Period) -> list[Period]:
    """When these events take somebody, within the window."""
    for event in events:
        _check(event)
    alone = icalendar.Calendar()
    for event in events:
        alone.add_component(event)
    repeated = recurring_ical_events.of(alone, components=["VEVENT"])
    dates = repeated.between(window.starts_at - timedelta(days=1), window.ends_at + timedelta(days=1))
    return [_period(one) for one in dates if _takes(one)]


def _check(event: Part) -> None:
    """:raises NoCalendar: where it repeats too often. :raises ValueError: where a part of it cannot be read."""
    if event.errors:
        raise ValueError("a property cannot be read")
    for rule in _several(event.get("RRULE")):
        if any(str(often).upper() in _TOO_OFTEN for often in _several(rule.get("FREQ"))):
            raise NoCalendar(_TOO_MUCH)
    for name in ("DTSTART", "DTEND"):
        value = event.get(name)
        if value is not None and "TZID" in value.params and getattr(value.dt, "tzinfo", None) is None:
            raise ValueError("its time zone is not known")


def _takes(event: Part) -> bool:
    if str(event.get("STATUS", "")).upper() == "CANCELLED" or str(event.get("TRANSP", "")).upper() == "TRANSPARENT":
        return False
    return str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() in _BUSY_AS_OUTLOOK_HAS_IT


def _period(event: Part) -> Period:
    starts, ends = event["DTSTART"].dt, event["DTEND"].dt
    return Period(_instant(starts), _instant(ends))


def _instant(at: date | datetime) -> datetime:
    """In UTC; a day is its midnight in London, and a time without a zone is London's."""
    if not isinstance(at, datetime):
        at = datetime.combine(at, time.min)
    return (at if at.tzinfo is not None else at.replace(tzinfo=LONDON)).astimezone(UTC)


def _several(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
