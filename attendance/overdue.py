"""What nobody decided in its time is passed up, once: disputes about the lead, and moves that nobody acknowledged."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from attendance import handovers
from attendance.escalations import stop
from attendance.ladder import Cause
from attendance.ladder_tables import Escalation
from directory.one_by_one import one_by_one
from meetings.handover_tables import Handover
from meetings.handovers import OPEN
from meetings.lead_tables import LeadDispute
from meetings.scheduling import found, happened
from meetings.tables import Meeting, MeetingState

ACTOR = "clocks"


async def pass_up(now: datetime) -> int:
    """Whatever is overdue is on the ladder; returns how many are new. One that fails is tried again."""
    meetings = await _overdue_disputes(now)
    passed = await one_by_one(
        "disputed lead", meetings, lambda dispute: _pass_up_dispute(meetings[dispute], dispute, now)
    )
    passed += await one_by_one("handover", await _overdue_handovers(now), lambda one: handovers.pass_up(one, now))
    await _stop_what_is_moot(now)
    return passed


async def _stop_what_is_moot(now: datetime) -> None:
    """No ladder climbs for a dispute about a meeting that was called off, or a move that was corrected, meanwhile."""
    rows: list[dict[str, Any]] = await Escalation.select(Escalation.id).where(
        (Escalation.cause == Cause.DISPUTE.value)
        & Escalation.stopped_at.is_null()
        & (Escalation.meeting.state == MeetingState.CALLED_OFF)
    )
    for row in rows:
        await stop(row["id"], why="the meeting is called off", now=now)
    await handovers.stop_the_moot(now)


async def _overdue_handovers(now: datetime) -> list[UUID]:
    rows: list[dict[str, Any]] = await (
        Handover.select(Handover.id)
        .where(Handover.state.is_in(list(OPEN)) & Handover.overdue_at.is_null() & (Handover.due_at <= now))
        .where(Handover.to_unit.is_not_null())
        .order_by(Handover.due_at)
    )
    return [row["id"] for row in rows]


async def _overdue_disputes(now: datetime) -> dict[UUID, str]:
    """With the reference of the meeting that each is about."""
    rows: list[dict[str, Any]] = await (
        LeadDispute.select(LeadDispute.id, LeadDispute.meeting.reference.as_alias("reference"))
        .where(LeadDispute.settled_at.is_null() & LeadDispute.overdue_at.is_null() & (LeadDispute.due_at <= now))
        .where(LeadDispute.meeting.state == MeetingState.SCHEDULED)
        .order_by(LeadDispute.due_at)
    )
    return {row["id"]: row["reference"] for row in rows}


async def _pass_up_dispute(reference: str, dispute: UUID, now: datetime) -> bool:
    """The dispute is on the ladder; False when it was settled, or passed up by another worker.

    1. The meeting's row is locked, as who settles the dispute locks it.
    2. The row is claimed by an update that only one worker's can match, in the transaction of what follows from it.
    """
    async with Meeting._meta.db.transaction():
        meeting = await found(reference)
        claimed = (
            await LeadDispute.update({LeadDispute.overdue_at: now})
            .where((LeadDispute.id == dispute) & LeadDispute.overdue_at.is_null() & LeadDispute.settled_at.is_null())
            .returning(LeadDispute.id)
        )
        if not claimed or meeting.state != MeetingState.SCHEDULED:
            return False
        await happened(meeting, ACTOR, "who leads was not settled in its time", now)
    return True
