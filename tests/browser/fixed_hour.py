"""The hour at which the demonstration of the browser tests begins: the same on whatever day and hour they are run.

What a simulated London leaves open, who waits for what and which times can be offered depend on it, and the dice of
its officers too. It is a Wednesday morning in summer, when London's clocks and UTC differ, with no bank holiday near.
It lies in the past: were it half a year ahead, sessions, which have the real time, would be over and forgotten.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from demo.clock import MovedClock

_LONDON = ZoneInfo("Europe/London")
BEGINS = datetime(2026, 6, 10, 10, tzinfo=_LONDON)
_running: list[MovedClock] = []


def start(state: Path, later: timedelta = timedelta(0)) -> None:
    """The demonstration of this state directory, which is not running, stands so much later than it begins."""
    clock = MovedClock(state / "clock")
    clock.put_to(BEGINS + later)
    _running[:] = [clock]


def now() -> datetime:
    """The time of the demonstration that was started last, in London."""
    return _running[-1]().astimezone(_LONDON)
