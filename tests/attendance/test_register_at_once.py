"""Two coordinators at one register: it is closed once, and what is refused leaves nothing behind."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from attendance import errors
from attendance.register import Mark, close, everyone_came, mark, standing_marks, tap
from attendance.tables import Attendance, Outcome, Register


@pytest.fixture
async def held(committed: None, convene: Any, now: datetime) -> Any:
    return await convene(starts_at=now - timedelta(hours=1), invited_at=now - timedelta(days=2))


async def test_two_who_close_at_once_leave_one_closed_register(held: Any, now: datetime) -> None:
    marks = [Mark(seat, Outcome.ATTENDED) for seat in held.seats.values()]
    ends = await asyncio.gather(
        *(close(held.id, marks=marks, by=f"coordinator {n}", now=now) for n in range(3)), return_exceptions=True
    )
    assert sorted(type(end).__name__ for end in ends) == ["NoneType", "RegisterClosed", "RegisterClosed"]
    assert await Register.count() == 1
    assert await Attendance.count() == 3


async def test_one_mark_that_cannot_be_taken_takes_the_others_back(held: Any, now: datetime) -> None:
    good, bad = list(held.seats.values())[:2]
    with pytest.raises(errors.FlagWithoutPresence):
        await mark(
            held.id,
            [Mark(good, Outcome.ATTENDED), Mark(bad, Outcome.NO_SHOW, joined_late=True)],
            by="coordinator",
            now=now,
        )
    assert await Attendance.count() == 0


async def test_of_two_who_tap_one_seat_the_last_stands_and_both_are_on_record(held: Any, now: datetime) -> None:
    seat = held.seats["East Area"]
    outcomes = (Outcome.ATTENDED, Outcome.NO_SHOW)
    await asyncio.gather(*(tap(held.id, seat, one, by=f"marked {one}", now=now) for one in outcomes))

    rows = await Attendance.objects().order_by(Attendance.id)
    assert {row.outcome for row in rows} == set(outcomes)
    assert (await standing_marks(held.id))[seat].outcome == rows[-1].outcome


async def test_one_tap_that_arrives_five_times_at_once_is_one_mark(held: Any, now: datetime) -> None:
    seat = held.seats["East Area"]
    await asyncio.gather(*(tap(held.id, seat, Outcome.NO_SHOW, by="coordinator", now=now) for _ in range(5)))
    assert await Attendance.count() == 1


async def test_everyone_came_leaves_alone_what_another_marks_at_that_moment(held: Any, now: datetime) -> None:
    seat = held.seats["East Area"]
    await asyncio.gather(
        everyone_came(held.id, by="chair", now=now),
        tap(held.id, seat, Outcome.NO_SHOW, by="coordinator", now=now),
    )
    assert (await standing_marks(held.id))[seat].outcome == Outcome.NO_SHOW
