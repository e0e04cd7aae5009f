"""What is to be followed up: each list names what belongs on it and nothing else, and leads to what to do."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from directory.tables import Unit
from meetings.actions import NewAction, add, end
from meetings.calling_off import not_convened
from meetings.episode_tables import Episode
from meetings.follow_up import PAGE, every_list, not_convened_reasons, not_convened_register, rows_of
from meetings.follow_up_lists import BY_CODE, LISTS
from meetings.interviews import NewInterview, record_interview
from meetings.letters import Letterhead
from meetings.review_rules import REVIEW, ReviewBy
from meetings.review_tables import Review
from meetings.reviews import chair_says
from meetings.tables import Meeting, NotConvened, Trigger
from tests.factories import (
    call_off,
    make_episode,
    make_meeting,
    make_not_convened,
    make_rule,
    make_trigger,
    make_unit,
)
from tests.meetings.waiting_children import BY, child_waiting
from web.viewer import MACHINE

pytestmark = pytest.mark.usefixtures("rolled_back")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def home(rolled_back: None) -> Unit:
    return await make_unit(code="CN", name="Central North")


async def listed(code: str, now: datetime) -> list[tuple[str, str]]:
    return [(row.what, row.href) for row in await rows_of(BY_CODE[code], now, MACHINE)]


async def missing(started: datetime, **known: Any) -> Episode:
    episode = await make_episode(home_place="camden")
    given: dict[Any, Any] = {"started_at": started, "reported_at": started, **known}
    await Episode.update(given).where(Episode.id == episode.id)
    for name, value in given.items():
        setattr(episode, name, value)
    return episode


async def test_every_list_is_empty_when_nothing_is_known(now: datetime) -> None:
    assert [rows for _, rows in await every_list(now, MACHINE)] == [[]] * len(LISTS)


class TestAgeing:
    async def test_a_child_missing_for_seven_days_without_a_meeting_held_is_listed(self, now: datetime) -> None:
        episode = await missing(now - 7 * DAY)
        await missing(now - 7 * DAY + HOUR)
        await missing(now - 9 * DAY, ended_at=now - DAY)
        await missing(now - 9 * DAY, withdrawn_at=now)
        await missing(now - 9 * DAY, history_only=True)
        assert await listed("ageing", now) == [("No meeting", f"/episodes/{episode.id}")]

    async def test_a_meeting_held_since_takes_the_child_off(self, now: datetime, home: Unit) -> None:
        episode = await missing(now - 8 * DAY)
        meeting = await make_meeting(home=home, starts_at=now - HOUR)
        await Meeting.update({Meeting.child: episode.child}).where(Meeting.id == meeting.id)
        assert await listed("ageing", now) == []
        await call_off(meeting=meeting, at=now)
        assert len(await listed("ageing", now)) == 1

    async def test_a_meeting_before_this_episode_does_not_count(self, now: datetime, home: Unit) -> None:
        episode = await missing(now - 8 * DAY)
        meeting = await make_meeting(home=home, starts_at=now - 9 * DAY)
        await Meeting.update({Meeting.child: episode.child}).where(Meeting.id == meeting.id)
        assert len(await listed("ageing", now)) == 1

    async def test_the_row_leads_to_the_meeting_to_come_or_to_what_waits(self, now: datetime, home: Unit) -> None:
        episode = await missing(now - 8 * DAY)
        meeting = await make_meeting(home=home, starts_at=now + HOUR)
        await Meeting.update({Meeting.child: episode.child}).where(Meeting.id == meeting.id)
        whats = f"Meeting {meeting.reference} is still to come"
        assert await listed("ageing", now) == [(whats, f"/meetings/{meeting.reference}")]
        trigger = await make_trigger(rule=await make_rule(), cause=episode.id)
        await Trigger.update({Trigger.child: episode.child}).where(Trigger.id == trigger.id)
        assert await listed("ageing", now) == [("Waits for a meeting", f"/waiting/{episode.child}")]


class TestSilent:
    async def test_a_deadline_that_passed_with_nothing_held_and_nothing_decided(
        self, now: datetime, home: Unit
    ) -> None:
        rule = await make_rule()
        silent = await make_trigger(rule=rule, due_at=now - HOUR)
        late = await make_trigger(
            rule=rule, due_at=now - HOUR, meeting=await make_meeting(home=home, starts_at=now + HOUR)
        )
        await make_trigger(rule=rule, due_at=now - HOUR, meeting=await make_meeting(home=home))
        await make_trigger(rule=rule, due_at=now - HOUR, not_convened=await make_not_convened(home=home))
        await make_trigger(rule=rule, due_at=now + HOUR)
        await make_trigger(rule=rule, due_at=now - 29 * DAY)
        await make_trigger(rule=rule, due_at=now - HOUR, code=REVIEW)
        coming = await Meeting.objects().where(Meeting.id == late.meeting).first()
        assert coming is not None
        assert {href for _, href in await listed("silent", now)} == {
            f"/waiting/{silent.child}",
            f"/meetings/{coming.reference}",
        }


class TestInterviews:
    async def test_those_of_children_whom_a_rule_was_about_until_somebody_says(self, now: datetime) -> None:
        episode = await missing(now - 3 * DAY, ended_at=now - 30 * HOUR)
        await missing(now - 3 * DAY, ended_at=now - 30 * HOUR)
        await make_trigger(rule=await make_rule(), cause=episode.id)
        page = f"/episodes/{episode.id}/interviews"
        rows = await rows_of(BY_CODE["interviews"], now, MACHINE)
        assert [(row.what, row.at, row.href) for row in rows] == [
            ("RHI", now + 42 * HOUR, page),
            ("PPI", now - 6 * HOUR, page),
        ]
        await record_interview(episode.id, NewInterview("PPI", "unknown"), by=BY, now=now)
        assert len(await listed("interviews", now)) == 2
        await record_interview(episode.id, NewInterview("PPI", "yes"), by=BY, now=now)
        assert await listed("interviews", now) == [("RHI", page)]

    async def test_what_can_still_be_done_in_time_comes_before_what_was_missed(self, now: datetime) -> None:
        rule = await make_rule()
        for hours in (100, 1):
            episode = await missing(now - 9 * DAY, ended_at=now - hours * HOUR)
            await make_trigger(rule=rule, cause=episode.id)
        rows = await rows_of(BY_CODE["interviews"], now, MACHINE)
        assert [(row.at - now) // HOUR for row in rows] == [23, 71, -76, -28]

    async def test_where_only_the_day_of_the_return_is_known_the_clock_begins_at_its_end(self, now: datetime) -> None:
        summer = datetime.fromisoformat("2026-07-10T09:00:00+00:00")
        episode = await missing(summer - DAY, ended_at=summer, ended_by_day=True)
        await make_trigger(rule=await make_rule(), cause=episode.id)
        (ppi, _) = await rows_of(BY_CODE["interviews"], summer + DAY, MACHINE)
        assert ppi.at == datetime.fromisoformat("2026-07-11T23:00:00+00:00")


class TestReviews:
    async def test_a_review_without_a_meeting_is_listed_until_it_has_one(self, now: datetime, home: Unit) -> None:
        first = await make_meeting(home=home)
        trigger = await make_trigger(rule=await make_rule(), code=REVIEW, cause=first.id, due_at=now + DAY)
        assert await listed("reviews", now) == [(f"Review of {first.reference}", f"/waiting/{trigger.child}")]
        await Trigger.update({Trigger.meeting: (await make_meeting(home=home)).id}).where(Trigger.id == trigger.id)
        assert await listed("reviews", now) == []

    async def test_a_chair_who_was_asked_is_listed_until_she_says(self, now: datetime, home: Unit) -> None:
        meeting = await make_meeting(home=home)
        await Review.insert(Review(meeting=meeting.id, by=ReviewBy.ASKED.value, settled_at=now, settled_by="convene"))
        page = f"/meetings/{meeting.reference}/review"
        assert await listed("chair", now) == [(f"Meeting {meeting.reference}", page)]
        await chair_says(meeting.reference, None, by=BY, now=now)
        assert await listed("chair", now) == []


async def test_an_open_action_is_listed_until_it_has_ended(now: datetime, home: Unit, letterhead: Letterhead) -> None:
    meeting = await make_meeting(home=home)
    new = NewAction("referral", "Refer to Rescue and Response", date(2026, 11, 18), unit=home.id)
    action = await add(meeting.reference, new, by=BY, now=now, letterhead=letterhead)
    (row,) = await rows_of(BY_CODE["actions"], now, MACHINE)
    assert (row.what, row.place, row.at) == (new.title, "Central North", now + 14 * HOUR)
    assert row.href == f"/meetings/{meeting.reference}/actions/{action}"
    await end(action, "done", of=meeting.reference, note="", by=BY, now=now)
    assert await listed("actions", now) == []


async def test_a_report_that_was_not_taken_is_listed_until_it_was_seen(now: datetime) -> None:
    refused = await missing(now - DAY, report_accepted=False, refusal_source="placement")
    assert await listed("refused", now) == [("Told by: placement", f"/episodes/{refused.id}")]
    await Episode.update({Episode.refusal_seen_at: now}).where(Episode.id == refused.id)
    assert await listed("refused", now) == []


async def test_gradings_that_differ_are_listed_while_the_child_is_missing(now: datetime) -> None:
    both = await missing(now - DAY, police_grading="medium", social_care_grading="high")
    await missing(now - DAY, police_grading="high", social_care_grading="high")
    await missing(now - DAY, police_grading="", social_care_grading="high")
    await missing(now - DAY, police_grading="low", social_care_grading="high", ended_at=now)
    assert await listed("gradings", now) == [("Police medium, social care high", f"/episodes/{both.id}")]


async def test_coming_meetings_of_children_who_returned_say_what_that_meant(now: datetime, home: Unit) -> None:
    meeting = await make_meeting(home=home, starts_at=now + DAY)
    await Meeting.update({Meeting.on_return: "convert"}).where(Meeting.id == meeting.id)
    assert await listed("returned", now) == [
        (f"Meeting {meeting.reference} is a post-return meeting", f"/meetings/{meeting.reference}")
    ]


async def test_a_long_list_has_pages_and_tells_how_long_it_is(now: datetime) -> None:
    for hours in range(PAGE + 2):
        await missing(now - 8 * DAY - hours * HOUR)
    first = await rows_of(BY_CODE["ageing"], now, MACHINE)
    last = await rows_of(BY_CODE["ageing"], now, MACHINE, page=2)
    assert (len(first), len(last), first[0].total, last[0].total) == (PAGE, 2, PAGE + 2, PAGE + 2)
    assert not {row.href for row in first} & {row.href for row in last}


class TestTheRegisterOfDecisions:
    async def test_decisions_are_told_by_unit_period_and_reason(self, now: datetime, home: Unit) -> None:
        other = await make_unit(code="EA")
        rule = await make_rule()
        for unit, days, code in ((home, 1, ""), (home, 40, ""), (other, 1, ""), (home, 1, REVIEW)):
            decision = await make_not_convened(home=unit, due_at=now - days * DAY)
            await make_trigger(rule=rule, not_convened=decision, code=code)
        asked = (date(2026, 11, 1), date(2026, 11, 18), home.id)
        decisions = await not_convened_register(*asked, MACHINE)
        assert [(one.unit, one.review, one.total) for one in decisions] in (
            [("Central North", False, 2), ("Central North", True, 2)],
            [("Central North", True, 2), ("Central North", False, 2)],
        )
        assert await not_convened_reasons(*asked, MACHINE) == [("no confidence that police would attend", 1, 1)]
        assert await not_convened_reasons(asked[0], asked[1], None, MACHINE) == [
            ("no confidence that police would attend", 2, 1)
        ]

    async def test_a_decision_made_on_the_waiting_list_is_in_it(self, london: None, now: datetime) -> None:
        child = await child_waiting(now)
        await not_convened(child, reason="no capacity to convene", by=BY, now=now, viewer=MACHINE)
        (one,) = await not_convened_register(date(2026, 11, 1), date(9999, 12, 31), None, MACHINE)
        assert one.reason == "no capacity to convene"
        assert await NotConvened.count() == 1
