"""Reviews are counted apart from first triggers, and a return's meaning for a meeting is told; both reconcile."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from directory.tables import Unit
from meetings.review_rules import REVIEW
from meetings.tables import Meeting, MeetingType
from reports import committee, periods
from reports.figures import Asked, Returns, TriggerCounts
from reports.material import ALL
from tests.both_ways import both_ways
from tests.factories import DAY, HOUR, MONDAY, call_off, make_meeting, make_not_convened, make_rule, make_trigger

pytestmark = pytest.mark.usefixtures("rolled_back")
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
NOVEMBER = periods.month(2026, 11)
ASKED = Asked(NOVEMBER.since, NOVEMBER.until, MeetingType.MISSING, NOW)


async def first_triggers() -> TriggerCounts:
    return (await both_ways(ASKED)).triggers.total


async def reviews() -> TriggerCounts:
    return (await both_ways(ASKED)).reviews.total


async def test_a_review_held_in_time_is_no_trigger_held_in_time(home: Unit) -> None:
    rule, first = await make_rule(), await make_meeting(home=home, starts_at=MONDAY - 7 * DAY)
    await make_trigger(rule=rule, due_at=first.starts_at - HOUR, meeting=first)
    second = await make_meeting(home=home, starts_at=MONDAY)
    await make_trigger(rule=rule, due_at=MONDAY + HOUR, meeting=second, code=REVIEW, cause=first.id)

    assert ((await first_triggers()).due, (await first_triggers()).in_time) == (1, 0)
    assert ((await reviews()).due, (await reviews()).in_time) == (1, 1)


async def test_a_review_that_nobody_answered_counts_for_the_home_unit_of_the_meeting_it_reviews(home: Unit) -> None:
    first = await make_meeting(home=home, starts_at=MONDAY - 7 * DAY)
    await make_trigger(rule=await make_rule(), due_at=MONDAY, code=REVIEW, cause=first.id)
    counted = (await both_ways(ASKED)).reviews
    assert counted.by_home_unit[home.id].unmet == 1


async def test_a_decision_against_a_review_alone_is_no_decision_against_a_meeting(home: Unit) -> None:
    first, decision = await make_meeting(home=home), await make_not_convened(home=home)
    await make_trigger(rule=await make_rule(), code=REVIEW, cause=first.id, not_convened=decision)
    assert (await reviews()).decided_against == 1
    assert (await both_ways(ASKED)).not_convened == []


async def test_what_a_return_meant_is_told_for_each_policy(home: Unit) -> None:
    kept, converted, cancelled, before = [await make_meeting(home=home) for _ in range(4)]
    meant = ((kept, "keep"), (converted, "convert"), (cancelled, "cancel"), (before, "before"))
    for meeting, policy in meant:
        await Meeting.update({Meeting.on_return: policy}).where(Meeting.id == meeting.id)
    await call_off(meeting=cancelled, at=MONDAY - HOUR, by="return policy", reason="child returned, as the rule says")
    assert (await both_ways(ASKED)).returns == [
        Returns("cancel", 1, 0, 1),
        Returns("convert", 1, 1, 0),
        Returns("keep", 1, 1, 0),
    ]


async def test_a_report_with_reviews_of_every_fate_reconciles(home: Unit) -> None:
    rule = await make_rule()
    for shift, code in ((-HOUR, REVIEW), (HOUR, REVIEW), (HOUR, "")):
        first = await make_meeting(home=home, starts_at=MONDAY - 7 * DAY)
        meeting = await make_meeting(home=home)
        await make_trigger(rule=rule, due_at=MONDAY + shift, meeting=meeting, code=code, cause=first.id)
    await make_trigger(rule=rule, code=REVIEW, cause=(await make_meeting(home=home)).id)
    report = committee.compile(await both_ways(ASKED), NOVEMBER, MeetingType.MISSING, NOW)
    reviews = next(table for table in report.tables if table.name == "reviews")
    assert reviews.total is not None
    printed = dict(zip([column.title for column in reviews.columns], reviews.total, strict=True))
    assert printed == {
        "Home unit": ALL,
        "Reviews in time": printed["Reviews in time"],
        "Reviews late": 1,
        "Reviews decided against": 0,
        "Reviews neither": 1,
    }
    assert str(printed["Reviews in time"]) == "33% (1 of 3)"
