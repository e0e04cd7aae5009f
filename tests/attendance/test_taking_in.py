"""Each message that came ends in exactly one way, and only an answer of the invited address moves an answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from attendance import errors
from attendance.answers import standing
from attendance.responses import record_by_hand, take_in_one
from attendance.state import given_to
from attendance.tables import Response
from audit.tables import Entry
from meetings.scheduling import When, call_off, move, remove_seat
from meetings.tables import Invitation, MeetingEvent
from notifications import inbox
from notifications.tables import InboundMail, OutboundMail
from tests.attendance.conftest import DESTINATION, HOME, SOCIAL_CARE
from tests.attendance.mailing import answer, responses, take_in

MINUTE = timedelta(minutes=1)
OUTSIDER = "somebody@elsewhere.example"


@pytest.fixture
async def meeting(rolled_back: None, convene: Any) -> Any:
    return await convene()


async def standing_answer(meeting: Any, unit: str, last_major_sequence: int = 0) -> str:
    invitation = meeting.invitations[unit]
    stands = standing((await given_to([invitation]))[invitation], last_major_sequence)
    return stands.partstat if stands else ""


async def from_home(meeting: Any, at: datetime, **how: Any) -> InboundMail:
    """The home unit answers to its own token, as its calendar does."""
    to = meeting.reply_address("Central North")
    raw = answer(**{"uid": meeting.uid, "to": to, "sender": HOME, "at": at} | how)
    return await take_in(raw, to, letterhead=meeting.letterhead, now=at)


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
    async def test_uid_and_address_find_the_one_invitation_and_the_answer_is_flagged(
        self, meeting: Any, now: datetime
    ) -> None:
        to = meeting.letterhead.sender_address()
        raw = answer(uid=meeting.uid, to=to, sender=HOME, at=now)
        mail = await take_in(raw, to, letterhead=meeting.letterhead, now=now)

        assert mail.disposition == "applied"
        (response,) = await responses(meeting.invitations["Central North"])
        assert response.flagged == "It came without its token."

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


class TestAfterAChange:
    async def test_an_answer_to_the_earlier_time_is_kept_and_the_invitation_sent_again_once(
        self, meeting: Any, now: datetime
    ) -> None:
        await from_home(meeting, now + MINUTE)
        await moved(meeting, now + 2 * MINUTE)
        stale = now + 30 * MINUTE
        mail = await from_home(meeting, stale, sequence=0)
        await from_home(meeting, stale + MINUTE, sequence=0, partstat="DECLINED")

        assert (mail.disposition, mail.reason) == ("recorded", "Central North: It answers the earlier time.")
        assert await standing_answer(meeting, "Central North", 1) == ""
        assert await OutboundMail.count().where(OutboundMail.key.like("again:%")) == 1

    async def test_an_answer_to_the_new_time_counts(self, meeting: Any, now: datetime) -> None:
        await moved(meeting, now + MINUTE)
        mail = await from_home(meeting, now + 2 * MINUTE, sequence=1)
        assert mail.disposition == "applied"

    async def test_a_sequence_from_the_future_is_set_aside(self, meeting: Any, now: datetime) -> None:
        mail = await from_home(meeting, now + MINUTE, sequence=2147483647)
        assert mail.disposition == "set aside"
        assert await standing_answer(meeting, "Central North") == ""

    async def test_after_the_meeting_was_called_off_a_yes_gets_the_cancel_again_once(
        self, meeting: Any, now: datetime
    ) -> None:
        await call_off(
            meeting.reference,
            asked_by="police",
            reason="set up in error",
            by="coordinator",
            now=now + MINUTE,
            letterhead=meeting.letterhead,
        )
        mail = await from_home(meeting, now + 2 * MINUTE)
        await from_home(meeting, now + 3 * MINUTE, partstat="TENTATIVE")

        assert mail.disposition == "recorded"
        again = await OutboundMail.select(OutboundMail.kind).where(OutboundMail.key.like("again:%"))
        assert again == [{"kind": "cancel"}]

    async def test_after_its_seat_was_removed_a_yes_is_recorded_and_the_cancel_sent_again(
        self, meeting: Any, now: datetime
    ) -> None:
        seat = meeting.seats["Central North"]
        await remove_seat(meeting.reference, seat, by="coordinator", now=now + MINUTE, letterhead=meeting.letterhead)
        await from_home(meeting, now + 2 * MINUTE)

        (response,) = await responses(meeting.invitations["Central North"])
        assert (response.row, response.applied) == (3, False)
        assert await OutboundMail.exists().where(OutboundMail.key.like("again:cancel:%"))

    async def test_after_the_end_an_answer_is_recorded_and_not_counted(self, meeting: Any) -> None:
        mail = await from_home(meeting, meeting.ends_at + MINUTE)
        assert (mail.disposition, mail.reason) == ("recorded", "Central North: The meeting was over.")

    async def test_an_answer_received_in_time_counts_however_late_it_is_taken_in(self, meeting: Any) -> None:
        to = meeting.reply_address("Central North")
        received = meeting.starts_at - MINUTE
        raw = answer(uid=meeting.uid, to=to, sender=HOME, at=received)
        await inbox.keep("smtp", raw, HOME, to, now=received)
        await take_in_one(letterhead=meeting.letterhead, now=meeting.ends_at + timedelta(days=1))
        assert await standing_answer(meeting, "Central North") == "ACCEPTED"


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

    @pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "COUNTER", "REFRESH"])
    async def test_no_other_calendar_method_changes_anything(self, meeting: Any, now: datetime, method: str) -> None:
        mail = await from_home(meeting, now + MINUTE, method=method)
        assert mail.disposition == "set aside"
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


class TestByTelephone:
    async def test_the_answer_stands_and_says_who_wrote_it_down(self, meeting: Any, now: datetime) -> None:
        invitation = meeting.invitations["Central North"]
        await record_by_hand(invitation, "DECLINED", by="coordinator", now=now)

        assert await standing_answer(meeting, "Central North") == "DECLINED"
        (response,) = await responses(invitation)
        assert (response.via, response.row, response.answered_by) == ("coordinator", 24, "coordinator")

    async def test_a_later_mail_changes_it(self, meeting: Any, now: datetime) -> None:
        await record_by_hand(meeting.invitations["Central North"], "DECLINED", by="coordinator", now=now)
        await from_home(meeting, now + MINUTE)
        assert await standing_answer(meeting, "Central North") == "ACCEPTED"

    async def test_only_yes_perhaps_and_no_are_answers(self, meeting: Any, now: datetime) -> None:
        with pytest.raises(errors.UnknownAnswer):
            await record_by_hand(meeting.invitations["Central North"], "DELEGATED", by="coordinator", now=now)

    async def test_after_the_end_the_register_is_the_place(self, meeting: Any) -> None:
        with pytest.raises(errors.NoAnswerWanted, match="over"):
            await record_by_hand(
                meeting.invitations["Central North"], "ACCEPTED", by="coordinator", now=meeting.ends_at + MINUTE
            )

    async def test_an_invitation_taken_back_takes_no_answer(self, meeting: Any, now: datetime) -> None:
        invitation = meeting.invitations["Central North"]
        await Invitation.update({Invitation.state: "removed"}).where(Invitation.id == invitation)
        with pytest.raises(errors.NoAnswerWanted, match="Central North"):
            await record_by_hand(invitation, "ACCEPTED", by="coordinator", now=now)


async def moved(meeting: Any, now: datetime) -> None:
    """The meeting is a day later: a major change."""
    when = When(meeting.starts_at + timedelta(days=1), 60, "", "https://meet.example/room")
    await move(meeting.reference, when, by="coordinator", now=now, letterhead=meeting.letterhead)


def two_attendees(raw: bytes, attendee: str) -> bytes:
    """The same answer, written plainly, with another ATTENDEE before it."""
    from notifications.imip import open_message

    opened = open_message(raw)
    ((_, stream),) = opened.calendars
    both = stream.decode().replace("BEGIN:VEVENT", f"BEGIN:VEVENT\r\n{attendee}", 1)
    head = f"From: {opened.from_addresses[0]}\r\nContent-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n"
    return (head + both).encode()


def report(action: str) -> bytes:
    """A mail server's report about a letter of ours (RFC 3464)."""
    return (
        "From: mailer-daemon@police.example\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nAbout your message.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; police.example\r\n\r\n"
        f"Final-Recipient: rfc822; {HOME}\r\nAction: {action}\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    ).encode()
