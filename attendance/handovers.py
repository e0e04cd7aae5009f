"""The handover of a move, with its ladder: raised when nobody acknowledged in time, stopped when somebody does.

Each verb is that of `meetings.handovers`, and what the ladder does because of it, in one transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from attendance.escalations import raise_escalation, stop_escalation
from attendance.ladder import Cause
from attendance.ladder_tables import Escalation
from meetings import handovers
from meetings.handover_tables import Handover
from meetings.letters import in_words

_WANTED = "Acknowledge the move by the link in that letter, or tell a coordinator who of the unit knows of it."


async def acknowledge(handover: UUID, who: str, *, via: str, by: str, now: datetime) -> bool:
    """As `handovers.acknowledge`; the ladder climbs no further.

    :raises MeetingError: as `handovers.acknowledge`; nothing was changed.
    """
    async with Handover._meta.db.transaction():
        new = await handovers.acknowledge(handover, who, via=via, by=by, now=now)
        for ladder in await _climbing(handover) if new else ():
            await stop_escalation(ladder, why="the move is acknowledged", now=now)
    return new


async def pass_up(handover: UUID, now: datetime) -> bool:
    """The unacknowledged move is on the receiving unit's ladder; False when somebody acknowledged, or passed it up.

    1. Claimed by an update that only one worker's can match, in the transaction that raises the ladder.
    """
    async with Handover._meta.db.transaction():
        claimed = (
            await Handover.update({Handover.overdue_at: now})
            .where((Handover.id == handover) & Handover.overdue_at.is_null())
            .where(Handover.state.is_in(list(handovers.OPEN)) & Handover.to_unit.is_not_null())
            .returning(Handover.reference, Handover.to_unit, Handover.due_at, Handover.told)
        )
        if not claimed:
            return False
        row = claimed[0]
        await raise_escalation(
            cause=Cause.HANDOVER,
            key=f"handover:{handover}:{row['to_unit']}:{row['told']}",
            unit=row["to_unit"],
            about="A child with missing history was moved into the unit's area. "
            f"Nobody acknowledged {row['reference']} by {in_words(row['due_at'])}.",
            wanted=_WANTED,
            now=now,
        )
    return True


# A ladder's key holds the unit and how often it was told: told anew, a handover has a new clock and ladder.
_MOOT = """
    SELECT e.key FROM escalation e JOIN handover h ON h.id = split_part(e.key, ':', 2)::uuid
    WHERE e.cause = 'move handover' AND e.stopped_at IS NULL
        AND (h.state = 'overtaken' OR e.key <> concat_ws(':', 'handover', h.id, h.to_unit, h.told))
    ORDER BY e.id
"""


async def stop_the_moot(now: datetime) -> None:
    """No ladder climbs for a move that was corrected, or for what the unit was told anew or another is told now."""
    for row in await Escalation.raw(_MOOT):
        await stop_escalation(row["key"], why="the move was corrected, or told anew", now=now)


async def _climbing(handover: UUID) -> list[str]:
    """The keys of the handover's ladders that climb."""
    rows: list[dict[str, Any]] = await Escalation.select(Escalation.key).where(
        Escalation.key.like(f"handover:{handover}:%") & Escalation.stopped_at.is_null()
    )
    return [row["key"] for row in rows]
