"""Each message that came ends in exactly one way, and only an answer of the invited address moves an answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from attendance.tables import Response
from attendance.taking_in import take_in_one
from audit.tables import Entry
from notifications import inbox
from tests.attendance.conftest import DESTINATION, HOME, SOCIAL_CARE
from tests.attendance.mailing import answer, from_home, responses, standing_answer, take_in

MINUTE = timedelta(minutes=1)
OUTSIDER = "somebody@elsewhere.example"


@pytest.fixture
async def meeting(rolled_back: None, convene: Any) -> Any:
    return await convene()


class TestByToken:
    async def test_the_answer_of_the_invited_address_is_applied(self, meeting: Any, now: datetime) -> None:
        mail = await from_home(meeting, now + MINUTE)

        assert (mail.disposition, mail.reason, mail.uid) == ("applied", "", meeting.uid)
        assert await standing_answer(meeting, "Central North") == "ACCEPTED"

    async def test_only_the_seat_that_answered_has_an_answer(self, meeting: Any, now: datetime) -> None:
        await from_home(meeting, now + MINUTE)
        assert await standing_answer(meeting, "East Area") == ""

    async def test_letter_case_of_token_and_address_does_not_matter(self, meeting: Any, now: datetime) -> None:
        to = meeting.reply_address("Central North").upper()
        raw = answer(uid=meeting.uid, to=to, sender=HOME.upper(), at=now)
        mail = await take_in(raw, to, letterhead=meeting.letterhead, now=now)
        assert mail.disposition == "applied"

    async def test_the_later_answer_stands(self, meeting: Any, now: datetime) -> None:
        await from_home(meeting, now + MINUTE)
        await from_home(meeting, now + 2 * MINUTE, partstat="DECLINED")
        assert await standing_answer(meeting, "Central North") == "DECLINED"

    async def test_a_clock_that_stands_at_the_beginning_of_time_keeps_no_later_answer_out(
        self, meeting: Any, now: datetime
    ) -> None:
        to = meeting.reply_address("Central North")
        raw = (
            f"From: {HOME}\r\nContent-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n"
            f"BEGIN:VEVENT\r\nUID:{meeting.uid}\r\nSEQUENCE:0\r\nDTSTAMP:00010101T000000Z\r\n"
            f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{HOME}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        ).encode()
        first = await take_in(raw, to, letterhead=meeting.letterhead, now=now)
        later = await from_home(meeting, now + MINUTE, partstat="DECLINED")
        assert (first.disposition, later.disposition) == ("applied", "applied")
        assert await standing_answer(meeting, "Central North") == "DECLINED"

    async def test_every_decision_is_in_the_log(self, meeting: Any, now: datetime) -> None:
        mail = await from_home(meeting, now + MINUTE)
        entry = await Entry.objects().where(Entry.actor == "mail door").first()
        assert entry is not None
        assert entry.action == "reply applied"
        assert f'"mail": {mail.id}' in entry.detail
        assert HOME not in entry.detail

    async def test_a_token_nobody_has_is_set_aside(self, meeting: Any, now: datetime) -> None:
        to = f"meetings+{'a' * 26}@{meeting.letterhead.domain}"
        raw = answer(uid=meeting.uid, to=to, sender=HOME, at=now)
        mail = await take_in(raw, to, letterhead=meeting.letterhead, now=now)
        assert (mail.disposition, mail.reason) == (
            "set aside",
            "The address it was sent to belongs to no invitation.",
        )

    async def test_a_token_with_another_meetings_uid_is_set_aside(
        self, meeting: Any, convene: Any, now: datetime
    ) -> None:
        other = await convene()
        mail = await from_home(meeting, now + MINUTE, uid=other.uid)
        assert mail.disposition == "set aside"
        assert await Response.count() == 0


class TestWithoutToken:
    async def test_uid_and_address_find_the_one_invitation_and_a_person_decides_while_nothing_proves_the_sender(
        self, meeting: Any, now: datetime
    ) -> None:
        to = meeting.letterhead.sender_address()
        raw = answer(uid=meeting.uid, to=to, sender=HOME, at=now)
        mail = await take_in(raw, to, letterhead=meeting.letterhead, now=now)

        assert mail.disposition == "set aside"
        (response,) = await responses(meeting.invitations["Central North"])
        assert response.flagged == "Nothing proves who sent it. It came without the code of its invitation."
        assert await standing_answer(meeting, "Central North") == ""

    async def test_an_address_that_was_not_invited_is_set_aside(self, meeting: Any, now: datetime) -> None:
        to = meeting.letterhead.sender_address()
        raw = answer(uid=meeting.uid, to=to, sender=OUTSIDER, at=now)
        mail = await take_in(raw, to, letterhead=meeting.letterhead, now=now)
        assert mail.disposition == "set aside"
        assert await Response.count() == 0

    async def test_one_invitee_cannot_answer_for_another(self, meeting: Any, now: datetime) -> None:
        to = meeting.letterhead.sender_address()
        raw = answer(uid=meeting.uid, to=to, sender=HOME, answered_by=DESTINATION, at=now)
        mail = await take_in(raw, to, letterhead=meeting.letterhead, now=now)
        assert mail.disposition == "set aside"
        assert await standing_answer(meeting, "East Area") == ""

    async def test_an_unknown_uid_says_nothing_about_what_exists(self, meeting: Any, now: datetime) -> None:
        to = meeting.letterhead.sender_address()
        raw = answer(uid="guessed@elsewhere.example", to=to, sender=HOME, at=now)
        mail = await take_in(raw, to, letterhead=meeting.letterhead, now=now)
        assert (mail.disposition, mail.uid) == ("set aside", "guessed@elsewhere.example")


class TestStrangers:
    async def test_a_forwarded_invitation_accepted_by_an_outsider_moves_nothing(
        self, meeting: Any, now: datetime
    ) -> None:
        mail = await from_home(meeting, now + MINUTE, sender=OUTSIDER)

        assert mail.disposition == "set aside"
        assert mail.reason.startswith("Central North: It was not answered from the invited address.")
        (response,) = await responses(meeting.invitations["Central North"])
        assert (response.row, response.applied, response.answered_by) == (10, False, OUTSIDER)

    async def test_a_reply_naming_another_attendee_is_set_aside(self, meeting: Any, now: datetime) -> None:
        mail = await from_home(meeting, now + MINUTE, answered_by=SOCIAL_CARE)
        assert mail.disposition == "set aside"
        assert await standing_answer(meeting, "Camden children's services") == ""

    async def test_of_two_attendees_the_invited_one_counts(self, meeting: Any, now: datetime) -> None:
        to = meeting.reply_address("Central North")
        raw = answer(uid=meeting.uid, to=to, sender=HOME, at=now)
        two = two_attendees(raw, f"ATTENDEE;PARTSTAT=DECLINED:mailto:{OUTSIDER}")
        mail = await take_in(two, to, letterhead=meeting.letterhead, now=now)
        assert mail.disposition == "applied"
        assert await standing_answer(meeting, "Central North") == "ACCEPTED"

    async def test_of_two_attendees_without_the_invited_one_neither_counts(self, meeting: Any, now: datetime) -> None:
        to = meeting.reply_address("Central North")
        raw = answer(uid=meeting.uid, to=to, sender=OUTSIDER, at=now)
        two = two_attendees(raw, "ATTENDEE;PARTSTAT=ACCEPTED:mailto:another@elsewhere.example")
        mail = await take_in(two, to, letterhead=meeting.letterhead, now=now)
        assert mail.disposition == "set aside"


class TestTwice:
    async def test_the_same_answer_in_another_envelope_is_a_duplicate(self, meeting: Any, now: datetime) -> None:
        to = meeting.reply_address("Central North")
        raw = answer(uid=meeting.uid, to=to, sender=HOME, at=now)
        await take_in(raw, to, letterhead=meeting.letterhead, now=now)
        again = await take_in(b"Received: again\r\n" + raw, to, letterhead=meeting.letterhead, now=now)

        assert again.disposition == "duplicate"
        assert len(await responses(meeting.invitations["Central North"])) == 1

    async def test_the_same_bytes_are_taken_in_once(self, meeting: Any, now: datetime) -> None:
        to = meeting.reply_address("Central North")
        raw = answer(uid=meeting.uid, to=to, sender=HOME, at=now)
        await take_in(raw, to, letterhead=meeting.letterhead, now=now)
        await inbox.keep("smtp", raw, HOME, to, now=now)
        assert not await take_in_one(letterhead=meeting.letterhead, now=now)

    async def test_a_message_id_used_before_does_not_hide_a_real_answer(self, meeting: Any, now: datetime) -> None:
        to = meeting.reply_address("Central North")
        squatter = f"From: {OUTSIDER}\r\nMessage-ID: <one@police.example>\r\n\r\nHello.\r\n".encode()
        await take_in(squatter, to, letterhead=meeting.letterhead, now=now)
        raw = answer(uid=meeting.uid, to=to, sender=HOME, at=now).replace(b"Message-ID: <", b"X-Was: <")
        real = await take_in(
            b"Message-ID: <one@police.example>\r\n" + raw, to, letterhead=meeting.letterhead, now=now
        )
        assert real.disposition == "applied"


def two_attendees(raw: bytes, attendee: str) -> bytes:
    """The same answer, written plainly, with another ATTENDEE before it."""
    from notifications.imip import open_message

    opened = open_message(raw)
    ((_, stream),) = opened.calendars
    both = stream.decode().replace("BEGIN:VEVENT", f"BEGIN:VEVENT\r\n{attendee}", 1)
    head = f"From: {opened.from_addresses[0]}\r\nContent-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n"
    return (head + both).encode()
