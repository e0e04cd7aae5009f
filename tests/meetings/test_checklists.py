"""A checklist's answers are appended and counted, each meeting in one column; interviews and records likewise."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from directory.tables import Unit
from meetings import checklists, errors, meeting_records
from meetings.checklist_tables import ChecklistAnswer, Interview, MeetingRecord
from meetings.episode_tables import Episode
from meetings.interview_rules import Clock
from meetings.interviews import NewInterview, interviews_of, record_interview
from meetings.review_rules import REVIEW
from meetings.tables import Meeting, MeetingType
from tests.factories import make_episode, make_meeting, make_rule, make_trigger, make_unit
from web.viewer import MACHINE

pytestmark = pytest.mark.usefixtures("rolled_back")
BY = "the coordinator"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def home(rolled_back: None) -> Unit:
    return await make_unit(code="CN")


@pytest.fixture
async def meeting(home: Unit) -> Meeting:
    return await make_meeting(home=home)


async def counted(now: datetime) -> dict[str, tuple[int, int, int, int]]:
    tallies = await checklists.tally(MeetingType.MISSING.value, now - 30 * DAY, now, MACHINE)
    return {one.item.code: (one.yes, one.no, one.unknown, one.not_asked) for one in tallies}


class TestAnswers:
    async def test_the_latest_answer_stands_and_the_earlier_stays(self, meeting: Meeting, now: datetime) -> None:
        assert await checklists.answer(meeting.id, {"textsafe": "no", "grab pack": "yes"}, by=BY, now=now) == 2
        assert await checklists.answer(meeting.id, {"textsafe": "yes", "grab pack": "yes"}, by=BY, now=now) == 1
        assert await checklists.answers_of(meeting.id) == {"textsafe": "yes", "grab pack": "yes"}
        assert await ChecklistAnswer.count() == 3

    @pytest.mark.parametrize("answers", [{"textsafe": "07700 900123"}, {"name": "yes"}])
    async def test_nothing_but_yes_no_and_unknown_is_kept(
        self, meeting: Meeting, now: datetime, answers: dict[str, str]
    ) -> None:
        with pytest.raises(errors.UnsuitableAnswer):
            await checklists.answer(meeting.id, answers, by=BY, now=now)
        assert await ChecklistAnswer.count() == 0

    async def test_every_meeting_held_is_in_one_column_of_each_item(self, home: Unit, now: datetime) -> None:
        for said in ("yes", "yes", "no", "unknown", ""):
            meeting = await make_meeting(home=home)
            if said:
                await checklists.answer(meeting.id, {"trusted adult": "no"}, by=BY, now=now)
                await checklists.answer(meeting.id, {"trusted adult": said}, by=BY, now=now)
        await make_meeting(home=home, starts_at=now + DAY)
        await make_meeting(home=home, meeting_type=MeetingType.PANEL)
        tallies = await counted(now)
        assert tallies["trusted adult"] == (2, 1, 1, 1)
        assert {sum(columns) for columns in tallies.values()} == {5}


class TestInterviews:
    @pytest.fixture
    async def episode(self, meeting: Meeting, now: datetime) -> Episode:
        """One that the meeting is about, ended two days ago."""
        episode = await make_episode(home_place="camden")
        await Episode.update({Episode.ended_at: now - 2 * DAY}).where(Episode.id == episode.id)
        await make_trigger(rule=await make_rule(), meeting=meeting, cause=episode.id)
        return episode

    async def test_both_clocks_start_with_the_return(self, meeting: Meeting, episode: Episode, now: datetime) -> None:
        ppi, rhi = await interviews_of(meeting, now)
        assert (ppi.clock, ppi.due_at) == (Clock.MISSED, now - DAY)
        assert (rhi.clock, rhi.due_at) == (Clock.RUNNING, now + DAY)

    async def test_a_review_shows_the_interviews_of_what_the_first_meeting_was_about(
        self, meeting: Meeting, episode: Episode, home: Unit, now: datetime
    ) -> None:
        second = await make_meeting(home=home)
        rule = await make_rule(code="OPEN72")
        await make_trigger(rule=rule, meeting=second, cause=meeting.id, code=REVIEW)
        assert [one.episode for one in await interviews_of(second, now)] == [episode.id, episode.id]

    async def test_what_is_recorded_stops_the_clock_and_is_counted(
        self, meeting: Meeting, episode: Episode, now: datetime
    ) -> None:
        done = NewInterview("PPI", "yes", now - 47 * HOUR, "response officer", "in person", "the child alone")
        await record_interview(episode.id, done, by=BY, now=now)
        await record_interview(episode.id, NewInterview("RHI", "no"), by=BY, now=now)
        assert [one.clock for one in await interviews_of(meeting, now)] == [Clock.IN_TIME, Clock.NOT_DONE]
        tallies = await counted(now)
        assert (tallies["PPI"], tallies["RHI"]) == ((1, 0, 0, 0), (0, 1, 0, 0))

    async def test_a_review_counts_the_interviews_that_its_page_shows(
        self, meeting: Meeting, episode: Episode, home: Unit, now: datetime
    ) -> None:
        review = await make_meeting(home=home)
        await make_trigger(rule=await make_rule(code="OPEN72"), meeting=review, cause=meeting.id, code=REVIEW)
        await record_interview(episode.id, NewInterview("PPI", "no"), by=BY, now=now)
        assert (await counted(now))["PPI"] == (0, 2, 0, 0)

    async def test_of_several_returns_the_newest_is_counted_whenever_it_was_written_down(
        self, meeting: Meeting, episode: Episode, now: datetime
    ) -> None:
        earlier = await make_episode(home_place="camden")
        await Episode.update({Episode.ended_at: now - 5 * DAY}).where(Episode.id == earlier.id)
        await make_trigger(rule=await make_rule(code="OPEN72"), meeting=meeting, cause=earlier.id)
        await record_interview(episode.id, NewInterview("PPI", "no"), by=BY, now=now)
        await record_interview(earlier.id, NewInterview("PPI", "yes"), by=BY, now=now)
        assert (await counted(now))["PPI"] == (0, 1, 0, 0)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"answer": "perhaps"}, "PPI-answer"),
            ({"answer": "yes", "hours": 1}, "PPI-done"),
            ({"answer": "yes", "hours": -49}, "PPI-done"),
            ({"answer": "yes", "mode": "by post"}, "PPI-mode"),
            ({"answer": "yes", "done_by": "x" * 81}, "PPI-by"),
        ],
    )
    async def test_what_cannot_be_is_refused(
        self, episode: Episode, now: datetime, change: dict[str, Any], field: str
    ) -> None:
        hours = change.pop("hours", None)
        done_at = None if hours is None else now + hours * HOUR
        with pytest.raises(errors.UnsuitableAnswer) as refused:
            await record_interview(episode.id, NewInterview("PPI", done_at=done_at, **change), by=BY, now=now)
        assert refused.value.field == field
        assert await Interview.count() == 0


class TestRecords:
    async def test_lead_and_minutes_are_on_record_once(self, meeting: Meeting, now: datetime) -> None:
        for _ in range(2):
            await meeting_records.record(meeting.reference, lead_agency="Camden", minutes="LCS 4711", by=BY, now=now)
        stands = await meeting_records.record_of(meeting.id)
        assert (stands.lead_agency, stands.minutes_reference) == ("Camden", "LCS 4711")
        assert await MeetingRecord.count() == 1
        assert (await counted(now))["lead agency"] == (1, 0, 0, 0)

    async def test_minutes_themselves_do_not_fit(self, meeting: Meeting, now: datetime) -> None:
        with pytest.raises(errors.UnsuitableAnswer, match="80 or fewer"):
            await meeting_records.record(meeting.reference, lead_agency="", minutes="x" * 81, by=BY, now=now)

    async def test_of_a_meeting_without_a_record_nothing_is_known(self) -> None:
        assert (await meeting_records.record_of(uuid4())).lead_agency == ""
