"""Two coordinators send at the same moment, and a process dies in the middle of sending."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime

import pytest

from meetings import sending_plans, setting_up
from meetings.kept_plans import offers, propose_all
from meetings.letters import Letterhead
from meetings.plan_listing import week_plan
from meetings.plan_tables import KeptTime
from meetings.slots import Wanted
from meetings.tables import Meeting, Seat
from tests.meetings.waiting_children import BY, child_waiting
from web.viewer import MACHINE, Viewer

pytestmark = pytest.mark.usefixtures("committed", "london")
LINK = "https://meet.example/{reference}"


async def test_one_plan_sent_by_two_at_once_makes_each_meeting_once(now: datetime, letterhead: Letterhead) -> None:
    for _ in range(4):
        await child_waiting(now, rules=("OPEN72",), due_in=54)
    plan = await propose_all(minutes=60, by=BY, now=now, viewer=MACHINE)
    await sending_plans.choose(plan, {}, LINK, by=BY, now=now)
    await asyncio.gather(
        *(sending_plans.send(plan, by=who, now=now, letterhead=letterhead, viewer=MACHINE) for who in (BY, "another"))
    )
    week = await week_plan(plan, MACHINE)
    assert week.sent == 4
    assert week.failed == []
    assert await Meeting.count() == 4


async def test_two_plans_sent_at_once_never_book_a_unit_twice(now: datetime, letterhead: Letterhead) -> None:
    plans = []
    for _ in range(2):
        await child_waiting(now, rules=("OPEN72",), due_in=54)
        plans.append(await propose_all(minutes=60, by=BY, now=now, viewer=MACHINE))
    first, second = [await week_plan(plan, MACHINE) for plan in plans]
    assert first.lines[0].chosen_at in [line.chosen_at for line in second.lines]
    for plan in plans:
        await sending_plans.choose(plan, {}, LINK, by=BY, now=now)
    await asyncio.gather(
        *(sending_plans.send(plan, by=BY, now=now, letterhead=letterhead, viewer=MACHINE) for plan in plans)
    )
    taken = await Seat.select(Seat.unit, Seat.meeting.starts_at.as_alias("at"))
    assert len({(row["unit"], row["at"]) for row in taken}) == len(taken)
    assert await Meeting.count() == 2


async def test_who_looks_at_the_diaries_while_another_is_sending_sees_what_the_other_books(
    now: datetime, letterhead: Letterhead, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        await child_waiting(now, rules=("OPEN72",), due_in=54)
    plans = [await propose_all(minutes=60, by=BY, now=now, viewer=MACHINE) for _ in range(2)]
    mine, yours = [await KeptTime.objects().where(KeptTime.plan == plan).order_by(KeptTime.child) for plan in plans]
    time = next(iter({one.starts_at for one in offers(mine[0])} & {one.starts_at for one in offers(yours[1])}))
    await sending_plans.choose(plans[0], {mine[0].id: time, mine[1].id: None}, LINK, by=BY, now=now)
    await sending_plans.choose(plans[1], {yours[0].id: None, yours[1].id: time}, LINK, by=BY, now=now)
    look, looked, both = sending_plans._check_again, 0, asyncio.Event()

    async def waits_for_the_other(row: KeptTime, before: Wanted, at: datetime, viewer: Viewer) -> None:
        nonlocal looked
        await look(row, before, at, viewer)
        looked += 1
        if looked == 2:
            both.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.5):  # the other cannot look before this one has booked
                await both.wait()

    monkeypatch.setattr(sending_plans, "_check_again", waits_for_the_other)
    await asyncio.gather(
        *(sending_plans.send(plan, by=BY, now=now, letterhead=letterhead, viewer=MACHINE) for plan in plans)
    )
    assert await Meeting.count() == 1
    assert sorted([len((await week_plan(plan, MACHINE)).failed) for plan in plans]) == [0, 1]


async def test_a_process_that_dies_while_sending_leaves_the_rest_to_be_sent(
    now: datetime, letterhead: Letterhead, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        await child_waiting(now, rules=("OPEN72",), due_in=54)
    plan = await propose_all(minutes=60, by=BY, now=now, viewer=MACHINE)
    await sending_plans.choose(plan, {}, LINK, by=BY, now=now)
    whole, calls = setting_up.set_up, 0

    async def dies(*given: object, **named: object) -> str:
        nonlocal calls
        calls += 1
        reference = await whole(*given, **named)  # type: ignore[arg-type]  # handed on as they came
        if calls == 2:
            raise ConnectionError("the process died")
        return reference

    monkeypatch.setattr(sending_plans, "set_up", dies)
    with pytest.raises(ConnectionError):
        await sending_plans.send(plan, by=BY, now=now, letterhead=letterhead, viewer=MACHINE)
    assert (await week_plan(plan, MACHINE)).sent == await Meeting.count() == 1
    monkeypatch.undo()
    await sending_plans.send(plan, by=BY, now=now, letterhead=letterhead, viewer=MACHINE)
    assert (await week_plan(plan, MACHINE)).sent == await Meeting.count() == 3
