"""What was done, as the log has it; what was only looked at is in it too, and is no act."""

from __future__ import annotations

from audit.reading import OPENED
from audit.tables import Entry


async def acts() -> int:
    """How many acts are in the log."""
    number: int = await Entry.count().where(Entry.action.not_like(f"{OPENED}%"))
    return number
