"""The list of a briefing or panel: who is on it, what is decided, and that it is no strategy meeting."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from attendance.tables import Register
from directory.units import unit_of_code
from meetings import calling_off, errors
from meetings.asking import ASKED
from meetings.clocks import deadline
from meetings.episode_tables import Episode
from meetings.letters import Letterhead
from meetings.line_tables import Discussed, Line
from meetings.lines import decide, put_on_list, take_off
from meetings.listed import on_the_list, suggested
from meetings.noticing import notice
from meetings.setting_up import set_up
from meetings.tables import Meeting, MeetingType, Rule, Series, Trigger
from meetings.waiting import list_waiting, triggers_waiting
from reports.figures import Asked
from tests.both_ways import both_ways
from tests.factories import close_register, make_child, make_meeting
from tests.meetings.series_set_up import dates, panel
from tests.meetings.waiting_children import BY, LAMBETH, proposal_for, tomorrow
from web.viewer import MACHINE

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
pytestmark = pytest.mark.usefixtures("rolled_back", "london")


@pytest.fixture
async def series(now: datetime, letterhead: Letterhead) -> Series:
    return await panel(now, letterhead)


async def child_missing(now: datetime, *, home: str = LAMBETH, since: timedelta = HOUR) -> UUID:
    child = (await make_child()).id
    await Episode.insert(
        Episode(
            id=uuid4(),
            child=child,
            source="tests",
            source_reference=uuid4().hex,
            started_at=now - since,
            reported_at=now - since,
            home_place=home,
            recorded_at=now,
        )
    )
    return child


async def of(meeting: Meeting, now: datetime) -> dict[UUID, Discussed]:
    return {one.known.child: one.decided for one in await on_the_list(meeting.id, now, MACHINE)}


async def lines(meeting: Meeting) -> dict[UUID, UUID]:
    return {row["child"]: row["id"] for row in await Line.select().where(Line.meeting == meeting.id)}


async def test_children_missing_where_the_unit_serves_are_suggested_longest_first(
    series: Series, now: datetime
) -> None:
    lately, long_since = await child_missing(now), await child_missing(now, since=30 * HOUR)
    await child_missing(now, home="E09000033")  # in Westminster, which another unit serves
    (first, *_) = await dates(series)
    assert [one.child for one in await suggested(first, now, MACHINE)] == [long_since, lately]
    assert await put_on_list(first.reference, [lately], by=BY, now=now) == 1
    assert [one.child for one in await suggested(first, now, MACHINE)] == [long_since]


async def test_a_child_is_on_the_list_once_and_can_be_taken_off_and_put_back(series: Series, now: datetime) -> None:
    child, (first, *_) = await child_missing(now), await dates(series)
    assert await put_on_list(first.reference, [child, child], by=BY, now=now) == 1
    assert await put_on_list(first.reference, [child], by=BY, now=now) == 0
    (line,) = (await lines(first)).values()
    await take_off(first.reference, line, by=BY, now=now)
    await take_off(first.reference, line, by=BY, now=now)
    assert await of(first, now) == {}
    assert await put_on_list(first.reference, [child], by=BY, now=now) == 1
    assert list(await of(first, now)) == [child]


async def test_no_line_is_taken_off_by_way_of_another_list(series: Series, now: datetime) -> None:
    child, (first, second, *_) = await child_missing(now), await dates(series)
    await put_on_list(first.reference, [child], by=BY, now=now)
    (line,) = (await lines(first)).values()
    with pytest.raises(errors.NoSuchLine):
        await take_off(second.reference, line, by=BY, now=now)
    assert list(await of(first, now)) == [child]


async def test_whoever_was_left_to_come_back_is_suggested_at_the_next_date(series: Series, now: datetime) -> None:
    stays, covered, undecided = [(await make_child()).id for _ in range(3)]
    first, second, *_ = await dates(series)
    await put_on_list(first.reference, [stays, covered, undecided], by=BY, now=now)
    line = await lines(first)
    decisions = {line[stays]: Discussed.GOES_ON, line[covered]: Discussed.COVERED}
    assert await decide(first.reference, decisions, by=BY, now=first.ends_at) == 2
    assert {one.child for one in await suggested(second, first.ends_at, MACHINE)} == {stays, undecided}


async def test_nothing_is_decided_before_the_meeting_begins(series: Series, now: datetime) -> None:
    child, (first, *_) = await child_missing(now), await dates(series)
    await put_on_list(first.reference, [child], by=BY, now=now)
    (line,) = (await lines(first)).values()
    with pytest.raises(errors.NotYetBegun):
        await decide(first.reference, {line: Discussed.COVERED}, by=BY, now=now)


async def test_calling_for_a_strategy_meeting_makes_it_wait_once_with_the_clock_of_its_rule(
    series: Series, now: datetime
) -> None:
    child, (first, *_) = await child_missing(now), await dates(series)
    await put_on_list(first.reference, [child], by=BY, now=now)
    (line,) = (await lines(first)).values()
    for choice in (Discussed.MEETING, Discussed.GOES_ON, Discussed.MEETING):
        await decide(first.reference, {line: choice}, by=BY, now=first.ends_at)
    (trigger,) = await triggers_waiting(child, MACHINE)
    assert (trigger.rule_code, trigger.cause) == (ASKED, line)
    assert trigger.due_at == deadline(first.ends_at, 1, "working days")
    (waiting,) = [one for one in await list_waiting(MACHINE) if one.child == child]
    assert waiting.reasons == ("Called for at a briefing or panel",)
    assert waiting.home == "Lambeth"


async def test_what_was_called_for_is_set_up_as_any_meeting(
    series: Series, now: datetime, letterhead: Letterhead
) -> None:
    child, (first, *_) = await child_missing(now), await dates(series)
    await put_on_list(first.reference, [child], by=BY, now=now)
    (line,) = (await lines(first)).values()
    at = first.ends_at
    await decide(first.reference, {line: Discussed.MEETING}, by=BY, now=at)
    units = [seat.unit for seat in (await proposal_for(child, at)).seats]
    reference = await set_up(child, tomorrow(at), units, by=BY, now=at, letterhead=letterhead, viewer=MACHINE)
    assert await Meeting.exists().where((Meeting.reference == reference) & (Meeting.type == MeetingType.MISSING))
    assert not await triggers_waiting(child, MACHINE)


async def test_a_rule_that_people_follow_never_fires_by_itself(now: datetime) -> None:
    child = await child_missing(now, since=2 * HOUR)
    await notice(now)
    assert not await Trigger.exists().where((Trigger.child == child) & (Trigger.rule_code == ASKED))


async def test_where_the_rule_is_off_nothing_can_be_called_for_and_nothing_is_kept(
    series: Series, now: datetime
) -> None:
    await Rule.update({Rule.enabled: False}).where(Rule.code == ASKED)
    child, (first, *_) = await child_missing(now), await dates(series)
    await put_on_list(first.reference, [child], by=BY, now=now)
    (line,) = (await lines(first)).values()
    with pytest.raises(errors.NotAskedHere):
        await decide(first.reference, {line: Discussed.MEETING}, by=BY, now=first.ends_at)


async def test_a_strategy_meeting_has_no_list(now: datetime, series: Series) -> None:
    meeting = await make_meeting(home=await unit_of_code("AS"))
    with pytest.raises(errors.NoList):
        await put_on_list(meeting.reference, [meeting.child], by=BY, now=now)


async def test_the_list_of_a_date_called_off_cannot_be_changed(
    series: Series, now: datetime, letterhead: Letterhead
) -> None:
    child, (first, *_) = await child_missing(now), await dates(series)
    await calling_off.call_off(
        first.reference,
        asked_by="police",
        reason="police could not attend",
        by=BY,
        now=now,
        letterhead=letterhead,
    )
    with pytest.raises(errors.AlreadyCalledOff):
        await put_on_list(first.reference, [child], by=BY, now=now)


async def test_speaking_about_a_child_is_in_no_figure_of_strategy_meetings(series: Series, now: datetime) -> None:
    child, (first, *_) = await child_missing(now), await dates(series)
    await put_on_list(first.reference, [child], by=BY, now=now)
    await close_register(meeting=first)
    (line,) = (await lines(first)).values()
    await decide(first.reference, {line: Discussed.COVERED}, by=BY, now=first.ends_at)
    assert await Register.exists().where(Register.meeting == first.id)
    asked = Asked(now - DAY, first.ends_at + DAY, MeetingType.MISSING, first.ends_at + DAY)
    assert (await both_ways(asked)).meetings.total.due == 0
    assert (await both_ways(asked)).triggers.total.due == 0
