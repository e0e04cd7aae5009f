"""Read the times that calendars write, into instants in UTC, days and lengths; pure.

Every form of RFC 5545 sections 3.3.4 to 3.3.6, and what clients write instead. A time that floats is London's;
a zone that nobody knows makes no time at all: a proposal an hour off is worse than one that a person must read.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

OLDEST_YEAR = 1970  # PostgreSQL gives the first year back as minus infinity, which compares with no instant
LATEST_YEAR = 9000  # leaves room for a change of zone and for a length added
LONDON = ZoneInfo("Europe/London")
_MIDNIGHT = time(0, 0)

_TIME = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})(Z?))?", re.IGNORECASE | re.ASCII
)
_LENGTH = re.compile(
    r"\+?P(?:([0-9]{1,3})W|(?:([0-9]{1,3})D)?(?:T(?:([0-9]{1,4})H)?(?:([0-9]{1,5})M)?(?:([0-9]{1,6})S)?)?)",
    re.IGNORECASE | re.ASCII,
)
_SHOWN_BY_OUTLOOK = re.compile(
    r"\((?:GMT|UTC)(?:[+-]00:?00)?\)[ A-Za-z,/-]{0,60}London[ A-Za-z,/-]{0,60}", re.IGNORECASE
)


def instant(text: str, tzid: str = "") -> datetime | None:
    """The instant, in UTC; None where the text is no date with a time, or its zone is not known.

    :param text: as it stands after the colon, `20261201T110000` or `20261201T110000Z`.
    :param tzid: the zone's name (IANA, Windows, or with a maker's prefix); "" for a time that floats.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None or found[4] is None:
        return None
    zone = UTC if found[7] else zone_named(tzid)
    year, month, day, hour, minute, second = map(int, found.groups()[:6])
    if zone is None or not OLDEST_YEAR <= year <= LATEST_YEAR:
        return None
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=zone).astimezone(UTC)
    except ValueError:  # the 30th of February
        return None


def midnight(text: str) -> date | None:
    """The day, where the text is a bare day, or midnight on the sender's clocks or London's; else None.

    Exchange writes midnight for an occurrence whose time it did not keep.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    if found[7]:
        utc = instant(text)
        return utc.astimezone(LONDON).date() if utc and utc.astimezone(LONDON).time() == _MIDNIGHT else None
    noon = instant(f"{text.strip()[:8]}T120000")
    return noon.date() if noon and found[4] in (None, "00") and found[5] in (None, "00") else None


def length(text: str) -> timedelta | None:
    """How long `PT1H30M` is; None for nothing, for less than nothing, and for what is no length."""
    found = _LENGTH.fullmatch(text.strip())
    if found is None:
        return None
    weeks, days, hours, minutes, seconds = (int(number or 0) for number in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds) or None


@lru_cache(maxsize=256)
def zone_named(tzid: str) -> tzinfo | None:
    """The zone that a client means: by its IANA name, its Windows name, or as Outlook shows it to people.

    Letter case does not matter. "" is London: a time without a zone is one on the clocks of the meeting.
    """
    name = tzid.strip().strip("\"'").strip("/")
    if not name:
        return LONDON
    if name.lower() in ("utc", "z", "gmt", "etc/utc", "tzone://microsoft/utc"):
        return UTC
    if _SHOWN_BY_OUTLOOK.fullmatch(name):
        return LONDON
    pieces = name.split("/")
    for candidate in ("/".join(pieces[-count:]) for count in (len(pieces), 3, 2, 1)):
        known = _known_names().get(candidate.lower())
        if known:
            return ZoneInfo(known)
    return None


@cache
def _known_names() -> dict[str, str]:
    """Every zone's IANA name by each of its names in lower case."""
    names = {name.lower(): name for name in available_timezones()}
    return names | {name.lower(): iana for name, iana in WINDOWS_TO_OLSON.items()}
