"""What raises ladders by itself, in the order in which it is looked at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from attendance.climbing import climb, stop_those_over
from attendance.no_shows import raise_for_no_shows
from attendance.quarter import raise_for_the_quarter
from attendance.silent import raise_for_silent
from meetings.letterhead import Letterhead

Causes = tuple[Callable[[datetime], Awaitable[object]], ...]
AT_ONCE: Causes = (raise_for_silent, raise_for_no_shows)
BY_AND_BY: Causes = (raise_for_the_quarter,)  # they add up months, and can wait some minutes

log = structlog.get_logger()


async def escalate(*, letterhead: Letterhead, now: datetime) -> None:
    """Every silence and no-show has its ladder, each due step was taken, and those whose cause is gone have stopped.

    A cause that fails is logged, and keeps no ladder from being climbed.
    """
    await _raised(AT_ONCE, now)
    await climb(letterhead=letterhead, now=now)
    await stop_those_over(now)


async def look_back(now: datetime, *others: Callable[[datetime], Awaitable[object]]) -> None:
    """The quarter that ended has its ladders, and what the others look for; the next round climbs them."""
    await _raised((*BY_AND_BY, *others), now)


async def _raised(causes: Causes, now: datetime) -> None:
    for cause in causes:
        try:
            await cause(now)
        except Exception as error:  # the next round tries it again
            log.error("ladders were not raised", cause=getattr(cause, "__name__", ""), error=type(error).__name__)
