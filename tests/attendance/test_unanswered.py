"""Beside a unit that is silent stands when it is on duty next, and by when it promised to answer."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest

from attendance.overview import meeting_overview
from attendance.unanswered import Unanswered, unanswered
from directory import duty_changes
from directory.duty import Pattern, Shift
from directory.duty_tables import DutyKind
from meetings.tables import Meeting, Seat
from tests.factories import call_off, make_meeting, make_response, make_seat, make_unit

pytestmark = pytest.mark.usefixtures("rolled_back")
OFFICE = Pattern(((Shift(time(9), time(17)),),) * 5 + ((), ()), date(2026, 11, 16), date(2026, 11, 2))


async def silent(meeting: Meeting, now: datetime) -> Mapping[UUID, Unanswered]:
    overview = await meeting_overview(meeting.reference, now=now)
    assert overview is not None
    return await unanswered(overview, now)


async def asked(now: datetime) -> tuple[Meeting, Seat]:
    """A meeting in two days, with one seat invited two hours ago on a Wednesday at 8am."""
    unit = await make_unit(code="XA")
    await duty_changes.add_pattern(unit.id, "team", DutyKind.WEEKLY, OFFICE, by="tests", now=now)
    await duty_changes.promise(unit.id, 4, "working hours", by="tests", now=now)
    set_up_at = now - timedelta(hours=2)
    meeting = await make_meeting(home=unit, starts_at=now + timedelta(days=2), set_up_at=set_up_at)
    return meeting, await make_seat(meeting=meeting, unit=unit)


async def test_its_duty_and_its_promise_are_shown(now: datetime) -> None:
    meeting, seat = await asked(now)

    (found,) = (await silent(meeting, now)).items()

    assert found == (seat.id, Unanswered("On duty now, until 5pm", datetime(2026, 11, 18, 13, 0, tzinfo=UTC)))


async def test_of_a_unit_that_told_nothing_nothing_is_shown(now: datetime) -> None:
    unit = await make_unit(code="XB")
    meeting = await make_meeting(home=unit, starts_at=now + timedelta(days=2))
    seat = await make_seat(meeting=meeting, unit=unit)

    assert await silent(meeting, now) == {seat.id: Unanswered("", None)}


async def test_who_answered_is_not_silent(now: datetime) -> None:
    meeting, seat = await asked(now)
    await make_response(meeting=meeting, seat=seat, received_at=now)

    assert await silent(meeting, now) == {}


async def test_when_the_meeting_began_or_was_called_off_nobody_is_waited_for(now: datetime) -> None:
    meeting, _ = await asked(now)

    assert await silent(meeting, meeting.starts_at) == {}
    await call_off(meeting=meeting, at=now)
    assert await silent(meeting, now) == {}
