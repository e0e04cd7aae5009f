"""What waits for a child, and a meeting that stands, as meetings that want a time."""

from datetime import datetime, timedelta

import pytest

from directory.availability import Free
from meetings import setting_up
from meetings.errors import NothingWaiting
from meetings.letters import Letterhead
from meetings.seats import Capacity
from meetings.tables import Meeting
from meetings.wanting import times_for, wanted, wanted_again, weighed_at
from tests.meetings.waiting_children import BY, child_waiting, tomorrow, units_of
from web.viewer import MACHINE

pytestmark = pytest.mark.usefixtures("rolled_back", "london")
LAMBETH, NEWHAM = "E09000022", "E09000025"


async def test_what_waits_wants_the_seats_quorum_and_earliest_deadline_of_its_rules(now: datetime) -> None:
    child = await child_waiting(now, host=NEWHAM, rules=("REPEAT", "OPEN72"), due_in=50)
    ask = await wanted(child, now, MACHINE)
    assert [seat.capacities[0] for seat in ask.seats if seat.police] == [Capacity.HOME, Capacity.DESTINATION]
    assert set(ask.quorum) == {Capacity.SOCIAL_WORKER, Capacity.HEALTH, Capacity.HOME}
    assert ask.due_at == now + timedelta(hours=50)
    assert not ask.urgent


async def test_high_risk_is_urgent_and_so_is_a_deadline_within_a_day(now: datetime) -> None:
    assert (await wanted(await child_waiting(now, rules=("HIGH",), due_in=70), now, MACHINE)).urgent
    assert (await wanted(await child_waiting(now, rules=("REPEAT",), due_in=24), now, MACHINE)).urgent
    assert not (await wanted(await child_waiting(now, rules=("REPEAT",), due_in=25), now, MACHINE)).urgent


async def test_a_child_for_whom_nothing_waits_wants_no_meeting(now: datetime, letterhead: Letterhead) -> None:
    child = await child_waiting(now)
    units = await units_of(child, now)
    await setting_up.set_up(child, tomorrow(now), units, by=BY, now=now, letterhead=letterhead, viewer=MACHINE)
    with pytest.raises(NothingWaiting):
        await wanted(child, now, MACHINE)


async def test_a_unit_at_another_meeting_here_is_busy_and_its_time_is_not_proposed_first(
    now: datetime, letterhead: Letterhead
) -> None:
    first = await child_waiting(now)
    units = await units_of(first, now)
    when = tomorrow(now, starts_at=now + timedelta(hours=24))
    await setting_up.set_up(first, when, units, by=BY, now=now, letterhead=letterhead, viewer=MACHINE)

    ask = await wanted(await child_waiting(now, rules=("REPEAT",), due_in=48), now, MACHINE)
    taken = await weighed_at(ask, when.starts_at, now)
    assert set(taken.seats.values()) == {Free.BUSY}
    best = (await times_for(ask, now)).slots[0]
    assert set(best.seats.values()) == {Free.UNKNOWN}
    assert not best.period.overlaps(taken.period)


async def test_a_meeting_that_is_moved_keeps_nobody_from_its_own_new_time(
    now: datetime, letterhead: Letterhead
) -> None:
    child = await child_waiting(now)
    reference = await setting_up.set_up(
        child,
        tomorrow(now, place="Town hall"),
        await units_of(child, now),
        by=BY,
        now=now,
        letterhead=letterhead,
        viewer=MACHINE,
    )
    meeting = await Meeting.objects().where(Meeting.reference == reference).first()
    assert meeting is not None
    ask = await wanted_again(meeting, now)
    assert (ask.minutes, ask.place, ask.urgent, ask.key) == (60, "Town hall", True, meeting.id)
    assert len(ask.seats) == len(await units_of(await child_waiting(now), now))
    beside = await weighed_at(ask, meeting.starts_at, now, leaving_out=meeting.id)
    assert set(beside.seats.values()) == {Free.UNKNOWN}
    assert set((await weighed_at(ask, meeting.starts_at, now)).seats.values()) == {Free.BUSY}
