"""Who answered, as far as a mail can tell."""

from __future__ import annotations

from attendance.identity import Known, Standing, agent_of, standing_of, who_answered
from notifications.authentication import Dmarc

TEAM = "missing.team@police.example"
MEMBER = "member@police.example"
COLLEAGUE = "colleague@police.example"
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

    def test_of_two_attendees_a_known_alias_of_the_invited_one_is_meant(self) -> None:
        pairs = ((OUTSIDER, "ACCEPTED"), (MEMBER, "DECLINED"))
        named = who_answered(pairs, "", sent_from=("x@y.example",), invited=TEAM, aliases=frozenset({OUTSIDER}))
        assert named == (OUTSIDER, "ACCEPTED")

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


class TestWithTheToken:
    """The invitation's own code came back: its holder has read the letter, and the sender must fit it."""

    def test_the_invited_address_answers_for_itself(self) -> None:
        assert right(TEAM, TEAM) is Standing.ITSELF

    def test_a_member_may_send_what_the_shared_mailbox_answers(self) -> None:
        assert right(TEAM, MEMBER) is Standing.ITSELF

    def test_a_member_answering_under_their_own_name_is_somebody_else(self) -> None:
        assert right(MEMBER, MEMBER) is Standing.STRANGER

    def test_unless_the_mailbox_is_a_teams(self) -> None:
        assert right(MEMBER, MEMBER, known=Known(group=True)) is Standing.GROUP
        assert right(MEMBER, TEAM, known=Known(group=True)) is Standing.GROUP

    def test_another_organisation_is_no_member_of_the_team(self) -> None:
        assert right(OUTSIDER, OUTSIDER, known=Known(group=True)) is Standing.STRANGER

    def test_a_member_named_by_somebody_else_is_not_heard(self) -> None:
        assert right(MEMBER, OUTSIDER, known=Known(group=True)) is Standing.STRANGER
        assert right(MEMBER, COLLEAGUE, known=Known(group=True)) is Standing.STRANGER

    def test_naming_the_invited_address_from_outside_proves_nothing(self) -> None:
        assert right(TEAM, OUTSIDER) is Standing.STRANGER

    def test_a_known_alias_answers_as_the_invited_address_does(self) -> None:
        known = Known(aliases=frozenset({OUTSIDER}))
        assert right(OUTSIDER, OUTSIDER, known=known) is Standing.ALIAS
        assert right(OUTSIDER, TEAM, known=known) is Standing.ALIAS
        assert right(TEAM, OUTSIDER, known=known) is Standing.ITSELF

    def test_a_known_deputy_answers_in_either_name(self) -> None:
        known = Known(deputies=frozenset({OUTSIDER}))
        assert {right(OUTSIDER, OUTSIDER, known=known), right(TEAM, OUTSIDER, known=known)} == {Standing.DEPUTY}

    def test_a_deputy_for_one_is_no_deputy_for_a_third(self) -> None:
        assert right(COLLEAGUE, OUTSIDER, known=Known(deputies=frozenset({OUTSIDER}))) is Standing.STRANGER

    def test_who_was_asked_to_the_meeting_themselves_answers_for_themselves(self) -> None:
        known = Known(group=True, others=frozenset({COLLEAGUE}))
        assert right(COLLEAGUE, COLLEAGUE, known=known) is Standing.STRANGER
        assert right(TEAM, COLLEAGUE, known=known) is Standing.STRANGER

    def test_what_a_person_confirmed_goes_before_that(self) -> None:
        known = Known(deputies=frozenset({COLLEAGUE}), others=frozenset({COLLEAGUE}))
        assert right(COLLEAGUE, COLLEAGUE, known=known) is Standing.DEPUTY

    def test_a_domain_that_disowns_the_mail_is_believed(self) -> None:
        assert right(TEAM, TEAM, dmarc=Dmarc.FAIL) is Standing.STRANGER

    def test_an_answer_that_names_nobody_is_nobodys(self) -> None:
        assert right("", TEAM) is Standing.STRANGER

    def test_a_name_that_looks_like_an_address_is_not_one(self) -> None:
        from email import message_from_string

        from notifications.headers import addresses_in

        mail = message_from_string(f'From: "{TEAM}" <{OUTSIDER}>\r\n\r\n')
        (sender,) = addresses_in(mail, "From")
        assert (sender, right(TEAM, sender)) == (OUTSIDER, Standing.STRANGER)


class TestWithoutTheToken:
    """Only the invited address counts, and only when its own domain proves that it sent the mail."""

    def test_the_invited_address_counts_when_it_is_proved(self) -> None:
        assert right(TEAM, TEAM, by_token=False, dmarc=Dmarc.PASS) is Standing.ITSELF

    def test_so_does_a_known_alias(self) -> None:
        known = Known(aliases=frozenset({OUTSIDER}))
        assert right(OUTSIDER, OUTSIDER, known=known, by_token=False, dmarc=Dmarc.PASS) is Standing.ALIAS

    def test_unproved_it_is_nobody(self) -> None:
        assert right(TEAM, TEAM, by_token=False) is Standing.STRANGER

    def test_neither_member_nor_deputy_counts(self) -> None:
        known = Known(deputies=frozenset({OUTSIDER}), group=True)
        for other in (MEMBER, OUTSIDER):
            assert right(other, other, known=known, by_token=False, dmarc=Dmarc.PASS) is Standing.STRANGER
            assert right(TEAM, other, known=known, by_token=False, dmarc=Dmarc.PASS) is Standing.STRANGER


class TestAgent:
    def test_sent_by_goes_before_the_sender(self) -> None:
        assert agent_of(TEAM, sent_by=MEMBER, sender=COLLEAGUE, sent_from=(TEAM,)) == MEMBER

    def test_who_answered_themselves_had_no_agent(self) -> None:
        assert agent_of(TEAM, sent_by=TEAM, sender="", sent_from=(TEAM,)) == ""

    def test_of_two_senders_none_is_the_agent(self) -> None:
        assert agent_of(TEAM, sent_by="", sender="", sent_from=(MEMBER, COLLEAGUE)) == ""
