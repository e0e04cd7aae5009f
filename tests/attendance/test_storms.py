"""Mail that comes again and again, by malice or between two machines: it never makes Convene write as often."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from attendance.taking_in import take_in_due
from meetings import scheduling
from meetings.calling_off import call_off
from meetings.letters import Letterhead
from meetings.scheduling import move
from meetings.tables import Meeting, Series, SeriesInvitation
from meetings.when import When
from notifications import inbox
from notifications.tables import InboundMail, OutboundMail
from tests.attendance.conftest import HOME
from tests.attendance.mailing import answer, by_a_person, standing_answer, take_in
from tests.meetings.series_set_up import BY, TUESDAYS, dates, panel

pytestmark = pytest.mark.usefixtures("rolled_back")

UNIT = "Central North"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STORM = 40
DAILY = replace(TUESDAYS, weekdays=(0, 1, 2, 3, 4), first_on=date(2026, 11, 23))


async def storm(meeting: Any, begins: datetime, **how: Any) -> Counter[str]:
    """As many messages, a minute between them; how many letters of each kind that wrote."""
    before = Counter(row["kind"] for row in await OutboundMail.select(OutboundMail.kind))
    to = meeting.reply_address(UNIT)
    for number in range(STORM):
        at = begins + number * MINUTE
        raw = by_a_person(answer(**({"uid": meeting.uid, "to": to, "sender": HOME, "at": at} | how)))
        await inbox.keep("smtp", raw, HOME, to, now=at)
    while await take_in_due(letterhead=meeting.letterhead, now=begins + HOUR):
        pass
    assert not await InboundMail.exists().where(InboundMail.disposition == "kept")
    return Counter(row["kind"] for row in await OutboundMail.select(OutboundMail.kind)) - before


class TestAboutOneMeeting:
    @pytest.fixture
    def meeting(self, coming: Any) -> Any:
        return coming

    async def moved(self, meeting: Any, now: datetime) -> None:
        when = When(meeting.starts_at + DAY, 60, "", "https://meet.example/room")
        await move(meeting.reference, when, by=BY, now=now, letterhead=meeting.letterhead)

    async def test_of_questions_for_a_fresh_copy(self, meeting: Any, now: datetime) -> None:
        assert (await storm(meeting, now, method="REFRESH")).total() <= 1

    async def test_of_answers_to_the_earlier_time(self, meeting: Any, now: datetime) -> None:
        await self.moved(meeting, now)
        assert (await storm(meeting, now + HOUR)).total() <= 1

    async def test_of_proposals_about_the_earlier_time(self, meeting: Any, now: datetime) -> None:
        await self.moved(meeting, now)
        how = {"method": "COUNTER", "partstat": "TENTATIVE", "starts_at": now + 5 * DAY}
        assert await storm(meeting, now + HOUR, **how) == {"request": 1, "told": 1}

    async def test_of_yeses_to_a_meeting_that_is_called_off(self, meeting: Any, now: datetime) -> None:
        await call_off(
            meeting.reference,
            asked_by="police",
            reason="set up in error",
            by=BY,
            now=now,
            letterhead=meeting.letterhead,
        )
        assert (await storm(meeting, now + HOUR)).total() <= 1

    @pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "DECLINECOUNTER"])
    async def test_of_another_convenes_letters(self, meeting: Any, now: datetime, method: str) -> None:
        assert (await storm(meeting, now, method=method)).total() == 0

    async def test_of_a_bounces_bounces(self, meeting: Any, now: datetime) -> None:
        before = await OutboundMail.count()
        bounce = meeting.letterhead.bounce_address(meeting.invitations[UNIT])
        for number in range(STORM):
            raw = (
                f"From: mailer-daemon@police.example\r\nMessage-ID: <{number}@police.example>\r\n"
                "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
                "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; police.example\r\n\r\n"
                f"Final-Recipient: rfc822; {bounce}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
            )
            await take_in(raw.encode(), bounce, letterhead=meeting.letterhead, now=now + number * MINUTE)
        assert await OutboundMail.count() == before
        assert await standing_answer(meeting, UNIT) == ""


@pytest.mark.usefixtures("london")
class TestAboutASeries:
    @pytest.fixture
    async def series(self, now: datetime, letterhead: Letterhead) -> Series:
        return await panel(now, letterhead, DAILY)

    async def invitation(self, series: Series) -> SeriesInvitation:
        row = await SeriesInvitation.objects().where(SeriesInvitation.series == series.id).first()
        assert row is not None
        return row

    async def say(self, series: Series, letterhead: Letterhead, at: datetime, raw: bytes = b"", **how: Any) -> Any:
        own = await self.invitation(series)
        to = letterhead.reply_address(own.id)
        given: dict[str, Any] = {"uid": series.uid, "to": to, "sender": own.address, "at": at} | how
        raw = raw or by_a_person(answer(**given))
        return await take_in(raw, to, letterhead=letterhead, now=at, sender=own.address)

    async def test_one_outdated_answer_brings_one_letter_not_one_for_each_date(
        self, series: Series, now: datetime, letterhead: Letterhead
    ) -> None:
        first = (await dates(series))[0]
        when = When(first.starts_at + HOUR, 60, "", "https://meet.example/r/7")
        await scheduling.move(first.reference, when, by=BY, now=now, letterhead=letterhead)
        before = await OutboundMail.count()
        for number in range(5):
            await self.say(series, letterhead, now + HOUR + number * MINUTE, sequence=0)
        for number in range(5):
            await self.say(series, letterhead, now + 2 * HOUR + number * MINUTE, method="REFRESH")
        assert await OutboundMail.count() - before <= 2

    async def test_a_date_of_another_series_is_none_of_this(
        self, series: Series, now: datetime, letterhead: Letterhead
    ) -> None:
        other = await panel(now, letterhead, TUESDAYS)
        (elsewhere, *_) = await dates(other)
        lines = f"RECURRENCE-ID:{elsewhere.starts_at + MINUTE:%Y%m%dT%H%M%SZ}\r\n"
        counter = {"uid": other.uid, "method": "COUNTER", "lines": lines}
        ways: tuple[dict[str, Any], ...] = ({"uid": other.uid}, {"lines": lines}, counter)
        for how in ways:
            mail = await self.say(series, letterhead, now + MINUTE, **how)
            assert mail.disposition == "set aside"
        assert await Meeting.exists().where(Meeting.id == elsewhere.id, Meeting.starts_at == elsewhere.starts_at)

    async def test_twenty_answers_in_one_message_to_a_hundred_dates_take_seconds_at_most(
        self, series: Series, now: datetime, letterhead: Letterhead
    ) -> None:
        own = await self.invitation(series)
        events = "".join(
            f"BEGIN:VEVENT\r\nUID:{series.uid}\r\nSEQUENCE:0\r\nDTSTAMP:{now + number * MINUTE:%Y%m%dT%H%M%SZ}\r\n"
            f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{own.address}\r\nEND:VEVENT\r\n"
            for number in range(20)
        )
        raw = (
            f"From: {own.address}\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n"
            f"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n{events}END:VCALENDAR\r\n"
        )
        began = time.monotonic()
        mail = await self.say(series, letterhead, now + HOUR, raw.encode())
        assert mail.disposition == "applied"
        assert time.monotonic() - began < 10
