"""A meeting that was held is reviewed: by the shortest interval of its rules, or on a day that the chair names.

A review is a trigger of its own (code REVIEW, its cause the meeting), once for each meeting, so that setting up,
merging and chasing treat it as any other; in reports it is counted apart. Where the child has a coming meeting of the
type, the review joins it. A review that is due stays until a meeting or a decision answers it, also after a return.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from piccolo.columns.combination import Or

from meetings import errors
from meetings.episode_tables import Child, Episode
from meetings.letters import in_words
from meetings.reasons import NO_REVIEW
from meetings.review_rules import REVIEW, Interval, NextReview, ReviewBy, next_review
from meetings.review_tables import Review
from meetings.scheduling import happened
from meetings.tables import Meeting, MeetingState, NotConvened, Rule, Trigger

ACTOR = "convene"


@dataclass(frozen=True)
class Reviewed:
    """What a meeting's page says of reviews: which meetings it reviews, and what comes after it."""

    reviews: tuple[str, ...]  # references
    standing: Review | None
    answered_by: str  # the reference of the meeting that the next review became, or joined
    decided_against: bool


async def settle_after(meeting_id: UUID, now: datetime) -> bool:
    """The review that the rules of a meeting held want is due, or the chair is asked for a day; once.

    1. The child's row is locked, as `set_up` and `notice` lock it: a meeting being set up is either not yet there or
       committed. 2. The meeting's row is locked, so that of two workers the second finds the first one's word.
    """
    async with Review._meta.db.transaction():
        meeting = await _locked(meeting_id)
        if meeting.child is None or await _standing(meeting.id) is not None:
            return False
        triggers = await Trigger.select(Trigger.rule, Trigger.rule_code).where(Trigger.meeting == meeting.id)
        wanted = next_review(
            await _intervals([row["rule"] for row in triggers]),
            meeting.ends_at,
            missing=await is_missing(meeting.child),
            was_review=all(row["rule_code"] == REVIEW for row in triggers),
        )
        await _settle(meeting, wanted, by=ACTOR, now=now)
    return True


async def chair_says(reference: str, due_at: datetime | None, *, by: str, now: datetime) -> None:
    """The next review of a meeting held is due then, or none is: the chair's word, in place of the rule's.

    :raises NoSuchMeeting:
    :raises UnsuitableReview: before the meeting began, when it was called off, for a time that has passed, or when a
        meeting or a decision has answered the review already; nothing was changed.
    """
    known = await Meeting.select(Meeting.id).where(Meeting.reference == reference).first()
    if known is None:
        raise errors.NoSuchMeeting(reference)
    async with Review._meta.db.transaction():
        meeting = await _locked(known["id"])
        if meeting.state == MeetingState.CALLED_OFF or meeting.starts_at > now or meeting.child is None:
            raise errors.UnsuitableReview("Only a meeting that was held about a child is reviewed.")
        if due_at is not None and due_at <= now:
            raise errors.UnsuitableReview("Enter a day and a time that are still to come.")
        trigger = await Trigger.objects().where(_of(meeting.id)).lock_rows().first()
        if trigger is not None and (trigger.meeting is not None or not await _is_open(trigger)):
            raise errors.UnsuitableReview(
                "The review has its meeting already, or it was decided that there is none. Nothing was changed."
            )
        await _settle(meeting, NextReview(ReviewBy.CHAIR, due_at=due_at), by=by, now=now)
        if due_at is None and trigger is not None:
            await _answer(trigger, meeting, by=by, now=now)


async def reviewed(meeting: Meeting) -> Reviewed:
    """Which meetings this one reviews, and what was settled about its own review."""
    rows: list[dict[str, Any]] = await Trigger.raw(
        "SELECT m.reference FROM trigger t JOIN meeting m ON m.id = t.cause"
        " WHERE t.meeting = {} AND t.rule_code = {} ORDER BY m.starts_at",
        meeting.id,
        REVIEW,
    )
    trigger: dict[str, Any] | None = (
        await Trigger.select(Trigger.not_convened, Trigger.meeting._.reference.as_alias("answered_by"))
        .where(_of(meeting.id))
        .first()
    )
    return Reviewed(
        tuple(row["reference"] for row in rows),
        await _standing(meeting.id),
        (trigger["answered_by"] or "") if trigger else "",
        bool(trigger and trigger["not_convened"]),
    )


async def is_missing(child: UUID) -> bool:
    """Whether an episode of the child is open."""
    return await Episode.exists().where(
        (Episode.child == child)
        & Episode.ended_at.is_null()
        & Episode.withdrawn_at.is_null()
        & Episode.history_only.eq(False)
    )


async def _settle(meeting: Meeting, wanted: NextReview, *, by: str, now: datetime) -> None:
    """What was settled is on record; where it names a time, its trigger waits, or joins a coming meeting."""
    row = Review(
        meeting=meeting.id, by=wanted.by.value, rule=wanted.rule, due_at=wanted.due_at, settled_at=now, settled_by=by
    )
    await Review.insert(row)
    if wanted.by is not ReviewBy.NOBODY:
        await happened(meeting, by, _in_words(wanted), now)
    rule = wanted.rule or await _rule_of(meeting.id)
    if wanted.due_at is not None and rule is not None:
        await _call_for(meeting, rule, wanted.due_at, now)


async def _call_for(meeting: Meeting, rule: UUID, due_at: datetime, now: datetime) -> None:
    coming = await _coming(meeting, now)
    trigger = Trigger(
        id=uuid4(),
        child=meeting.child,
        rule=rule,
        rule_code=REVIEW,
        cause=meeting.id,
        fired_at=meeting.ends_at,
        due_at=due_at,
        noticed_at=now,
        meeting=coming.id if coming else None,
    )
    await Trigger.insert(trigger).on_conflict(
        target=(Trigger.rule_code, Trigger.cause),
        action="DO UPDATE",
        values=[Trigger.due_at, Trigger.meeting, (Trigger.not_convened, None)],
    )
    if coming is not None:
        await _join(coming, due_at, meeting.reference, now)


async def _is_open(trigger: Trigger) -> bool:
    """Whether the chair may still say otherwise: nothing answered it but an earlier word of the chair."""
    if trigger.not_convened is None:
        return True
    return await NotConvened.exists().where(
        (NotConvened.id == trigger.not_convened) & (NotConvened.reason == NO_REVIEW)
    )


async def _answer(trigger: Trigger, meeting: Meeting, *, by: str, now: datetime) -> None:
    """The chair's word that there is no review answers the trigger, as any decision does."""
    decision = NotConvened(
        id=uuid4(),
        child=meeting.child,
        reason=NO_REVIEW,
        due_at=trigger.due_at,
        home_unit=meeting.home_unit,
        destination_unit=meeting.destination_unit,
        decided_at=now,
        decided_by=by,
    )
    await NotConvened.insert(decision)
    await Trigger.update({Trigger.not_convened: decision.id}).where(Trigger.id == trigger.id)


async def _join(coming: Meeting, due_at: datetime, reviewed_meeting: str, now: datetime) -> None:
    """The coming meeting is the review as well, and is to be held by the earlier of the two deadlines."""
    if due_at < coming.due_at:
        await Meeting.update({Meeting.due_at: due_at}).where(Meeting.id == coming.id)
    await happened(coming, ACTOR, f"also reviews {reviewed_meeting}", now)


async def _coming(meeting: Meeting, now: datetime) -> Meeting | None:
    """The child's soonest coming meeting of the type; `_locked` has locked it."""
    return (
        await Meeting.objects()
        .where((Meeting.child == meeting.child) & (Meeting.type == meeting.type) & (Meeting.id != meeting.id))
        .where((Meeting.state == MeetingState.SCHEDULED) & (Meeting.starts_at > now))
        .order_by(Meeting.starts_at)
        .first()
    )


async def _locked(meeting_id: UUID) -> Meeting:
    """The meeting's row, locked after its child's, with the child's later ones, one of which may be the review.

    All are locked in the order of their ids, as every verb that locks several does: the ladder's round is one.
    """
    known = await Meeting.select(Meeting.child, Meeting.starts_at).where(Meeting.id == meeting_id).first()
    assert known is not None, "meetings are never deleted"
    if known["child"] is not None:
        await Child.select(Child.id).where(Child.id == known["child"]).lock_rows()
    later = (Meeting.child == known["child"]) & (Meeting.starts_at >= known["starts_at"])
    rows = await Meeting.objects().where(Or(Meeting.id == meeting_id, later)).order_by(Meeting.id).lock_rows()
    return next(row for row in rows if row.id == meeting_id)


async def _intervals(rules: Sequence[UUID]) -> list[Interval]:
    if not rules:
        return []
    rows = await Rule.select(Rule.id, Rule.condition, Rule.review_amount, Rule.review_unit).where(
        Rule.id.is_in(list(rules))
    )
    return [
        Interval(row["id"], json.loads(row["condition"]).get("when", ""), row["review_amount"], row["review_unit"])
        for row in rows
    ]


async def _rule_of(meeting: UUID) -> UUID | None:
    """The rule that called for the meeting by the soonest deadline: its seats and reply clock serve the review."""
    row = await Trigger.select(Trigger.rule).where(Trigger.meeting == meeting).order_by(Trigger.due_at).first()
    return row["rule"] if row else None


async def _standing(meeting: UUID) -> Review | None:
    return await Review.objects().where(Review.meeting == meeting).order_by(Review.id, ascending=False).first()


def _of(meeting: UUID) -> Any:
    return (Trigger.rule_code == REVIEW) & (Trigger.cause == meeting)


def _in_words(wanted: NextReview) -> str:
    if wanted.by is ReviewBy.ASKED:
        return "no rule gives a review: the chair is to say when, or that there is none"
    if wanted.due_at is None:
        return "the chair said that there is no review"
    whose = "as the rule says" if wanted.by is ReviewBy.RULE else "as the chair said"
    return f"review due by {in_words(wanted.due_at)}, {whose}"
