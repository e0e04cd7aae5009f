"""When the child has returned, a coming meeting stands, becomes a post-return one, or is called off by its rule."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from meetings.episode_tables import Episode
from meetings.letters import Letterhead
from meetings.returning import act_on_returns
from meetings.setting_up import set_up
from meetings.tables import Meeting, MeetingEvent, MeetingState, Rule, Trigger
from meetings.waiting import triggers_waiting
from notifications.tables import OutboundMail
from tests.meetings.waiting_children import BY, child_waiting, tomorrow, units_of
from web.viewer import MACHINE

pytestmark = pytest.mark.usefixtures("rolled_back", "london")
HOUR = timedelta(hours=1)


@pytest.fixture
async def meeting(rolled_back: None, london: None, now: datetime, letterhead: Letterhead) -> Meeting:
    """A meeting about a missing child, tomorrow, that two rules called for."""
    child = await child_waiting(now, rules=("HIGH", "OPEN24-CARE"))
    await set_up(
        child, tomorrow(now), await units_of(child, now), by=BY, now=now, letterhead=letterhead, viewer=MACHINE
    )
    found = await Meeting.objects().where(Meeting.child == child).first()
    assert found is not None
    return found


async def rules_say(**policies: str) -> None:
    for code, policy in policies.items():
        await Rule.update({Rule.return_policy: policy}).where(Rule.code == code.replace("_", "-"))


async def ends(at: datetime | None, closure: str = "returned", **also: Any) -> None:
    given: dict[Any, Any] = {"ended_at": at, "closure": closure, **also}
    await Episode.update(given, force=True)


async def now_is(meeting: Meeting) -> Meeting:
    found = await Meeting.objects().where(Meeting.id == meeting.id).first()
    assert found is not None
    return found


async def last_event(meeting: Meeting) -> str:
    row = (
        await MeetingEvent.select(MeetingEvent.what)
        .where(MeetingEvent.meeting == meeting.id)
        .order_by(MeetingEvent.id, ascending=False)
        .first()
    )
    assert row is not None
    return str(row["what"])


async def test_while_the_child_is_missing_nothing_happens(
    meeting: Meeting, now: datetime, letterhead: Letterhead
) -> None:
    assert await act_on_returns(letterhead=letterhead, now=now + HOUR) == 0


async def test_by_default_the_meeting_stands_and_its_timeline_says_so_once(
    meeting: Meeting, now: datetime, letterhead: Letterhead
) -> None:
    before = await OutboundMail.count()
    await ends(now)
    assert await act_on_returns(letterhead=letterhead, now=now + HOUR) == 1
    assert await act_on_returns(letterhead=letterhead, now=now + HOUR) == 0
    assert (await now_is(meeting)).on_return == "keep"
    assert await last_event(meeting) == "The child has returned; this meeting stands"
    assert await OutboundMail.count() == before


async def test_converting_marks_the_meeting_and_sends_nothing(
    meeting: Meeting, now: datetime, letterhead: Letterhead
) -> None:
    await rules_say(HIGH="convert", OPEN24_CARE="cancel")
    before = await OutboundMail.count()
    await ends(now)
    await act_on_returns(letterhead=letterhead, now=now + HOUR)
    found = await now_is(meeting)
    assert (found.on_return, found.state) == ("convert", MeetingState.SCHEDULED)
    assert await OutboundMail.count() == before


async def test_cancelling_is_a_calling_off_with_its_reason_and_a_cancel_to_everybody(
    meeting: Meeting, now: datetime, letterhead: Letterhead
) -> None:
    await rules_say(HIGH="cancel", OPEN24_CARE="cancel")
    asked = await OutboundMail.count().where(OutboundMail.kind == "request")
    await ends(now, "found")
    await act_on_returns(letterhead=letterhead, now=now + HOUR)
    found = await now_is(meeting)
    assert (found.state, found.called_off_by) == (MeetingState.CALLED_OFF, "return policy")
    assert found.called_off_reason == "child returned, as the rule says"
    assert await OutboundMail.count().where(OutboundMail.kind == "cancel") == asked
    assert await triggers_waiting(meeting.child, MACHINE) == []


@pytest.mark.parametrize("closure", ["wanted", "other"])
async def test_a_case_closed_without_a_return_never_cancels(
    meeting: Meeting, now: datetime, letterhead: Letterhead, closure: str
) -> None:
    await rules_say(HIGH="cancel", OPEN24_CARE="cancel")
    await ends(now, closure)
    await act_on_returns(letterhead=letterhead, now=now + HOUR)
    assert (await now_is(meeting)).on_return == "keep"
    assert f"closed ({closure}); that is no return" in await last_event(meeting)


async def test_a_child_missing_again_takes_the_return_back(
    meeting: Meeting, now: datetime, letterhead: Letterhead
) -> None:
    await ends(now)
    await act_on_returns(letterhead=letterhead, now=now + HOUR)
    await ends(None, "")
    assert await act_on_returns(letterhead=letterhead, now=now + 2 * HOUR) == 1
    assert (await now_is(meeting)).on_return == ""
    assert await last_event(meeting) == "the child is missing again"


async def test_a_meeting_set_up_after_the_return_is_left_alone(now: datetime, letterhead: Letterhead) -> None:
    await rules_say(HIGH="cancel")
    child = await child_waiting(now)
    await ends(now - HOUR)
    await set_up(
        child, tomorrow(now), await units_of(child, now), by=BY, now=now, letterhead=letterhead, viewer=MACHINE
    )
    assert await act_on_returns(letterhead=letterhead, now=now + HOUR) == 0


async def test_an_episode_entered_in_error_is_no_return(
    meeting: Meeting, now: datetime, letterhead: Letterhead
) -> None:
    await rules_say(HIGH="cancel", OPEN24_CARE="cancel")
    await ends(now, "found", withdrawn_at=now)
    assert await act_on_returns(letterhead=letterhead, now=now + HOUR) == 0


async def test_a_meeting_that_has_begun_is_left_alone(
    meeting: Meeting, now: datetime, letterhead: Letterhead
) -> None:
    await ends(now)
    assert await act_on_returns(letterhead=letterhead, now=meeting.starts_at) == 0


async def test_a_meeting_that_no_episode_called_for_is_not_looked_at_round_after_round(
    meeting: Meeting, now: datetime, letterhead: Letterhead, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ends(now)
    await Trigger.update({Trigger.cause: uuid4()}).where(Trigger.meeting == meeting.id)
    looked_at: list[Any] = []

    async def acts(child: Any, *_: Any) -> bool:
        looked_at.append(child)
        return False

    monkeypatch.setattr("meetings.returning._act", acts)
    await act_on_returns(letterhead=letterhead, now=now + HOUR)
    assert looked_at == []
