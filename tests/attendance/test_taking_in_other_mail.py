"""Mail that is no answer: bounces, absence notices, words, damage. It ends with its reason and moves nothing."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from audit.tables import Entry
from meetings.tables import MeetingEvent
from tests.attendance.conftest import HOME
from tests.attendance.mailing import from_home, report, standing_answer, take_in

MINUTE = timedelta(minutes=1)
OUTSIDER = "somebody@elsewhere.example"


@pytest.fixture
async def meeting(rolled_back: None, convene: Any) -> Any:
    return await convene()


class TestWhatIsNoAnswer:
    async def test_a_bounce_names_the_unit_and_stands_on_the_timeline(self, meeting: Any, now: datetime) -> None:
        to = meeting.letterhead.bounce_address(meeting.invitations["Central North"])
        mail = await take_in(report("failed"), to, letterhead=meeting.letterhead, now=now)

        assert (mail.disposition, mail.uid) == ("set aside", meeting.uid)
        assert mail.reason == "Central North: Our letter could not be delivered."
        events = await MeetingEvent.select(MeetingEvent.what)
        assert {"what": "the letter to Central North could not be delivered"} in events

    async def test_a_delay_is_recorded_and_asks_nobody(self, meeting: Any, now: datetime) -> None:
        to = meeting.letterhead.bounce_address(meeting.invitations["Central North"])
        mail = await take_in(report("delayed"), to, letterhead=meeting.letterhead, now=now)
        assert mail.disposition == "recorded"

    @pytest.mark.parametrize(("action", "code"), [("failed", "5.2"), ("delayed", "1.1"), ("delivered", "1.2")])
    async def test_what_became_of_a_letter_is_in_the_log_by_its_code(
        self, meeting: Any, now: datetime, action: str, code: str
    ) -> None:
        to = meeting.letterhead.bounce_address(meeting.invitations["Central North"])
        mail = await take_in(report(action), to, letterhead=meeting.letterhead, now=now)
        entry = await Entry.objects().where(Entry.subject == f"mail:{mail.id}").first()
        assert entry is not None
        assert json.loads(entry.detail) == {"delivery": code}

    async def test_an_absence_notice_is_recorded_and_never_an_answer(self, meeting: Any, now: datetime) -> None:
        raw = f"From: {HOME}\r\nAuto-Submitted: auto-replied\r\n\r\nI am away until Monday.\r\n".encode()
        to = meeting.reply_address("Central North")
        mail = await take_in(raw, to, letterhead=meeting.letterhead, now=now)

        assert (mail.disposition, mail.uid) == ("recorded", meeting.uid)
        assert await standing_answer(meeting, "Central North") == ""

    async def test_words_of_a_person_wait_for_a_person(self, meeting: Any, now: datetime) -> None:
        raw = f"From: {HOME}\r\nSubject: Tomorrow\r\n\r\nWe accept.\r\n".encode()
        mail = await take_in(raw, meeting.reply_address("Central North"), letterhead=meeting.letterhead, now=now)
        assert mail.disposition == "set aside"
        assert await standing_answer(meeting, "Central North") == ""

    @pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "DECLINECOUNTER"])
    async def test_no_other_calendar_method_changes_anything(self, meeting: Any, now: datetime, method: str) -> None:
        mail = await from_home(meeting, now + MINUTE, method=method)
        assert (mail.disposition, mail.kind) == ("set aside", "refused")
        assert await standing_answer(meeting, "Central North") == ""

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"\x00\xff\xfe",
            b"From: a@b.example\r\nContent-Type: text/calendar; method=REPLY\r\n\r\nMETHOD:REPLY\r\nBEGIN:VCALENDAR",
            b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR",
            b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n",
            b"To: " + b"," * 100_000 + b"\r\n\r\n",
        ],
    )
    async def test_damaged_mail_is_set_aside_with_a_reason(self, meeting: Any, now: datetime, raw: bytes) -> None:
        mail = await take_in(raw, meeting.reply_address("Central North"), letterhead=meeting.letterhead, now=now)
        assert mail.disposition == "set aside"
        assert mail.reason
