"""The handover of a move, with its ladder: raised when nobody acknowledged in time, stopped when somebody does.

Each verb is that of `meetings.handovers`, and what the ladder does because of it, in one transaction.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from attendance.escalations import raise_escalation, stop_escalation
from attendance.ladder import Cause
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
        if new:
            await stop_escalation(ladder_key(handover), why="the move is acknowledged", now=now)
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
            .returning(Handover.reference, Handover.to_unit, Handover.due_at)
        )
        if not claimed:
            return False
        row = claimed[0]
        await raise_escalation(
            cause=Cause.HANDOVER,
            key=ladder_key(handover),
            unit=row["to_unit"],
            about="A child with missing history was moved into the unit's area. "
            f"Nobody acknowledged {row['reference']} by {in_words(row['due_at'])}.",
            wanted=_WANTED,
            now=now,
        )
    return True


def ladder_key(handover: UUID) -> str:
    return f"handover:{handover}"
