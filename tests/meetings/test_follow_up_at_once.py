"""Two workers at once settle a review once, and act on a return once."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from meetings import returning, reviews
from meetings.episode_tables import Episode
from meetings.letters import Letterhead
from meetings.review_rules import REVIEW
from meetings.setting_up import set_up
from meetings.tables import Meeting, MeetingState, Rule, Trigger
from notifications.tables import OutboundMail
from tests.meetings.waiting_children import BY, child_waiting, tomorrow, units_of
from web.viewer import MACHINE

pytestmark = pytest.mark.usefixtures("committed", "london")
HOUR = timedelta(hours=1)


async def meets(now: datetime, letterhead: Letterhead) -> Meeting:
    child = await child_waiting(now)
    reference = await set_up(
        child, tomorrow(now), await units_of(child, now), by=BY, now=now, letterhead=letterhead, viewer=MACHINE
    )
    meeting = await Meeting.objects().where(Meeting.reference == reference).first()
    assert meeting is not None
    return meeting


async def test_a_review_is_settled_by_one_of_them(now: datetime, letterhead: Letterhead) -> None:
    meeting = await meets(now, letterhead)
    done = await asyncio.gather(*(reviews.settle_after(meeting.id, meeting.ends_at) for _ in range(4)))
    assert sorted(done) == [False, False, False, True]
    assert await Trigger.count().where(Trigger.rule_code == REVIEW) == 1


async def test_a_return_calls_off_once_with_one_cancel_each(now: datetime, letterhead: Letterhead) -> None:
    meeting = await meets(now, letterhead)
    invited = await OutboundMail.count().where(OutboundMail.kind == "request")
    await Rule.update({Rule.return_policy: "cancel"}, force=True)
    await Episode.update({Episode.ended_at: now, Episode.closure: "found"}, force=True)
    rounds = (returning.act_on_returns(letterhead=letterhead, now=now + HOUR) for _ in range(3))
    assert sum(await asyncio.gather(*rounds)) == 1
    assert await OutboundMail.count().where(OutboundMail.kind == "cancel") == invited
    row = await Meeting.select(Meeting.state).where(Meeting.id == meeting.id).first()
    assert row is not None
    assert row["state"] == MeetingState.CALLED_OFF
