"""Every program's way of answering is understood as the answer it is."""

from datetime import UTC, datetime, timedelta

import pytest

from attendance.reading import read
from demo import programs
from demo.programs import Program
from meetings import letters
from meetings.letters import Invited, Letterhead
from notifications import imip, itip

AT = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
STARTS = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@pytest.fixture
def invitation_mail(letterhead: Letterhead) -> bytes:
    from uuid import UUID

    to = Invited(
        invitation=UUID(int=7),
        address="missing-na@met-police.example",
        cn="North Area",
        capacities=["home police"],
        required=True,
        reference="SM-TEST42",
        type="missing strategy meeting",
        uid="0a1b2c@invites.convene.example",
        sequence=3,
        starts_at=STARTS,
        ends_at=STARTS + timedelta(hours=1),
        place="",
        link="https://meet.example/room",
        reply_by=STARTS - timedelta(hours=4),
        first_message_id="<first@invites.convene.example>",
    )
    return imip.compose(letters.invitation(to, letterhead, message_id="<first@invites.convene.example>", now=AT))


@pytest.mark.parametrize("program", Program)
@pytest.mark.parametrize("partstat", ["ACCEPTED", "TENTATIVE", "DECLINED"])
def test_an_answer_says_which_meeting_who_and_what(invitation_mail: bytes, program: Program, partstat: str) -> None:
    posted = programs.answer(programs.asked_by(invitation_mail), partstat=partstat, at=AT, program=program)
    (answer,) = read(posted.raw).answers
    assert (answer.method, answer.uid, answer.partstat) == (
        itip.Method.REPLY,
        "0a1b2c@invites.convene.example",
        partstat,
    )
    assert answer.attendees == ("missing-na@met-police.example",)
    assert answer.dtstamp == AT


@pytest.mark.parametrize("program", [c for c in Program if c is not Program.PLAIN_MAILBOX])
def test_an_answer_goes_to_the_address_with_the_token(
    invitation_mail: bytes, program: Program, letterhead: Letterhead
) -> None:
    posted = programs.answer(programs.asked_by(invitation_mail), partstat="ACCEPTED", at=AT, program=program)
    assert letters.token_in(posted.envelope_to, letterhead) is not None


def test_an_answer_to_the_plain_mailbox_has_lost_its_token(invitation_mail: bytes, letterhead: Letterhead) -> None:
    asked = programs.asked_by(invitation_mail)
    posted = programs.answer(asked, partstat="ACCEPTED", at=AT, program=Program.PLAIN_MAILBOX)
    assert posted.envelope_to == letterhead.sender_address()


def test_outlook_sends_no_organizer(invitation_mail: bytes) -> None:
    posted = programs.answer(programs.asked_by(invitation_mail), partstat="ACCEPTED", at=AT, program=Program.OUTLOOK)
    (_, calendar) = imip.open_message(posted.raw).calendars[0]
    assert b"ORGANIZER" not in calendar
    assert b"MAILTO:MISSING-NA@" in calendar.replace(b"\r\n ", b"")


def test_apple_sends_no_sequence(invitation_mail: bytes) -> None:
    posted = programs.answer(programs.asked_by(invitation_mail), partstat="ACCEPTED", at=AT, program=Program.APPLE)
    (answer,) = read(posted.raw).answers
    assert answer.sequence is None


def test_an_absence_note_is_no_answer_and_waits_for_nobody(invitation_mail: bytes) -> None:
    posted = programs.absence_note(programs.asked_by(invitation_mail), at=AT)
    other = read(posted.raw)
    assert (other.kind, other.answers, other.waits) == ("absence", (), False)


def test_a_note_in_words_waits_for_a_person(invitation_mail: bytes) -> None:
    posted = programs.note_in_words(programs.asked_by(invitation_mail), "Somebody will come.", at=AT)
    other = read(posted.raw)
    assert (other.kind, other.answers, other.waits) == ("text", (), True)


def test_a_message_without_a_request_cannot_be_answered() -> None:
    with pytest.raises(programs.NothingToAnswer):
        programs.asked_by(b"Subject: hello\r\n\r\nhello\r\n")
