"""Once a register is closed, the review of its meeting is settled: a round of the worker."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from directory.one_by_one import one_by_one
from meetings import reviews
from meetings.tables import Meeting

LOOKED_BACK = timedelta(days=9)  # so that nothing is missed by a worker that stood still for a week

_UNSETTLED = """
    SELECT m.id FROM meeting m
    WHERE m.child IS NOT NULL
      AND m.id IN (SELECT g.meeting FROM register g WHERE g.closed_at >= {})
      AND NOT EXISTS (SELECT 1 FROM register g WHERE g.meeting = m.id AND g.closed_at < {})  -- a late correction
      AND NOT EXISTS (SELECT 1 FROM review r WHERE r.meeting = m.id)
    ORDER BY m.starts_at
"""


async def settle_reviews(now: datetime) -> int:
    """Every meeting whose register was closed in the last nine days has its review settled; how many were not.

    Each in a transaction of its own: a round that is killed, or runs twice at once, settles each once.
    """
    rows: list[dict[str, Any]] = await Meeting.raw(_UNSETTLED, now - LOOKED_BACK, now - LOOKED_BACK)
    return await one_by_one("review", [row["id"] for row in rows], lambda one: reviews.settle_after(one, now))
