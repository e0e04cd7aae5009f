"""An action is given, its owner reminded, ended by link or by a coordinator, and shown at the next meeting."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from meetings import actions, errors
from meetings.action_reminders import remind_due
from meetings.action_rules import ActionState
from meetings.action_tables import Action
from meetings.actions import NewAction
from meetings.letters import Letterhead
from meetings.tables import Meeting, MeetingEvent
from notifications.tables import OutboundMail
from tests.browsing import letters
from tests.factories import make_meeting, make_unit

DAY = timedelta(days=1)
BY = "the coordinator"
NEXT_WEEK = date(2026, 11, 25)  # a Wednesday; the tests' now is the Wednesday before
ASKED: dict[str, Any] = {
    "kind": "information sharing",
    "title": "Send the grab pack to the missing unit",
    "due_on": NEXT_WEEK,
    "role": "Placement keyworker",
    "address": "keyworker@placement.example",
}


@pytest.fixture
async def meeting(rolled_back: None) -> Meeting:
    return await make_meeting(home=await make_unit(code="CN"))


async def give(meeting: Meeting, now: datetime, letterhead: Letterhead, **change: Any) -> UUID:
    new = NewAction(**(ASKED | change))
    return await actions.add(meeting.reference, new, by=BY, now=now, letterhead=letterhead)


async def the_action(action: UUID) -> Action:
    found = await Action.objects().where(Action.id == action).first()
    assert found is not None
    return found


class TestGiving:
    async def test_the_owner_is_written_to_with_the_reference_alone(
        self, meeting: Meeting, now: datetime, letterhead: Letterhead
    ) -> None:
        action = await give(meeting, now, letterhead)
        (letter,) = await letters()
        assert ASKED["title"] not in letter
        assert meeting.reference in letter
        assert letterhead.action_link(action, ASKED["address"]) in letter
        assert "Due: Wednesday 25 November 2026" in letter

    async def test_a_unit_is_written_to_at_its_contact(
        self, rolled_back: None, london: None, now: datetime, letterhead: Letterhead
    ) -> None:
        from directory.tables import Unit

        unit = await Unit.objects().where(Unit.code == "CN").first()
        assert unit is not None
        meeting = await make_meeting(home=unit)
        action = await the_action(await give(meeting, now, letterhead, unit=unit.id))
        assert action.owner_name == unit.name
        assert action.owner_address.endswith(".example")

    async def test_a_unit_without_an_address_has_the_action_and_no_letter(
        self, meeting: Meeting, now: datetime, letterhead: Letterhead
    ) -> None:
        action = await the_action(await give(meeting, now, letterhead, unit=meeting.home_unit))
        assert action.owner_address == ""
        assert action.remind_at is None
        assert await OutboundMail.count() == 0

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"kind": "arrest"}, "kind"),
            ({"title": " "}, "title"),
            ({"title": "x" * 121}, "title"),
            ({"due_on": date(2026, 11, 17)}, "due"),
            ({"role": ""}, "role"),
            ({"address": "nobody"}, "address"),
            ({"unit": UUID(int=1)}, "owner"),
        ],
    )
    async def test_what_cannot_be_is_refused_beside_its_field(
        self, meeting: Meeting, now: datetime, letterhead: Letterhead, change: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(errors.UnsuitableAction) as refused:
            await give(meeting, now, letterhead, **change)
        assert refused.value.field == field
        assert await Action.count() == 0


class TestReminding:
    async def test_one_owner_who_cannot_be_written_to_keeps_no_other_from_being_reminded(
        self, meeting: Meeting, now: datetime, letterhead: Letterhead
    ) -> None:
        first = await give(meeting, now, letterhead)
        await give(meeting, now, letterhead, role="Head of care", address="head@placement.example")
        await Action.update({Action.owner_address: "two\nlines@placement.example"}).where(Action.id == first)
        assert await remind_due(letterhead=letterhead, now=now + 6 * DAY) == 1
        reminded = (
            await OutboundMail.select(OutboundMail.recipient).order_by(OutboundMail.id, ascending=False).first()
        )
        assert reminded == {"recipient": "head@placement.example"}

    async def test_before_on_the_day_and_weekly_after_it(
        self, meeting: Meeting, now: datetime, letterhead: Letterhead
    ) -> None:
        await give(meeting, now, letterhead)
        for day in range(25):
            await remind_due(letterhead=letterhead, now=now + day * DAY)
        opened = [letter.splitlines()[0] for letter in (await letters())[1:]]
        name = f"Your action from meeting {meeting.reference}"
        assert opened == [
            f"{name} is due on Wednesday 25 November 2026.",
            f"{name} is due today, Wednesday 25 November 2026.",
            f"{name} was due on Wednesday 25 November 2026, and is still open.",
            f"{name} was due on Wednesday 25 November 2026, and is still open.",
        ]

    async def test_after_a_standstill_one_letter_stands_for_all_that_were_missed(
        self, meeting: Meeting, now: datetime, letterhead: Letterhead
    ) -> None:
        await give(meeting, now, letterhead)
        assert await remind_due(letterhead=letterhead, now=now + 40 * DAY) == 1
        assert await remind_due(letterhead=letterhead, now=now + 40 * DAY) == 0

    async def test_what_has_ended_is_not_reminded_of(
        self, meeting: Meeting, now: datetime, letterhead: Letterhead
    ) -> None:
        action = await give(meeting, now, letterhead)
        await actions.end(action, "done", of=None, note="", by=BY, now=now)
        assert await remind_due(letterhead=letterhead, now=now + 40 * DAY) == 0


class TestEnding:
    async def test_the_same_end_twice_changes_nothing_and_another_is_refused(
        self, meeting: Meeting, now: datetime, letterhead: Letterhead
    ) -> None:
        action = await give(meeting, now, letterhead)
        await actions.end(action, "done", of=None, note="sent on Monday", by=actions.BY_LINK, now=now)
        await actions.end(action, "done", of=None, note="again", by=actions.BY_LINK, now=now + DAY)
        with pytest.raises(errors.ActionEnded, match="already recorded as done"):
            await actions.end(action, "not done", of=None, note="", by=BY, now=now + DAY)
        ended = await the_action(action)
        assert (ended.note, ended.ended_at, ended.ended_by) == ("sent on Monday", now, actions.BY_LINK)

    async def test_the_page_of_one_meeting_ends_and_opens_no_action_of_another(
        self, meeting: Meeting, now: datetime, letterhead: Letterhead
    ) -> None:
        action = await give(meeting, now, letterhead)
        own = await make_meeting(home=await make_unit(code="EA"))
        with pytest.raises(errors.NoSuchAction):
            await actions.end(action, "done", of=own.reference, note="", by=BY, now=now)
        assert (await the_action(action)).state == ActionState.OPEN
        await actions.end(action, "done", of=meeting.reference, note="", by=BY, now=now)
        with pytest.raises(errors.NoSuchAction):
            await actions.open_again(action, NEXT_WEEK, of=own.reference, by=BY, now=now, letterhead=letterhead)
        assert (await the_action(action)).state == ActionState.DONE

    async def test_a_coordinator_opens_it_again_and_the_owner_is_told(
        self, meeting: Meeting, now: datetime, letterhead: Letterhead
    ) -> None:
        action = await give(meeting, now, letterhead)
        await actions.end(action, "overtaken by events", of=None, note="", by=actions.BY_LINK, now=now)
        await actions.open_again(
            action, NEXT_WEEK + DAY, of=meeting.reference, by=BY, now=now + DAY, letterhead=letterhead
        )
        again = await the_action(action)
        assert (again.state, again.due_on) == (ActionState.OPEN, NEXT_WEEK + DAY)
        assert again.ended_at is None
        assert "is open again" in (await letters())[-1]
        told = [row["what"] for row in await MeetingEvent.select(MeetingEvent.what).order_by(MeetingEvent.id)]
        assert told[-2:] == [
            "action of Placement keyworker overtaken by events: information sharing",
            "action of Placement keyworker opened again: information sharing",
        ]

    async def test_a_note_has_its_limit(self, meeting: Meeting, now: datetime, letterhead: Letterhead) -> None:
        action = await give(meeting, now, letterhead)
        with pytest.raises(errors.UnsuitableAction, match="200 characters"):
            await actions.end(action, "done", of=None, note="x" * 201, by=BY, now=now)


async def test_at_the_next_meeting_each_earlier_action_is_in_one_group(
    meeting: Meeting, now: datetime, letterhead: Letterhead
) -> None:
    for title, end in (("a", "done"), ("b", "overtaken by events"), ("c", "not done"), ("d", ""), ("e", "")):
        due = NEXT_WEEK if title == "e" else date(2026, 11, 18)
        action = await give(meeting, now, letterhead, title=title, due_on=due)
        if end:
            await actions.end(action, end, of=None, note="", by=BY, now=now)
    later = await make_meeting(home=await make_unit(code="EA"), starts_at=now + DAY)
    await Meeting.update({Meeting.child: meeting.child}).where(Meeting.id == later.id)
    later.child = meeting.child

    previous = await actions.previous_to(later, now + DAY)
    titles = [[one.title for one in group] for group in (previous.done, previous.overtaken, previous.agency_did_not)]
    assert titles == [["a"], ["b"], ["c", "d"]]
    assert [one.title for one in previous.still_open] == ["e"]
    assert not await actions.previous_to(meeting, now)


async def test_two_workers_send_each_reminder_once(committed: None, now: datetime, letterhead: Letterhead) -> None:
    meeting = await make_meeting(home=await make_unit(code="CN"))
    for one in range(5):
        await give(meeting, now, letterhead, title=f"Send grab pack {one}")
    rounds = (remind_due(letterhead=letterhead, now=now + 7 * DAY) for _ in range(3))
    assert sum(await asyncio.gather(*rounds)) == 5
    assert await OutboundMail.count() == 10
