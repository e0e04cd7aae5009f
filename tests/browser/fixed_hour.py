"""The hour at which the demonstration of the browser tests begins: the same on whatever day and hour they are run.

What a simulated London leaves open, who waits for what and which times can be offered depend on it, and the dice of
its officers too. It is a Wednesday morning in summer, when London's clocks and UTC differ; it lies in the next year,
so that it changes with the year alone, and ahead, where the demonstration's clock can go.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from demo.clock import MovedClock

_LONDON = ZoneInfo("Europe/London")
_running: list[MovedClock] = []


def begins() -> datetime:
    """Wednesday of the 24th week of next year, 10:00 in London."""
    day = date.fromisocalendar(datetime.now(UTC).year + 1, 24, 3)
    return datetime.combine(day, time(10), _LONDON)


def start(state: Path, later: timedelta = timedelta(0)) -> None:
    """The demonstration of this state directory, which is not running, stands so much later than it begins."""
    (state / "clock").unlink(missing_ok=True)
    clock = MovedClock(state / "clock")
    clock.move(begins() + later - clock())
    _running[:] = [clock]


def now() -> datetime:
    """The time of the demonstration that was started last, in London."""
    return _running[-1]().astimezone(_LONDON)
