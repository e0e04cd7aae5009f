"""A panel of four dates in the report of panels: each date is a meeting, and the counts reconcile."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from attendance import register
from attendance.register import Mark
from attendance.responses import record_by_hand
from attendance.tables import Outcome
from meetings import calling_off, scheduling
from meetings.letters import Letterhead
from meetings.series_changes import change_series
from meetings.tables import Invitation, Meeting, MeetingType, Seat, Series
from meetings.when import When
from notifications import outbox
from notifications.tables import OutboundMail, OutState
from reports import periods
from reports.figures import Asked
from tests.both_ways import both_ways
from tests.meetings.series_set_up import BY, TUESDAYS, dates, panel, police

pytestmark = pytest.mark.usefixtures("rolled_back", "london")

JANUARY = datetime(2027, 1, 20, tzinfo=UTC)
FOUR = replace(TUESDAYS, last_on=date(2026, 12, 15))


def asked(kind: MeetingType = MeetingType.PANEL) -> Asked:
    since, until = periods.month(2026, 11).since, periods.month(2026, 12).until
    return Asked(since, until, kind, JANUARY)


async def answered(meeting: Meeting, partstat: str, now: datetime) -> None:
    row = (
        await Invitation.objects()
        .where((Invitation.meeting == meeting.id) & (Invitation.seat.unit == await police()))
        .first()
    )
    assert row is not None
    await record_by_hand(row.id, partstat, by=BY, now=now)


async def held(meeting: Meeting, outcome: Outcome) -> None:
    """The register is closed: the police as given, everybody else came."""
    seats = await Seat.select(Seat.id, Seat.unit).where(Seat.meeting == meeting.id)
    home = await police()
    marks = [Mark(row["id"], outcome if row["unit"] == home else Outcome.ATTENDED) for row in seats]
    why = "held with those who came"
    await register.close(meeting.id, marks=marks, inquorate_reason=why, by=BY, now=meeting.ends_at)


async def lived(now: datetime, letterhead: Letterhead) -> Series:
    """Four dates: attended, not attended after accepting, moved and attended, called off."""
    series = await panel(now, letterhead, FOUR)
    first, second, third, fourth = await dates(series)
    await answered(first, "ACCEPTED", now)
    await answered(second, "ACCEPTED", now)
    when = When(third.starts_at + timedelta(days=1), 60, "", series.link)
    await scheduling.move(third.reference, when, by=BY, now=now, letterhead=letterhead)
    third = (await dates(series))[2]
    await answered(third, "TENTATIVE", now)
    why = "police could not attend"
    await calling_off.call_off(fourth.reference, asked_by="police", reason=why, by=BY, now=now, letterhead=letterhead)
    await held(first, Outcome.ATTENDED)
    await held(second, Outcome.NO_SHOW)
    await held(third, Outcome.DEPUTY)
    return series


async def test_each_date_is_counted_as_a_meeting_of_its_kind(now: datetime, letterhead: Letterhead) -> None:
    await lived(now, letterhead)
    total = (await both_ways(asked())).meetings.total
    assert (total.due, total.held, total.called_off, total.registers_open) == (4, 3, 1, 0)
    assert total.quorate == 2
    assert (await both_ways(asked(MeetingType.MISSING))).meetings.total.due == 0


async def test_the_seats_of_the_police_reconcile(now: datetime, letterhead: Letterhead) -> None:
    await lived(now, letterhead)
    seats = (await both_ways(asked())).seats.total
    assert (seats.expected, seats.attended, seats.deputy, seats.no_show) == (3, 1, 1, 1)
    outcomes = seats.attended + seats.deputy + seats.apologies + seats.no_show + seats.report_only
    assert seats.expected == outcomes + seats.not_recorded
    assert (seats.answered, seats.accepted, seats.no_show_after_accepting) == (3, 2, 1)
    assert (seats.invitations, seats.not_reached) == (4, 0)


async def test_dates_that_left_the_series_were_never_convened(now: datetime, letterhead: Letterhead) -> None:
    series = await panel(now, letterhead, FOUR)
    shorter = replace(FOUR, last_on=date(2026, 12, 3))
    await change_series(series.reference, shorter, place="", link=series.link, by=BY, now=now, letterhead=letterhead)
    total = (await both_ways(asked())).meetings.total
    assert (total.due, total.called_off) == (2, 0)


async def sent(series: Series, at: datetime) -> str:
    """The letters to the police about the series went out at that time; their address."""
    invitation = await Invitation.objects().where(Invitation.seat.unit == await police()).first()
    assert invitation is not None
    await OutboundMail.update({OutboundMail.state: OutState.SENT, OutboundMail.settled_at: at}).where(
        (OutboundMail.uid == series.uid) & OutboundMail.settled_at.is_null()
    )
    return invitation.address


async def test_a_bounce_after_two_dates_makes_only_the_later_ones_not_reached(
    now: datetime, letterhead: Letterhead
) -> None:
    series = await panel(now, letterhead, FOUR)
    first, second, third, fourth = await dates(series)
    address = await sent(series, now)
    bounced_at = second.starts_at + timedelta(hours=1)
    await outbox.came_back(series.uid, address, before=bounced_at, by=BY, now=bounced_at + timedelta(days=8))
    await held(first, Outcome.ATTENDED)
    for meeting in (second, third, fourth):
        await held(meeting, Outcome.NO_SHOW)
    seats = (await both_ways(asked())).seats.total
    assert (seats.expected, seats.attended, seats.no_show, seats.not_reached) == (2, 1, 1, 2)


async def test_a_letter_after_a_date_does_not_make_that_date_reached(now: datetime, letterhead: Letterhead) -> None:
    series = await panel(now, letterhead, FOUR)
    first = (await dates(series))[0]
    address = await sent(series, now)
    await outbox.came_back(series.uid, address, before=now + timedelta(hours=1), by=BY, now=now + timedelta(hours=2))
    later = first.starts_at + timedelta(days=1)
    await change_series(series.reference, FOUR, place="Room 2", link="", by=BY, now=later, letterhead=letterhead)
    await sent(series, later)
    seats = (await both_ways(asked())).seats.total
    assert (seats.expected, seats.not_reached) == (3, 1)
