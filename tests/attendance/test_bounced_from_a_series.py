"""The letter about a series came back: the unit's next contact is asked to every coming date instead."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from attendance import bounces
from attendance.behind import next_contact_paths
from attendance.post_listing import references_of
from attendance.state import given_to
from directory.tables import Contact
from meetings.errors import AlreadyInvited, InvitationEnded
from meetings.letters import Letterhead
from meetings.scheduling import move
from meetings.series_post import series_key
from meetings.series_units import replace_contact
from meetings.tables import Invitation, InviteState, Seat, Series, SeriesInvitation
from meetings.when import When
from notifications import outbox
from notifications.tables import OutboundMail, OutState
from tests.attendance.mailing import answer, report, take_in
from tests.meetings.series_set_up import BY, dates, lines, panel, police, posted, series_of
from tests.notifications.outgoing.outbox_checks import check_all_sent

pytestmark = pytest.mark.usefixtures("rolled_back", "london")
NEXT = "duty@central-south.police.example"
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)


async def of_police(series: Series) -> SeriesInvitation:
    rows = (
        await SeriesInvitation.objects()
        .where((SeriesInvitation.series == series.id) & (SeriesInvitation.unit == await police()))
        .order_by(SeriesInvitation.invited_at)
    )
    return rows[-1]


async def second_contact() -> Contact:
    contact = Contact(unit=await police(), role="duty desk", email=NEXT, rank=1, active_from=date(2020, 1, 1))
    await Contact.insert(contact)
    return contact


async def replaced(series: Series, now: datetime, letterhead: Letterhead) -> SeriesInvitation:
    """A person confirms the bounce of the series' letter, and invites the next contact."""
    before, contact = await of_police(series), await second_contact()
    mail = await take_in(report("failed"), letterhead.bounce_address(before.id), letterhead=letterhead, now=now)
    assert await bounces.confirm_and_invite(mail.id, contact.id, letterhead=letterhead, by=BY, now=now)
    return before


async def test_the_next_contact_is_asked_to_the_series_and_the_first_address_to_none_of_it(
    now: datetime, letterhead: Letterhead
) -> None:
    series = await panel(now, letterhead)
    sent = len(await posted(series))
    before = await replaced(series, now + HOUR, letterhead)
    new = await of_police(series)
    assert (new.address, new.state, new.cn) == (NEXT, InviteState.ACTIVE, before.cn)
    gone, asked = await posted(series, since=sent)
    assert [(gone.kind, gone.recipient), (asked.kind, asked.recipient)] == [
        ("cancel", before.address),
        ("request", NEXT),
    ]
    assert len(lines(gone, "RRULE")) == len(lines(asked, "RRULE")) == 1
    assert lines(gone, "RECURRENCE-ID") == lines(asked, "RECURRENCE-ID") == []
    assert await check_all_sent()


async def test_the_unit_keeps_its_seats_and_the_new_address_answers_for_them(
    now: datetime, letterhead: Letterhead
) -> None:
    series = await panel(now, letterhead)
    seats = {row["id"] for row in await Seat.select(Seat.id).where(Seat.unit == await police())}
    await replaced(series, now + HOUR, letterhead)
    new, at = await of_police(series), now + 2 * HOUR
    to = letterhead.reply_address(new.id)
    raw = answer(uid=series.uid, to=to, sender=NEXT, at=at, sequence=new.sent_sequence)
    mail = await take_in(raw, to, letterhead=letterhead, now=at, sender=NEXT)
    assert "It counts for 20 of 20 dates." in mail.reason
    rows = await Invitation.objects().where(Invitation.of_series == new.id)
    assert {row.seat for row in rows} == seats
    assert all(await given_to([row.id for row in rows]))


async def test_dates_that_are_over_stay_with_the_first_address(now: datetime, letterhead: Letterhead) -> None:
    series = await panel(now, letterhead)
    before = await replaced(series, now + 2 * WEEK, letterhead)
    rows = await Invitation.objects(Invitation.meeting).where(Invitation.of_series == before.id)
    states = [row.state for row in sorted(rows, key=lambda row: row.meeting.starts_at)]
    assert states == [InviteState.ACTIVE] * 2 + [InviteState.REMOVED] * 18


async def test_a_date_that_was_moved_is_told_to_the_new_address_apart(now: datetime, letterhead: Letterhead) -> None:
    series = await panel(now, letterhead)
    third = (await dates(series))[2]
    when = When(third.starts_at + HOUR, 60, "", "https://meet.example/r/7")
    await move(third.reference, when, by=BY, now=now, letterhead=letterhead)
    await replaced(series, now + HOUR, letterhead)
    apart = [one for one in await posted(series) if one.recipient == NEXT][1]
    assert lines(apart, "RECURRENCE-ID") == ["RECURRENCE-ID;TZID=Europe/London:20261208T093000"]
    assert await check_all_sent()


async def test_twice_and_to_an_address_of_another_unit_is_refused(now: datetime, letterhead: Letterhead) -> None:
    series = await series_of((await panel(now, letterhead)).reference)
    first = await of_police(series)
    others = await SeriesInvitation.objects().where(SeriesInvitation.id != first.id)
    with pytest.raises(AlreadyInvited):
        await replace_contact(first.id, others[0].address.upper(), by=BY, now=now, letterhead=letterhead)
    await replace_contact(first.id, NEXT, by=BY, now=now, letterhead=letterhead)
    with pytest.raises(InvitationEnded):
        await replace_contact(first.id, "else@police.example", by=BY, now=now, letterhead=letterhead)


async def test_mail_about_a_series_is_listed_under_the_series_and_not_under_one_of_its_dates(
    now: datetime, letterhead: Letterhead
) -> None:
    series = await panel(now, letterhead)
    assert await references_of([series.uid, ""]) == {series.uid: series.reference}


async def test_a_series_letter_that_the_relay_refused_leads_to_another_contact_for_every_date(
    now: datetime, letterhead: Letterhead
) -> None:
    series = await panel(now, letterhead)
    whole = await of_police(series)
    await OutboundMail.update({OutboundMail.state: OutState.REFUSED}).where(
        OutboundMail.key == series_key("request", whole.id, whole.sent_sequence)
    )
    (refused,) = await outbox.needing_a_person()
    first = (await dates(series))[0]
    asked = await Invitation.objects().where((Invitation.meeting == first.id) & (Invitation.of_series == whole.id))
    assert await next_contact_paths([refused], now) == {
        refused.id: f"/invitations/{asked[0].id}/next-contact?dates=every"
    }
    assert await next_contact_paths([refused], series_over(series)) == {}


def series_over(series: Series) -> datetime:
    return datetime.combine(series.last_on, time(23), UTC)
