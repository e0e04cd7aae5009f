"""When a child has returned, each coming meeting about it is kept, converted or called off, as its rules say.

A round of the worker. Of several rules the one that keeps the most decides (return_rules.py). Converting sends no
letter: time, place and seats stay as they are, and a letter carries nothing about the child. Calling off is never
silent: each invitee gets a CANCEL, and by whose wish and why is kept, as with any other calling off. A child that is
missing again takes the return back, so that the next one is acted on too.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from directory.one_by_one import one_by_one
from meetings.calling_off import call_off
from meetings.causes import sources
from meetings.episode_tables import Child, Episode
from meetings.letterhead import Letterhead
from meetings.reasons import BY_POLICY, RETURNED
from meetings.return_rules import BEFORE, NO_RETURN, SAYS, Policy, not_a_return, policy_on_return
from meetings.reviews import ACTOR, is_missing
from meetings.scheduling import happened
from meetings.tables import Meeting, MeetingState, Rule, Trigger

_OPEN = """EXISTS (
    SELECT 1 FROM episode e WHERE e.child = m.child AND e.ended_at IS NULL AND e.withdrawn_at IS NULL
      AND NOT e.history_only
)"""
# Or about a review, whose causes `sources` follows; what only a move called for would be looked at in vain for ever.
_ABOUT_AN_EPISODE = """EXISTS (
    SELECT 1 FROM trigger t LEFT JOIN episode e ON e.id = t.cause
    WHERE t.meeting = m.id AND (t.rule_code = 'REVIEW' OR e.id IS NOT NULL)
)"""
_TO_LOOK_AT = f"""
    SELECT m.id, m.child FROM meeting m
    WHERE m.state = 'scheduled' AND m.starts_at > {{}} AND m.child IS NOT NULL
      AND CASE WHEN m.on_return = '' THEN NOT {_OPEN} AND {_ABOUT_AN_EPISODE} ELSE {_OPEN} END
    ORDER BY m.starts_at
"""


async def act_on_returns(*, letterhead: Letterhead, now: datetime) -> int:
    """Every coming meeting whose child has returned, or is missing again, stands as its rules say; how many changed.

    Each in a transaction of its own, under the locks on the child's and the meeting's row and with the state checked
    again, so that two workers act once.
    """
    rows: list[dict[str, Any]] = await Meeting.raw(_TO_LOOK_AT, now)
    children = {row["id"]: row["child"] for row in rows}
    return await one_by_one("return", children, lambda meeting: _act(children[meeting], meeting, letterhead, now))


async def _act(child: UUID, meeting_id: UUID, letterhead: Letterhead, now: datetime) -> bool:
    async with Meeting._meta.db.transaction():
        await Child.select(Child.id).where(Child.id == child).lock_rows()
        meeting = await Meeting.objects().where(Meeting.id == meeting_id).lock_rows().first()
        if meeting is None or meeting.state != MeetingState.SCHEDULED or meeting.starts_at <= now:
            return False
        missing = await is_missing(child)
        if missing == (meeting.on_return == ""):
            return False
        if missing:
            return await _missing_again(meeting, now)
        return await _returned(meeting, letterhead, now)


async def _missing_again(meeting: Meeting, now: datetime) -> bool:
    await Meeting.update({Meeting.on_return: "", Meeting.returned_at: None}).where(Meeting.id == meeting.id)
    if meeting.on_return != BEFORE:
        await happened(meeting, ACTOR, "the child is missing again", now)
    return True


async def _returned(meeting: Meeting, letterhead: Letterhead, now: datetime) -> bool:
    triggers = await Trigger.select(Trigger.rule, Trigger.cause).where(Trigger.meeting == meeting.id)
    closures = await _closures([row["cause"] for row in triggers])
    if not closures:  # nothing that called for the meeting was an episode, or it was entered in error
        return False
    rules = await Rule.select(Rule.return_policy).where(Rule.id.is_in([row["rule"] for row in triggers]))
    policy = policy_on_return([row["return_policy"] for row in rules], closures)
    await Meeting.update({Meeting.on_return: policy.value, Meeting.returned_at: now}).where(Meeting.id == meeting.id)
    other = not_a_return(closures)
    await happened(meeting, ACTOR, NO_RETURN.format(other) if other else SAYS[policy], now)
    if policy is Policy.CANCEL:
        await call_off(
            meeting.reference, asked_by=BY_POLICY, reason=RETURNED, by=ACTOR, now=now, letterhead=letterhead
        )
    return True


async def _closures(causes: list[UUID]) -> list[str]:
    """How the last episode behind these causes to end was closed; empty where there is none."""
    rows = (
        await Episode.select(Episode.closure)
        .where(Episode.id.is_in(await sources(causes)) & Episode.ended_at.is_not_null())
        .where(Episode.withdrawn_at.is_null())
        .order_by(Episode.ended_at, ascending=False)
        .limit(1)
    )
    return [row["closure"] for row in rows]
