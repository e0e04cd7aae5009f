"""What lies behind a trigger: a review's cause is the meeting it reviews, whose own triggers had causes in turn."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from meetings.tables import Trigger

_SOURCES = """
    WITH RECURSIVE source (cause) AS (
        SELECT given FROM unnest({}::uuid[]) AS given
        UNION
        SELECT t.cause FROM source s JOIN trigger t ON t.meeting = s.cause
    )
    SELECT cause FROM source WHERE NOT EXISTS (SELECT 1 FROM meeting m WHERE m.id = source.cause)
"""


async def sources(causes: Collection[UUID]) -> list[UUID]:
    """The episodes and moves behind these causes, each once: themselves, or those of the meetings they review."""
    rows: list[dict[str, Any]] = await Trigger.raw(_SOURCES, list(causes)) if causes else []
    return [row["cause"] for row in rows]
