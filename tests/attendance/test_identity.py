"""Who answered, as far as a mail can tell."""

from __future__ import annotations

from attendance.identity import Known, Standing, standing_of, who_answered
from notifications.authentication import Dmarc

TEAM = "missing.team@police.example"
MEMBER = "member@police.example"
OUTSIDER = "someone@elsewhere.example"


class TestWhoAnswered:
    def test_the_only_attendee_answered(self) -> None:
        pairs = ((f"MAILTO:{MEMBER}", "accepted"),)
        assert who_answered(pairs, "ACCEPTED", sent_from=(MEMBER,), invited=TEAM) == (MEMBER, "ACCEPTED")

    def test_of_two_attendees_the_invited_one_is_meant(self) -> None:
        pairs = ((OUTSIDER, "ACCEPTED"), (TEAM, "DECLINED"))
        assert who_answered(pairs, "ACCEPTED", sent_from=(TEAM,), invited=TEAM) == (TEAM, "DECLINED")

    def test_of_two_attendees_without_the_invited_one_the_sender_is_meant(self) -> None:
        pairs = ((OUTSIDER, "ACCEPTED"), (MEMBER, "DECLINED"))
        assert who_answered(pairs, "ACCEPTED", sent_from=(MEMBER,), invited=TEAM) == (MEMBER, "DECLINED")

    def test_of_two_attendees_that_nobody_knows_neither_is_meant(self) -> None:
        pairs = ((OUTSIDER, "ACCEPTED"), (MEMBER, "DECLINED"))
        assert who_answered(pairs, "ACCEPTED", sent_from=("x@y.example",), invited=TEAM) == ("", "")

    def test_the_invited_one_named_twice_with_two_answers_says_nothing(self) -> None:
        pairs = ((TEAM, "ACCEPTED"), (TEAM, "DECLINED"))
        assert who_answered(pairs, "ACCEPTED", sent_from=(TEAM,), invited=TEAM) == ("", "")

    def test_the_same_attendee_repeated_is_one(self) -> None:
        pairs = ((TEAM, "ACCEPTED"), (TEAM.upper(), "accepted"))
        assert who_answered(pairs, "ACCEPTED", sent_from=(TEAM,), invited=TEAM) == (TEAM, "ACCEPTED")

    def test_without_an_attendee_the_sender_answered(self) -> None:
        assert who_answered((), "ACCEPTED", sent_from=(TEAM,), invited=TEAM) == (TEAM, "ACCEPTED")

    def test_without_an_attendee_two_senders_are_nobody(self) -> None:
        assert who_answered((), "ACCEPTED", sent_from=(TEAM, MEMBER), invited=TEAM) == ("", "ACCEPTED")


def right(
    answered_by: str,
    sender: str,
    *,
    known: Known | None = None,
    by_token: bool = True,
    dmarc: Dmarc = Dmarc.NONE,
) -> Standing:
    """In what right one sender answered for the team."""
    return standing_of(
        TEAM, known or Known(), answered_by=answered_by, sent_from=(sender,), by_token=by_token, dmarc=dmarc
    )


class TestTrust:
    def test_with_the_token_the_invited_address_answers_for_itself(self) -> None:
        assert right(TEAM, TEAM) is Standing.ITSELF

    def test_a_member_may_send_what_the_shared_mailbox_answers_if_the_token_came_back(self) -> None:
        assert right(TEAM, MEMBER) is Standing.ITSELF

    def test_a_member_answering_under_their_own_name_is_somebody_else(self) -> None:
        assert right(MEMBER, MEMBER) is Standing.STRANGER

    def test_naming_the_invited_address_from_outside_proves_nothing(self) -> None:
        assert right(TEAM, OUTSIDER) is Standing.STRANGER
