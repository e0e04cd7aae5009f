"""What is known of a unit's time: duty hours, the published calendar, and its other meetings here."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from directory.availability import Free, Period
from directory.duty import Shift, instant
from directory.duty_hours import kept
from directory.duty_tables import BusyTime, DateOff, DutyKind, DutyPattern, PublishedCalendar
from directory.tables import Unit
from meetings.diaries import diaries
from meetings.tables import Seat
from tests.factories import call_off, make_meeting, make_seat, make_unit

pytestmark = pytest.mark.usefixtures("rolled_back")
DAY = date(2026, 11, 23)
WITHIN = Period(instant(DAY, time(0)), instant(DAY + timedelta(days=7), time(0)))
OFFICE = ((Shift(time(8), time(16)),),) * 5 + ((), ())


def hours(start: float, end: float) -> Period:
    nine = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    return Period(nine + timedelta(hours=start), nine + timedelta(hours=end))


async def tell_hours(unit: Unit, *, until: date | None = None) -> None:
    row = DutyPattern(
        unit=unit.id,
        name="Team",
        kind=DutyKind.WEEKLY,
        cycle=kept(OFFICE),
        anchor=DAY,
        valid_from=date(2026, 1, 5),
        valid_to=until,
    )
    await DutyPattern.insert(row)


async def publish(unit: Unit, *busy: Period, counts: bool = True, known_to: datetime = WITHIN.ends_at) -> None:
    row = PublishedCalendar(
        unit=unit.id,
        address="https://calendar.example/secret",
        added_at=WITHIN.starts_at,
        read_at=WITHIN.starts_at,
        known_to=known_to,
        counts=counts,
        next_at=WITHIN.starts_at,
    )
    await PublishedCalendar.insert(row)
    if busy:
        await BusyTime.insert(*(BusyTime(unit=unit.id, starts_at=b.starts_at, ends_at=b.ends_at) for b in busy))


async def test_a_unit_that_told_nothing_is_unknown() -> None:
    unit = await make_unit(code="XA")

    assert (await diaries([unit.id], WITHIN))[unit.id].at(hours(0, 1)) is Free.UNKNOWN


async def test_duty_hours_make_a_unit_free_within_them_and_off_duty_beyond() -> None:
    unit = await make_unit(code="XA")
    await tell_hours(unit)

    diary = (await diaries([unit.id], WITHIN))[unit.id]

    assert diary.at(hours(0, 1)) is Free.FREE
    assert diary.at(hours(9, 10)) is Free.OFF_DUTY


async def test_a_day_off_is_off_duty_until_it_is_removed(now: datetime) -> None:
    unit = await make_unit(code="XA")
    await tell_hours(unit)
    await DateOff.insert(DateOff(unit=unit.id, first_on=DAY, last_on=DAY, reason="Training day"))
    assert (await diaries([unit.id], WITHIN))[unit.id].at(hours(0, 1)) is Free.OFF_DUTY

    await DateOff.update({DateOff.removed_at: now}).where(DateOff.unit == unit.id)

    assert (await diaries([unit.id], WITHIN))[unit.id].at(hours(0, 1)) is Free.FREE


async def test_hours_that_ended_say_nothing_of_the_time_after() -> None:
    unit = await make_unit(code="XA")
    await tell_hours(unit, until=date(2026, 11, 1))

    assert (await diaries([unit.id], WITHIN))[unit.id].at(hours(0, 1)) is Free.UNKNOWN


async def test_a_unit_is_taken_by_its_other_meetings_but_not_by_the_one_left_out() -> None:
    unit = await make_unit(code="XA")
    meeting = await make_meeting(home=unit, starts_at=hours(0, 1).starts_at)
    await make_seat(meeting=meeting, unit=unit)

    assert (await diaries([unit.id], WITHIN))[unit.id].at(hours(0, 1)) is Free.BUSY
    assert (await diaries([unit.id], WITHIN, leaving_out=meeting.id))[unit.id].at(hours(0, 1)) is Free.UNKNOWN


async def test_a_meeting_called_off_and_a_seat_removed_take_nobody(now: datetime) -> None:
    unit, other = await make_unit(code="XA"), await make_unit(code="XB")
    off = await make_meeting(home=unit, starts_at=hours(0, 1).starts_at)
    await make_seat(meeting=off, unit=unit)
    await call_off(meeting=off, at=now)
    held = await make_meeting(home=unit, starts_at=hours(0, 1).starts_at)
    removed = await make_seat(meeting=held, unit=other)
    await Seat.update({Seat.removed_at: now}).where(Seat.id == removed.id)

    found = await diaries([unit.id, other.id], WITHIN)

    assert [diary.at(hours(0, 1)) for diary in found.values()] == [Free.UNKNOWN, Free.UNKNOWN]


async def test_a_published_calendar_makes_a_unit_busy_and_free() -> None:
    unit = await make_unit(code="XA")
    await publish(unit, hours(0, 1))

    diary = (await diaries([unit.id], WITHIN))[unit.id]

    assert diary.at(hours(0, 1)) is Free.BUSY
    assert diary.at(hours(1, 2)) is Free.FREE
    assert diary.read_at == WITHIN.starts_at


async def test_a_calendar_that_counts_no_more_makes_nobody_busy_or_free() -> None:
    unit = await make_unit(code="XA")
    await publish(unit, hours(0, 1), counts=False)

    diary = (await diaries([unit.id], WITHIN))[unit.id]

    assert diary.at(hours(0, 1)) is Free.UNKNOWN
    assert diary.read_at is None


async def test_beyond_what_a_calendar_tells_nobody_is_known_to_be_free() -> None:
    unit = await make_unit(code="XA")
    await publish(unit, hours(0, 1), known_to=hours(48, 48).starts_at)

    diary = (await diaries([unit.id], WITHIN))[unit.id]

    assert diary.at(hours(0, 1)) is Free.BUSY
    assert diary.at(hours(50, 51)) is Free.UNKNOWN
