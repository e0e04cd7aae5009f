"""Somebody answers a unit's invitation to a series, or to one date of it: what they are told of is that alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from attendance import strangers
from meetings.letters import Letterhead
from meetings.tables import Meeting, Series, SeriesInvitation
from notifications.tables import OutboundMail
from tests.attendance.asked import BY, readable
from tests.attendance.mailing import answer, take_in
from tests.meetings.series_set_up import dates, lines, panel, police
from tests.notifications.outgoing.outbox_checks import check_all_sent
from web.moments import LONDON

pytestmark = pytest.mark.usefixtures("rolled_back", "london")
OUTSIDER = "somebody@elsewhere.example"
HOUR = timedelta(hours=1)


async def refused(series: Series, date: Meeting | None, now: datetime, letterhead: Letterhead) -> OutboundMail:
    """An outsider answered the police unit's copy, for one date or for all, and is told that they are not invited."""
    whole = (
        await SeriesInvitation.objects()
        .where((SeriesInvitation.series == series.id) & (SeriesInvitation.unit == await police()))
        .first()
    )
    assert whole is not None
    to, named = letterhead.reply_address(whole.id), ""
    if date is not None and date.recurrence_id is not None:
        named = f"RECURRENCE-ID;TZID=Europe/London:{date.recurrence_id.astimezone(LONDON):%Y%m%dT%H%M%S}\r\n"
    raw = answer(uid=series.uid, to=to, sender=OUTSIDER, at=now + HOUR, lines=named)
    mail = await take_in(raw, to, letterhead=letterhead, now=now + HOUR, sender=OUTSIDER)
    assert await strangers.refuse(mail.id, letterhead=letterhead, authserv_id="", by=BY, now=now + 2 * HOUR)
    letter = await OutboundMail.objects().where(OutboundMail.kind == "refusal").first()
    assert letter is not None
    return letter


async def test_who_answered_one_date_is_told_of_that_date_alone(now: datetime, letterhead: Letterhead) -> None:
    series = await panel(now, letterhead)
    third = (await dates(series))[2]
    letter = await refused(series, third, now, letterhead)
    said = readable(letter)
    assert f"You are not invited to Lambeth weekly panel {series.reference} on Tuesday 8 December 2026" in said
    assert "Please delete this one date from your calendar. It goes ahead without you." in said
    assert "METHOD:CANCEL" in said
    assert lines(letter, "RECURRENCE-ID") == ["RECURRENCE-ID;TZID=Europe/London:20261208T093000"]
    assert lines(letter, "RRULE") == []
    assert (await check_all_sent())["CANCEL"] == 1


async def test_who_holds_a_forwarded_copy_of_the_series_is_told_of_all_of_it(
    now: datetime, letterhead: Letterhead
) -> None:
    series = await panel(now, letterhead)
    letter = await refused(series, None, now, letterhead)
    said = readable(letter)
    assert f"You are not invited to Lambeth weekly panel {series.reference}\n" in said
    assert "Please delete the whole series from your calendar." in said
    assert lines(letter, "RECURRENCE-ID") == []
    assert lines(letter, "RRULE", "DTSTART", "SEQUENCE") == [
        "SEQUENCE:1",
        "DTSTART;TZID=Europe/London:20261124T093000",
        "RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;UNTIL=20270406T083000Z",
    ]
    assert "meet.example" not in said
    assert (await check_all_sent())["CANCEL"] == 1
