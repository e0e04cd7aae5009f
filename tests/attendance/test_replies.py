"""What a calendar answer says to one invitation, before it is judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from attendance.replies import reply_of
from attendance.rules import Reply
from notifications.answer import Answer
from notifications.authentication import Dmarc
from notifications.opening import Kind, Opened
from tests.attendance.judging import ALIAS, DEPUTY, INVITED, RECEIVED, STATE, STRANGER, known

HOUR = timedelta(hours=1)
LATER = STATE.starts_at + 3 * HOUR
ANSWER = Answer(
    method="REPLY",
    uid="one@meetings.example",
    sequence=0,
    dtstamp=RECEIVED,
    partstat="ACCEPTED",
    attendees=(INVITED,),
    attendee_partstats=((INVITED, "ACCEPTED"),),
    sent_by="",
    recurrence=False,
)
COUNTER = replace(ANSWER, method="COUNTER", starts_at=LATER, ends_at=LATER + HOUR)
OPENED = Opened(
    kind=Kind.CALENDAR,
    message_id="<one@police.example>",
    from_addresses=(INVITED,),
    sender="",
    delivered_to=(),
    calendars=(),
    subject="",
    text="",
)


def said(answer: Answer, opened: Opened = OPENED) -> Reply:
    return reply_of(answer, opened, STATE, by_token=True, dmarc=Dmarc.PASS)


class TestWhoAndWhat:
    def test_the_facts_are_taken_over(self) -> None:
        reply = said(replace(ANSWER, comment="Room 4", delegated_to=(DEPUTY,)))
        assert reply == Reply(
            method="REPLY",
            partstat="ACCEPTED",
            sequence=0,
            dtstamp=RECEIVED,
            answered_by=INVITED,
            sent_from=(INVITED,),
            by_token=True,
            dmarc=Dmarc.PASS,
            comment="Room 4",
            delegated_to=(DEPUTY,),
        )

    def test_of_two_attendees_the_known_alias_answered(self) -> None:
        answer = replace(ANSWER, attendee_partstats=((STRANGER, "ACCEPTED"), (ALIAS, "DECLINED")))
        reply = reply_of(answer, OPENED, known(aliases=frozenset({ALIAS})), by_token=True, dmarc=Dmarc.NONE)
        assert (reply.answered_by, reply.partstat) == (ALIAS, "DECLINED")

    def test_the_delegate_who_pressed_the_button_is_the_agent(self) -> None:
        assert said(replace(ANSWER, sent_by=DEPUTY)).agent == DEPUTY

    def test_who_sent_it_is_the_agent_where_the_calendar_names_none(self) -> None:
        assert said(ANSWER, replace(OPENED, from_addresses=(DEPUTY,))).agent == DEPUTY

    def test_a_colleague_in_the_sender_header_is_the_agent(self) -> None:
        colleague = "assistant@central-north.police.example"
        assert said(ANSWER, replace(OPENED, sender=colleague)).agent == colleague

    def test_a_machine_that_sends_for_everybody_is_no_agent(self) -> None:
        assert said(ANSWER, replace(OPENED, sender="calendar-notification@mail.example")).agent == ""


class TestAnotherTime:
    def test_a_counter_proposes_the_times_it_names(self) -> None:
        assert said(COUNTER).proposed == (LATER, LATER + HOUR)

    @pytest.mark.parametrize("ends_at", [None, LATER, LATER - HOUR, LATER + timedelta(days=2)])
    def test_without_an_end_that_makes_sense_it_is_as_long_as_the_meeting(self, ends_at: object) -> None:
        reply = said(replace(COUNTER, ends_at=ends_at))  # type: ignore[arg-type]  # None or an instant
        assert reply.proposed == (LATER, LATER + (STATE.ends_at - STATE.starts_at))

    def test_a_counter_without_a_start_names_no_time(self) -> None:
        assert said(replace(COUNTER, starts_at=None)).proposed is None

    def test_the_times_in_a_plain_answer_propose_nothing(self) -> None:
        reply = said(replace(COUNTER, method="REPLY"))
        assert (reply.method, reply.proposed) == ("REPLY", None)

    def test_a_proposal_that_old_exchange_wrote_as_an_answer_is_a_proposal(self) -> None:
        reply = said(replace(COUNTER, method="REPLY", original_starts_at=STATE.starts_at))
        assert (reply.method, reply.proposed) == ("COUNTER", (LATER, LATER + HOUR))

    @pytest.mark.parametrize("starts_at", [None, STATE.starts_at])
    def test_the_note_of_the_old_time_alone_proposes_nothing(self, starts_at: object) -> None:
        answer = replace(ANSWER, original_starts_at=STATE.starts_at, starts_at=starts_at)  # type: ignore[arg-type]  # None or an instant
        assert said(answer).method == "REPLY"
