"""The owners of open actions are reminded: before the day, on it, and every week after it. A round of the worker."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from directory.one_by_one import one_by_one
from meetings import action_letters
from meetings.action_rules import ActionState, next_nudge, nudge_at
from meetings.action_tables import Action
from meetings.actions import given
from meetings.invitations import new_message_id
from meetings.letterhead import Letterhead
from meetings.scheduling import happened
from meetings.tables import Meeting
from notifications import outbox

ACTOR = "convene"
_MOST_AT_ONCE = 500


async def remind_due(*, letterhead: Letterhead, now: datetime) -> int:
    """Every owner whose time has come is written to once; how many letters."""
    due: list[dict[str, Any]] = (
        await Action.select(Action.id)
        .where((Action.state == ActionState.OPEN) & (Action.remind_at <= now))
        .order_by(Action.remind_at)
        .limit(_MOST_AT_ONCE)
    )
    ids = [row["id"] for row in due]
    return await one_by_one("reminder of an action", ids, lambda action: _remind(action, letterhead, now))


async def _remind(action_id: UUID, letterhead: Letterhead, now: datetime) -> bool:
    """The reminder is in the outbox and the next has its time; False when another worker saw to it, or is at it.

    1. The row is claimed with SKIP LOCKED, so that no two workers take one.
    2. Letter and next time are written in one transaction: whoever is killed leaves both as they were.
    3. After a standstill one letter stands for all that were missed, because the next time lies after now.
    """
    async with Action._meta.db.transaction():
        action = (
            await Action.objects()
            .where((Action.id == action_id) & (Action.state == ActionState.OPEN) & (Action.remind_at <= now))
            .lock_rows("UPDATE", skip_locked=True)
            .first()
        )
        if action is None:
            return False
        meeting = await Meeting.objects().where(Meeting.id == action.meeting).first()
        assert meeting is not None, "an action has its meeting"
        which = nudge_at(action.due_on, now)
        letter = action_letters.nudge(
            given(action, meeting.reference, letterhead),
            letterhead,
            which,
            message_id=new_message_id(letterhead),
            now=now,
        )
        await outbox.enqueue(letter, key=f"action:{action.id}:{action.remind_at.isoformat()}", kind="action", now=now)
        await Action.update({Action.remind_at: next_nudge(action.due_on, now)}).where(Action.id == action.id)
        await happened(meeting, ACTOR, f"{action.owner_name} reminded of an action: {which.value}", now)
    return True
