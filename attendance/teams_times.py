"""Times as a Teams attendance file writes them, read into instants by the day on which the meeting was. Pure.

A report says 2/7/26 for the second of July or the seventh of February, as its reader's language has it. Only the
known day of the meeting tells which; where neither reading fits, the file is of another meeting.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Final

from attendance.teams_text import Unusable
from web.moments import LONDON


class Order(Enum):
    """How the three numbers of a date stand."""

    MONTH_FIRST = "mdy"
    DAY_FIRST = "dmy"
    YEAR_FIRST = "ymd"


@dataclass(frozen=True)
class Written:
    """One time as it was written: the numbers of its date, and its time of day by 24 hours."""

    numbers: tuple[int, int, int]
    separator: str
    hour: int
    minute: int
    second: int
    utc: bool

    def day(self, order: Order) -> date | None:
        """The date, if the numbers make one in this order."""
        place = dict(zip(order.value, self.numbers, strict=True))
        year = place["y"] + 2000 if place["y"] < 100 else place["y"]
        try:
            return date(year, place["m"], place["d"])
        except ValueError:
            return None


_TIME: Final = re.compile(
    r"(\d{1,4})([./-])\s?(\d{1,2})[./-]\s?(\d{1,4})\.?[,t\s]*"
    r"(?P<before>[^\d\s]*)\s*(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\.\d+)?\s*(?P<after>[^\d]*)",
    re.IGNORECASE,
)
_MORNING: Final = frozenset({"am", "vorm", "上午", "午前", "오전"})
_AFTERNOON: Final = frozenset({"pm", "nachm", "下午", "午後", "오후"})


def written(text: str, *, utc: bool = False) -> Written | None:
    """The time that the text is; None where it is none. `utc`: its heading says that it is in UTC.

    AM and PM may stand behind a narrow no-break space, before the time, or with full stops.
    """
    found = _TIME.fullmatch(" ".join(text.split()))
    if found is None:
        return None
    half = re.sub(r"[\s.]", "", found["before"] + found["after"]).casefold()
    zulu, half = half.endswith("z"), half.removesuffix("z")
    hour, minute, second = int(found[6]), int(found[7]), int(found[8] or 0)
    if half in _MORNING | _AFTERNOON and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half in _AFTERNOON else 0)
    elif half:
        return None
    if hour > 23 or minute > 59 or second > 59:
        return None
    numbers = (int(found[1]), int(found[3]), int(found[4]))
    return Written(numbers, found[2], hour, minute, second, utc or zulu)


def order_of(times: Iterable[Written], days: Collection[date]) -> Order:
    """The one order in which all of these dates are days of the meeting.

    :raises Unusable: when there is none: the file is of another meeting, or writes its dates as nobody does.
    """
    asked = list(times)
    for order in _possible(asked):
        if all(one.day(order) in days for one in asked):
            return order
    named = sorted(
        {f"{one.numbers[0]}{one.separator}{one.numbers[1]}{one.separator}{one.numbers[2]}" for one in asked}
    )
    raise Unusable(
        f"The times in the file ({', '.join(named[:3])}) are not on the day of this meeting. Nothing was kept. "
        "Choose the report of this meeting; if its day was entered wrongly in Teams, mark the seats by hand."
    )


def instant(one: Written, order: Order) -> datetime | None:
    """The instant, in UTC: by London's clocks, which the coordinator's Teams shows, unless it was written in UTC."""
    day = one.day(order)
    if day is None:
        return None
    zone = UTC if one.utc else LONDON
    there = datetime(day.year, day.month, day.day, one.hour, one.minute, one.second, tzinfo=zone)
    return there.astimezone(UTC)


def _possible(asked: list[Written]) -> list[Order]:
    if all(one.numbers[0] > 31 for one in asked):
        return [Order.YEAR_FIRST]
    if all(one.separator == "." for one in asked):
        return [Order.DAY_FIRST]
    return [Order.DAY_FIRST, Order.MONTH_FIRST]
