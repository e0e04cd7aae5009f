"""A plan is kept as it was proposed, and what is sent of it is what was seen, each meeting once."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from meetings import errors, sending_plans
from meetings.kept_plans import FORGOTTEN, offers, propose_all
from meetings.letters import Letterhead
from meetings.plan_listing import WeekPlan, clashes, plan_to_finish, week_plan
from meetings.plan_tables import KeptPlan, KeptTime
from meetings.setting_up import set_up
from meetings.tables import Invitation, Meeting, Trigger
from meetings.waiting import list_waiting
from notifications.tables import OutboundMail
from tests.meetings.waiting_children import BY, child_waiting, tomorrow, units_of
from web.viewer import MACHINE

pytestmark = pytest.mark.usefixtures("rolled_back", "london")
LINK = "https://meet.example/{reference}"
NEWHAM, CAMDEN = "E09000025", "E09000007"


async def proposed(now: datetime, number: int = 3) -> WeekPlan:
    """A plan of so many children of Lambeth, with two days until their deadlines."""
    for _ in range(number):
        await child_waiting(now, rules=("OPEN72",), due_in=54)
    return await week_plan(await propose_all(minutes=60, by=BY, now=now, viewer=MACHINE), MACHINE)


async def send(plan: UUID, now: datetime, letterhead: Letterhead, link: str = LINK) -> WeekPlan:
    await sending_plans.choose(plan, {}, link, by=BY, now=now)
    await sending_plans.send(plan, by=BY, now=now, letterhead=letterhead, viewer=MACHINE)
    return await week_plan(plan, MACHINE)


async def test_every_child_that_waits_is_in_the_plan_with_a_time_of_its_own_and_others_to_choose(
    now: datetime,
) -> None:
    week = await proposed(now)
    assert len({line.chosen_at for line in week.lines}) == 3
    assert all(line.chosen_at and now < line.chosen_at <= line.due_at for line in week.lines)
    assert all(len(line.choices) == 4 for line in week.lines)
    assert await Meeting.count() == 0
    assert await OutboundMail.count() == 0


async def test_sending_makes_a_meeting_of_each_with_a_link_of_its_own(now: datetime, letterhead: Letterhead) -> None:
    week = await proposed(now)
    sent = await send(week.id, now, letterhead)
    meetings = {m.reference: m for m in await Meeting.objects()}
    assert {line.meeting for line in sent.lines} == set(meetings)
    for line in sent.lines:
        assert meetings[line.meeting].starts_at == line.chosen_at
        assert meetings[line.meeting].link == f"https://meet.example/{line.meeting}"
    assert await list_waiting(MACHINE) == []
    assert sent.to_send == 0
    assert await plan_to_finish(now, MACHINE) is None


async def test_sending_again_sends_nothing_twice(now: datetime, letterhead: Letterhead) -> None:
    week = await proposed(now)
    await send(week.id, now, letterhead)
    letters = await OutboundMail.count()
    await send(week.id, now, letterhead)
    assert await Meeting.count() == 3
    assert await OutboundMail.count() == letters


async def test_another_time_is_chosen_and_one_is_left_out(now: datetime, letterhead: Letterhead) -> None:
    week = await proposed(now)
    first, second, _ = week.lines
    other = datetime.fromisoformat(first.choices[1][0])
    await sending_plans.choose(week.id, {first.id: other, second.id: None}, LINK, by=BY, now=now)
    await sending_plans.send(week.id, by=BY, now=now, letterhead=letterhead, viewer=MACHINE)
    after = await week_plan(week.id, MACHINE)
    assert {line.chosen_at for line in after.lines if line.child == first.child} == {other}
    assert [line.child for line in after.left_out] == [second.child]
    assert [one.child for one in await list_waiting(MACHINE)] == [second.child]
    assert after.sent == 2


async def test_a_time_that_the_plan_did_not_offer_is_refused(now: datetime) -> None:
    week = await proposed(now, 1)
    times = {week.lines[0].id: now + timedelta(hours=3, minutes=7)}
    with pytest.raises(errors.UnsuitableTime):
        await sending_plans.choose(week.id, times, LINK, by=BY, now=now)


async def test_without_a_link_nothing_is_sent(now: datetime, letterhead: Letterhead) -> None:
    week = await proposed(now)
    for link in ("", "http://meet.example/1"):
        with pytest.raises(errors.UnsuitablePlace):
            await send(week.id, now, letterhead, link)
    assert await Meeting.count() == 0


async def test_what_another_coordinator_set_up_meanwhile_is_not_sent_again_and_stops_no_other(
    now: datetime, letterhead: Letterhead
) -> None:
    week = await proposed(now)
    child = week.lines[0].child
    at = tomorrow(now, starts_at=week.lines[0].chosen_at)
    await set_up(child, at, await units_of(child, now), by="another", now=now, letterhead=letterhead, viewer=MACHINE)
    sent = await send(week.id, now, letterhead)
    assert [line.child for line in sent.gone] == [child]
    assert sent.sent == 2
    assert await Meeting.count() == 3


async def test_a_time_at_which_the_police_are_taken_by_now_is_not_sent_and_says_so(
    now: datetime, letterhead: Letterhead
) -> None:
    week = await proposed(now)
    taken = week.lines[1]
    another = await child_waiting(now, rules=("OPEN72",), due_in=54)
    at = tomorrow(now, starts_at=taken.chosen_at)
    await set_up(
        another, at, await units_of(another, now), by="another", now=now, letterhead=letterhead, viewer=MACHINE
    )
    sent = await send(week.id, now, letterhead)
    (failed,) = sent.failed
    assert failed.child == taken.child
    assert "the time has become worse for Central South" in failed.problem
    assert sent.sent == 2
    chosen = {failed.id: datetime.fromisoformat(failed.choices[1][0])}
    await sending_plans.choose(week.id, chosen, LINK, by=BY, now=now)
    await sending_plans.send(week.id, by=BY, now=now, letterhead=letterhead, viewer=MACHINE)
    assert (await week_plan(week.id, MACHINE)).sent == 3


async def test_a_meeting_of_which_other_units_are_asked_by_now_is_not_sent(
    now: datetime, letterhead: Letterhead
) -> None:
    week = await proposed(now, 1)
    from meetings.episode_tables import Episode

    await Episode.update({Episode.host_place: NEWHAM}).where(Episode.child == week.lines[0].child)
    sent = await send(week.id, now, letterhead)
    assert sent.failed[0].problem.startswith("Since the plan was made, other units are to be asked.")
    assert await Meeting.count() == 0


async def test_a_meeting_whose_time_has_come_is_not_sent(now: datetime, letterhead: Letterhead) -> None:
    week = await proposed(now, 1)
    assert week.lines[0].chosen_at
    sent = await send(week.id, week.lines[0].chosen_at + timedelta(minutes=1), letterhead)
    assert "must be in the future" in sent.failed[0].problem


async def test_a_child_whose_place_nobody_polices_is_named_and_stops_no_other(now: datetime) -> None:
    from directory.tables import Area

    await child_waiting(now, home=CAMDEN)
    await Area.delete().where(Area.place == CAMDEN)
    week = await proposed(now, 1)
    assert [line.chosen_at is None for line in week.lines] == [True, False]
    assert "Complete the directory" in week.timeless[0].remark


async def test_where_nothing_waits_nothing_is_planned(now: datetime) -> None:
    with pytest.raises(errors.NothingWaiting):
        await propose_all(minutes=60, by=BY, now=now, viewer=MACHINE)
    assert await KeptPlan.count() == 0


async def test_choices_that_ask_a_unit_twice_at_once_are_found_before_anything_is_sent(now: datetime) -> None:
    week = await proposed(now, 2)
    one, other = week.lines
    found = clashes(week.lines, {other.id: one.chosen_at})
    assert list(found) == [other.field]
    assert f"would be asked to the meeting for {one.reference} at the same time" in found[other.field]
    assert clashes(week.lines, {one.id: None, other.id: one.chosen_at}) == {}
    assert clashes(week.lines, {}) == {}


async def test_a_plan_is_forgotten_after_two_weeks(now: datetime) -> None:
    week = await proposed(now, 1)
    later = now + FORGOTTEN + timedelta(hours=1)
    await propose_all(minutes=60, by=BY, now=later, viewer=MACHINE)
    with pytest.raises(errors.NoSuchPlan):
        await week_plan(week.id, MACHINE)
    assert await KeptTime.count() == 1


async def test_the_link_of_the_last_plan_is_offered_again(now: datetime, letterhead: Letterhead) -> None:
    week = await proposed(now, 1)
    await send(week.id, now, letterhead)
    assert (await proposed(now, 1)).link == LINK


async def test_what_was_offered_is_kept_to_the_minute(now: datetime) -> None:
    week = await proposed(now, 1)
    row = await KeptTime.objects().first()
    assert row is not None
    assert [offer.starts_at.isoformat() for offer in offers(row)] == [value for value, _ in week.lines[0].choices]
    assert await Trigger.count().where(Trigger.meeting.is_not_null()) == 0
    assert await Invitation.count() == 0
