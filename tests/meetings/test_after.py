"""What a meeting's page tells of before and after it, and whom a post-return meeting proposes to ask as well."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from directory.tables import Unit
from meetings import actions
from meetings.actions import NewAction
from meetings.after import After, after, suggested
from meetings.episode_tables import Episode
from meetings.letters import Letterhead
from meetings.returning import act_on_returns
from meetings.scheduling import add_seat
from meetings.setting_up import set_up
from meetings.tables import Meeting, Rule
from tests.factories import make_meeting, make_unit
from tests.meetings.waiting_children import BY, child_waiting, tomorrow, units_of
from web.viewer import MACHINE

pytestmark = pytest.mark.usefixtures("rolled_back", "london")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def read_again(meeting: Meeting) -> Meeting:
    found = await Meeting.objects().where(Meeting.id == meeting.id).first()
    assert found is not None
    return found


async def told(meeting: Meeting, now: datetime) -> After:
    found = await after(meeting, now)
    assert found is not None
    return found


@pytest.fixture
async def meeting(rolled_back: None, london: None, now: datetime, letterhead: Letterhead) -> Meeting:
    """A meeting about a missing child, tomorrow."""
    child = await child_waiting(now)
    await set_up(
        child, tomorrow(now), await units_of(child, now), by=BY, now=now, letterhead=letterhead, viewer=MACHINE
    )
    found = await Meeting.objects().where(Meeting.child == child).first()
    assert found is not None
    return found


class TestAPostReturnMeeting:
    @pytest.fixture
    async def converted(self, meeting: Meeting, now: datetime, letterhead: Letterhead) -> Meeting:
        await Rule.update({Rule.return_policy: "convert"}, force=True)
        await Episode.update({Episode.ended_at: now, Episode.closure: "found"}, force=True)
        await act_on_returns(letterhead=letterhead, now=now + HOUR)
        return await read_again(meeting)

    async def test_it_proposes_the_interview_provider_and_the_voluntary_sector(
        self, converted: Meeting, now: datetime
    ) -> None:
        found = await suggested(converted, now)
        assert [one.capacity for one in found] == ["interview provider", "voluntary"]
        assert (await told(converted, now)).returned == "The child has returned; this is now a post-return meeting"

    async def test_who_was_invited_is_proposed_no_more(
        self, converted: Meeting, now: datetime, letterhead: Letterhead
    ) -> None:
        first, second = await suggested(converted, now)
        unit = await Unit.objects().where(Unit.code == first.code).first()
        assert unit is not None
        asked = [first.capacity]
        await add_seat(converted.reference, unit.id, asked, by=BY, now=now + HOUR, letterhead=letterhead)
        assert await suggested(converted, now + HOUR) == [second]

    async def test_once_it_has_begun_nobody_is_proposed(self, converted: Meeting) -> None:
        assert await suggested(converted, converted.starts_at) == []


async def test_a_meeting_that_stands_proposes_nobody_and_says_that_it_stands(
    meeting: Meeting, now: datetime, letterhead: Letterhead
) -> None:
    await Episode.update({Episode.ended_at: now, Episode.closure: "wanted"}, force=True)
    await act_on_returns(letterhead=letterhead, now=now + HOUR)
    found = await told(await read_again(meeting), now + HOUR)
    assert found.returned == "The missing episode was closed (wanted); that is no return, and this meeting stands"
    assert found.suggested == ()


async def test_open_and_overdue_actions_are_counted(meeting: Meeting, now: datetime, letterhead: Letterhead) -> None:
    for due in (date(2026, 11, 18), date(2026, 11, 25)):
        new = NewAction("referral", "Refer", due, role="Lead", address="lead@council.example")
        await actions.add(meeting.reference, new, by=BY, now=now, letterhead=letterhead)
    found = await told(meeting, now + DAY)
    assert (len(found.actions), found.open, found.overdue) == (2, 2, 1)


async def test_a_meeting_about_no_child_has_nothing_after_it(now: datetime) -> None:
    meeting = await make_meeting(home=await make_unit(code="ours"))
    meeting.child = None
    assert await after(meeting, now) is None
