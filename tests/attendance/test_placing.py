"""Which invitation a message is about: its code, else its UID and address, else the letter that it answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from attendance.tables import Absence, Alias, AliasKind
from meetings.tables import MeetingEvent
from notifications.tables import InboundMail, OutboundMail
from tests.attendance.conftest import DESTINATION, HOME
from tests.attendance.mailing import answer, report, responses, standing_answer, take_in

MINUTE = timedelta(minutes=1)
AUTHSERV = "mx.convene.example"
Clue = Callable[[str], str]
ANSWERED: dict[str, Clue] = {
    "Exchange's header": lambda message_id: f"X-MS-Exchange-Parent-Message-Id: {message_id}\r\n",
    "In-Reply-To": lambda message_id: f"In-Reply-To: {message_id}\r\n",
    "References": lambda message_id: f"References: <another@police.example> {message_id}\r\n",
}


@pytest.fixture
async def meeting(rolled_back: None, convene: Any) -> Any:
    return await convene()


@pytest.fixture
async def letter_to_home(meeting: Any) -> str:
    """The Message-ID of the letter that invited the home unit."""
    row = await OutboundMail.select(OutboundMail.message_id).where(OutboundMail.recipient == HOME).first()
    assert row is not None
    return str(row["message_id"])


async def to_the_mailbox(meeting: Any, raw: bytes, now: datetime) -> InboundMail:
    """The message came to our plain address, without any code."""
    return await take_in(raw, meeting.letterhead.sender_address(), letterhead=meeting.letterhead, now=now)


class TestAnAbsence:
    @pytest.mark.parametrize("clue", ANSWERED.values(), ids=ANSWERED)
    async def test_stands_beside_the_invitation_that_it_answers(
        self, meeting: Any, letter_to_home: str, now: datetime, clue: Clue
    ) -> None:
        head = f"From: {HOME}\r\nAuto-Submitted: auto-replied\r\n{clue(letter_to_home)}\r\n"
        mail = await to_the_mailbox(meeting, f"{head}I am away until 30 November.\r\n".encode(), now)

        assert (mail.disposition, mail.kind, mail.uid) == ("recorded", "absence", meeting.uid)
        (absence,) = await Absence.objects()
        assert (absence.invitation, absence.mail) == (meeting.invitations["Central North"], mail.id)
        assert absence.last_day == date(2026, 11, 30)
        assert absence.said == "I am away until 30 November."
        assert await standing_answer(meeting, "Central North") == ""

    async def test_is_placed_by_the_code_it_was_sent_to(self, meeting: Any, now: datetime) -> None:
        raw = f"From: {HOME}\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.\r\n".encode()
        await take_in(raw, meeting.reply_address("East Area"), letterhead=meeting.letterhead, now=now)
        (absence,) = await Absence.objects()
        assert absence.invitation == meeting.invitations["East Area"]

    async def test_without_any_clue_is_recorded_alone(self, meeting: Any, now: datetime) -> None:
        raw = f"From: {HOME}\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.\r\n".encode()
        mail = await to_the_mailbox(meeting, raw, now)
        assert (mail.disposition, mail.uid) == ("recorded", "")
        assert not await Absence.exists()


class TestAReport:
    async def test_is_placed_by_the_code_it_came_back_to(
        self, meeting: Any, letter_to_home: str, now: datetime
    ) -> None:
        to = meeting.letterhead.bounce_address(meeting.invitations["East Area"])
        raw = report("failed", f"Message-ID: {letter_to_home}")
        mail = await take_in(raw, to, letterhead=meeting.letterhead, now=now)
        assert mail.reason == "East Area: Our letter could not be delivered."

    async def test_is_placed_by_the_letter_that_it_gives_back(
        self, meeting: Any, letter_to_home: str, now: datetime
    ) -> None:
        mail = await to_the_mailbox(meeting, report("failed", f"Message-ID: {letter_to_home}"), now)
        assert (mail.disposition, mail.kind, mail.uid) == ("set aside", "bounce", meeting.uid)
        assert mail.reason == "Central North: Our letter could not be delivered."
        events = await MeetingEvent.select(MeetingEvent.what)
        assert {"what": "the letter to Central North could not be delivered"} in events

    async def test_that_it_was_read_is_no_answer(self, meeting: Any, letter_to_home: str, now: datetime) -> None:
        raw = (
            f"From: {HOME}\r\nIn-Reply-To: {letter_to_home}\r\n"
            'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\r\n\r\n'
            "--b\r\nContent-Type: text/plain\r\n\r\nRead.\r\n"
            "--b\r\nContent-Type: message/disposition-notification\r\n\r\n"
            "Disposition: manual-action/MDN-sent-manually; displayed\r\n\r\n--b--\r\n"
        )
        mail = await to_the_mailbox(meeting, raw.encode(), now)
        assert (mail.disposition, mail.kind) == ("recorded", "delivery")
        assert mail.reason == "Central North: Our letter was displayed."
        assert await standing_answer(meeting, "Central North") == ""


class TestWords:
    async def test_of_a_person_are_placed_by_the_letter_that_they_answer(
        self, meeting: Any, letter_to_home: str, now: datetime
    ) -> None:
        raw = f"From: {HOME}\r\nIn-Reply-To: {letter_to_home}\r\nSubject: Re: Meeting\r\n\r\nWe will be there.\r\n"
        mail = await to_the_mailbox(meeting, raw.encode(), now)
        assert (mail.disposition, mail.kind, mail.uid) == ("set aside", "text", meeting.uid)
        assert mail.reason.startswith("Central North: Somebody wrote instead of using the buttons.")


class TestAnAnswerWithoutItsCode:
    """Placed by what it says, and counted only where our own mail server vouches for its sender."""

    @pytest.fixture
    def vouched(self) -> bytes:
        return f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from={HOME.partition('@')[2]}\r\n".encode()

    async def kept(self, meeting: Any, raw: bytes, now: datetime, authserv_id: str = AUTHSERV) -> InboundMail:
        to = meeting.letterhead.sender_address()
        return await take_in(raw, to, letterhead=meeting.letterhead, now=now, sender=HOME, authserv_id=authserv_id)

    async def test_counts_where_our_server_vouches_for_the_invited_address(
        self, meeting: Any, now: datetime, vouched: bytes
    ) -> None:
        to = meeting.letterhead.sender_address()
        mail = await self.kept(meeting, vouched + answer(uid=meeting.uid, to=to, sender=HOME, at=now), now)
        assert mail.disposition == "applied"
        assert await standing_answer(meeting, "Central North") == "ACCEPTED"

    async def test_does_not_count_on_the_word_of_another_server(
        self, meeting: Any, now: datetime, vouched: bytes
    ) -> None:
        to = meeting.letterhead.sender_address()
        raw = vouched + answer(uid=meeting.uid, to=to, sender=HOME, at=now)
        mail = await self.kept(meeting, raw, now, authserv_id="another.example")
        assert (mail.disposition, mail.kind) == ("set aside", "stranger")

    async def test_of_an_alias_counts_for_whom_it_answers(self, meeting: Any, now: datetime, vouched: bytes) -> None:
        alias = f"pc.smith@{HOME.partition('@')[2]}"
        await Alias.insert(
            Alias(address=HOME, alias=alias, kind=AliasKind.SAME, learnt_at=now, learnt_by="coordinator")
        )
        to = meeting.letterhead.sender_address()
        mail = await self.kept(meeting, vouched + answer(uid=meeting.uid, to=to, sender=alias, at=now), now)
        assert mail.disposition == "applied"
        (response,) = await responses(meeting.invitations["Central North"])
        assert response.answered_by == alias

    async def test_is_placed_by_the_letter_that_it_answers_where_no_address_fits(
        self, meeting: Any, letter_to_home: str, now: datetime
    ) -> None:
        somebody = f"In-Reply-To: {letter_to_home}\r\n".encode()
        to = meeting.letterhead.sender_address()
        raw = somebody + answer(uid="lost@elsewhere.example", to=to, sender="x@elsewhere.example", at=now)
        mail = await self.kept(meeting, raw, now)
        assert mail.disposition == "set aside"
        assert mail.reason == "It names another meeting than the invitation it was sent to answer."

    async def test_disowned_by_its_senders_domain_never_counts_even_with_the_code(
        self, meeting: Any, now: datetime
    ) -> None:
        to = meeting.reply_address("East Area")
        forged = f"Authentication-Results: {AUTHSERV}; dmarc=fail header.from=east-area.police.example\r\n".encode()
        raw = forged + answer(uid=meeting.uid, to=to, sender=DESTINATION, at=now)
        mail = await take_in(raw, to, letterhead=meeting.letterhead, now=now, authserv_id=AUTHSERV)
        assert mail.kind == "stranger"
        assert await standing_answer(meeting, "East Area") == ""
