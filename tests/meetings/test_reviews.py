"""A meeting held is reviewed once: by its rules or by its chair's word, on the waiting list like any trigger."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from meetings import errors, reviews
from meetings.calling_off import not_convened
from meetings.episode_tables import Episode
from meetings.letters import Letterhead
from meetings.review_rules import REVIEW, ReviewBy
from meetings.setting_up import set_up
from meetings.tables import Meeting, NotConvened, Rule, Trigger
from meetings.waiting import list_waiting, triggers_waiting
from tests.meetings.waiting_children import BY, child_waiting, tomorrow, units_of
from web.viewer import MACHINE

pytestmark = pytest.mark.usefixtures("rolled_back", "london")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def meets(now: datetime, letterhead: Letterhead, *rules: str, child: UUID | None = None) -> Meeting:
    """A meeting about a child for whom these rules fired, held tomorrow."""
    child = child or await child_waiting(now, rules=rules)
    units = await units_of(child, now)
    reference = await set_up(child, tomorrow(now), units, by=BY, now=now, letterhead=letterhead, viewer=MACHINE)
    meeting = await Meeting.objects().where(Meeting.reference == reference).first()
    assert meeting is not None
    return meeting


async def the_review(meeting: Meeting) -> dict[str, Any]:
    row = await Trigger.select().where((Trigger.rule_code == REVIEW) & (Trigger.cause == meeting.id)).first()
    assert row is not None
    return row


async def returns(child: UUID, at: datetime) -> None:
    await Episode.update({Episode.ended_at: at, Episode.closure: "returned"}).where(Episode.child == child)


class TestByRule:
    async def test_the_shortest_interval_of_its_rules_makes_it_due(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        meeting = await meets(now, letterhead, "OPEN24-CARE", "HIGH")
        assert await reviews.settle_after(meeting.id, meeting.ends_at + HOUR)
        assert (await the_review(meeting))["due_at"] == meeting.ends_at + 72 * HOUR

    async def test_it_waits_for_a_coordinator_with_its_reason_and_makes_a_meeting(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        meeting = await meets(now, letterhead, "HIGH")
        later = meeting.ends_at + HOUR
        await reviews.settle_after(meeting.id, later)
        (waiting,) = await list_waiting(MACHINE)
        assert waiting.reasons == ("Review: Graded high risk by the police or by social care, while missing",)
        assert waiting.still_missing
        second = await meets(later, letterhead, child=meeting.child)
        assert (await the_review(meeting))["meeting"] == second.id
        assert (await reviews.reviewed(second)).reviews == (meeting.reference,)
        assert (await reviews.reviewed(meeting)).answered_by == second.reference

    async def test_it_is_settled_once(self, now: datetime, letterhead: Letterhead) -> None:
        meeting = await meets(now, letterhead, "HIGH")
        assert await reviews.settle_after(meeting.id, meeting.ends_at)
        assert not await reviews.settle_after(meeting.id, meeting.ends_at + HOUR)
        assert await Trigger.count().where(Trigger.rule_code == REVIEW) == 1

    async def test_it_joins_a_coming_meeting_of_the_child_whose_deadline_becomes_the_earlier(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        first = await meets(now, letterhead, "HIGH")
        rule = await Rule.objects().where(Rule.code == "REPEAT").first()
        assert rule is not None
        again = Trigger(
            child=first.child,
            rule=rule.id,
            rule_code="REPEAT",
            cause=UUID(int=9),
            fired_at=now,
            due_at=now + 9 * DAY,
            noticed_at=now,
        )
        await Trigger.insert(again)
        second = await set_up(
            first.child,
            tomorrow(now, starts_at=now + 3 * DAY),
            await units_of(first.child, now),
            by=BY,
            now=now,
            letterhead=letterhead,
            viewer=MACHINE,
        )
        await reviews.settle_after(first.id, first.ends_at)
        assert await triggers_waiting(first.child, MACHINE) == []
        joined = await Meeting.objects().where(Meeting.reference == second).first()
        assert joined is not None
        assert (await the_review(first))["meeting"] == joined.id
        assert joined.due_at == first.ends_at + 72 * HOUR

    async def test_after_the_return_a_rule_about_being_missing_wants_none(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        meeting = await meets(now, letterhead, "HIGH")
        await returns(meeting.child, meeting.starts_at)
        await reviews.settle_after(meeting.id, meeting.ends_at)
        settled = (await reviews.reviewed(meeting)).standing
        assert settled is not None
        assert settled.by == ReviewBy.NOBODY

    async def test_one_that_is_due_stays_when_the_child_returns(self, now: datetime, letterhead: Letterhead) -> None:
        meeting = await meets(now, letterhead, "HIGH")
        await reviews.settle_after(meeting.id, meeting.ends_at)
        await returns(meeting.child, meeting.ends_at + HOUR)
        (waiting,) = await list_waiting(MACHINE)
        assert not waiting.still_missing


class TestByTheChair:
    async def test_after_a_disclosure_the_chair_is_asked_and_names_a_day(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        meeting = await meets(now, letterhead, "HARM")
        await reviews.settle_after(meeting.id, meeting.ends_at)
        asked = (await reviews.reviewed(meeting)).standing
        assert asked is not None
        assert asked.by == ReviewBy.ASKED
        assert await triggers_waiting(meeting.child, MACHINE) == []

        day = meeting.ends_at + 14 * DAY
        await reviews.chair_says(meeting.reference, day, by=BY, now=meeting.ends_at)
        assert (await the_review(meeting))["due_at"] == day

    async def test_the_chairs_day_replaces_the_rules(self, now: datetime, letterhead: Letterhead) -> None:
        meeting = await meets(now, letterhead, "HIGH")
        await reviews.settle_after(meeting.id, meeting.ends_at)
        await reviews.chair_says(meeting.reference, meeting.ends_at + DAY, by=BY, now=meeting.ends_at)
        (trigger,) = await triggers_waiting(meeting.child, MACHINE)
        assert trigger.due_at == meeting.ends_at + DAY

    async def test_none_is_a_decision_with_its_reason_and_can_be_taken_back(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        meeting = await meets(now, letterhead, "HIGH")
        await reviews.settle_after(meeting.id, meeting.ends_at)
        await reviews.chair_says(meeting.reference, None, by=BY, now=meeting.ends_at)
        assert await triggers_waiting(meeting.child, MACHINE) == []
        decision = await NotConvened.select(NotConvened.reason).first()
        assert decision is not None
        assert decision["reason"] == "the chair said that no review is needed"

        await reviews.chair_says(meeting.reference, meeting.ends_at + DAY, by=BY, now=meeting.ends_at)
        assert len(await triggers_waiting(meeting.child, MACHINE)) == 1

    async def test_a_coordinators_decision_is_not_undone_by_a_day(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        meeting = await meets(now, letterhead, "HIGH")
        await reviews.settle_after(meeting.id, meeting.ends_at)
        await not_convened(meeting.child, reason="no capacity to convene", by=BY, now=meeting.ends_at, viewer=MACHINE)
        with pytest.raises(errors.UnsuitableReview, match="decided"):
            await reviews.chair_says(meeting.reference, meeting.ends_at + DAY, by=BY, now=meeting.ends_at)

    async def test_a_meeting_to_come_and_a_day_gone_by_are_refused(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        meeting = await meets(now, letterhead, "HIGH")
        with pytest.raises(errors.UnsuitableReview, match="held"):
            await reviews.chair_says(meeting.reference, meeting.ends_at + DAY, by=BY, now=now)
        with pytest.raises(errors.UnsuitableReview, match="still to come"):
            await reviews.chair_says(meeting.reference, meeting.starts_at, by=BY, now=meeting.ends_at)
