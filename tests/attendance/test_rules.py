"""The state machine of one invitation, a class for each row of it that judges a reply."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from attendance.answers import standing
from attendance.identity import Standing
from attendance.rules import Effect, Fate, Reply, decide
from notifications.authentication import Dmarc
from notifications.kinds import InboundKind
from tests.attendance.judging import (
    ACCEPTS,
    ALIAS,
    ANOTHER_INVITEE,
    DECLINES,
    DELEGATES,
    DEPUTY,
    EARLIER,
    FROM_OUTSIDE,
    INVITED,
    MEMBER,
    MOVED,
    PROPOSES,
    RECEIVED,
    STATE,
    STRANGER,
    after,
    by_telephone,
    known,
)

MINUTE = timedelta(minutes=1)


class TestRow1Duplicate:
    def test_the_same_answer_again_changes_nothing(self) -> None:
        decision = decide(ACCEPTS, after(STATE, ACCEPTS), now=RECEIVED)
        assert (decision.row, decision.fate, decision.effects) == (1, Fate.DUPLICATE, ())

    def test_an_answer_replayed_after_the_opposite_does_not_bring_it_back(self) -> None:
        later = replace(DECLINES, dtstamp=RECEIVED + MINUTE)
        state = after(STATE, ACCEPTS, later)
        assert decide(ACCEPTS, state, now=RECEIVED).row == 1

    def test_of_two_answers_of_one_moment_the_first_replayed_does_not_win_again(self) -> None:
        state = after(STATE, ACCEPTS, DECLINES)
        assert decide(ACCEPTS, state, now=RECEIVED).fate is Fate.DUPLICATE

    def test_the_same_answer_with_another_note_is_kept(self) -> None:
        decision = decide(replace(ACCEPTS, comment="We need a room."), after(STATE, ACCEPTS), now=RECEIVED)
        assert (decision.row, decision.comment, decision.flagged) == (9, "We need a room.", "")

    def test_an_answer_set_aside_from_the_future_may_come_true(self) -> None:
        early = replace(ACCEPTS, sequence=1)
        state = replace(after(STATE, early), sequence=1, sent_sequence=1)
        assert decide(early, state, now=RECEIVED).row == 9

    def test_from_the_future_twice_is_one_question(self) -> None:
        early = replace(ACCEPTS, sequence=1)
        assert decide(early, after(STATE, early), now=RECEIVED).row == 1

    def test_a_stranger_who_is_known_by_now_is_heard(self) -> None:
        state = after(STATE, replace(ACCEPTS, answered_by=ALIAS, sent_from=(ALIAS,)))
        learnt = replace(state, known=replace(state.known, aliases=frozenset({ALIAS})))
        decision = decide(replace(ACCEPTS, answered_by=ALIAS, sent_from=(ALIAS,)), learnt, now=RECEIVED)
        assert (decision.row, decision.applied) == (9, True)

    def test_so_is_one_whose_answer_was_to_the_earlier_time(self) -> None:
        reply = replace(ACCEPTS, answered_by=ALIAS, sent_from=(ALIAS,))
        state = after(MOVED, reply)
        learnt = replace(state, known=replace(state.known, aliases=frozenset({ALIAS})))
        decision = decide(reply, learnt, now=RECEIVED)
        assert (decision.row, decision.fate, decision.effects) == (6, Fate.RECORDED, (Effect.RESEND_REQUEST,))

    def test_a_stranger_twice_is_one_question(self) -> None:
        assert decide(FROM_OUTSIDE, after(STATE, FROM_OUTSIDE), now=RECEIVED).row == 1

    def test_the_same_proposal_again_is_one_proposal(self) -> None:
        decision = decide(PROPOSES, after(MOVED, PROPOSES), now=RECEIVED)
        assert (decision.row, decision.effects) == (1, ())

    def test_a_proposal_is_no_repetition_of_the_answer_of_the_same_moment(self) -> None:
        state = after(MOVED, replace(PROPOSES, method="REPLY"))
        assert decide(PROPOSES, state, now=RECEIVED).effects == (Effect.PROPOSAL,)

    def test_nor_of_a_reply_that_said_nothing(self) -> None:
        silent = replace(PROPOSES, partstat="")
        state = after(MOVED, replace(silent, method="REPLY"))
        assert decide(silent, state, now=RECEIVED).effects == (Effect.PROPOSAL,)

    def test_a_proposal_of_the_time_that_is_planned_again_is_a_repetition(self) -> None:
        same = replace(PROPOSES, proposed=None)
        assert decide(same, after(MOVED, same), now=RECEIVED).row == 1

    def test_the_answer_that_came_with_the_proposal_is_a_repetition(self) -> None:
        assert decide(replace(PROPOSES, method="REPLY"), after(MOVED, PROPOSES), now=RECEIVED).row == 1


class TestRow2FromTheFuture:
    def test_a_sequence_the_meeting_never_had_is_set_aside(self) -> None:
        decision = decide(replace(ACCEPTS, sequence=1), STATE, now=RECEIVED)
        assert (decision.row, decision.fate) == (2, Fate.SET_ASIDE)

    def test_a_sequence_this_invitee_was_never_sent_is_set_aside(self) -> None:
        state = replace(STATE, sequence=3, sent_sequence=2)
        assert decide(replace(ACCEPTS, sequence=3), state, now=RECEIVED).row == 2

    def test_a_huge_sequence_cannot_freeze_the_answer(self) -> None:
        state = after(STATE, replace(ACCEPTS, sequence=2**40))
        assert state.given[0].sequence <= 2**31 - 1
        assert decide(DECLINES, state, now=RECEIVED).applied

    def test_it_holds_for_proposals_too(self) -> None:
        assert decide(replace(PROPOSES, sequence=3), MOVED, now=RECEIVED).row == 2


class TestRow3Removed:
    state = replace(STATE, removed=True)

    def test_a_yes_to_a_withdrawn_invitation_is_recorded_and_its_cancel_sent_again(self) -> None:
        decision = decide(ACCEPTS, self.state, now=RECEIVED)
        assert (decision.row, decision.fate, decision.effects) == (3, Fate.RECORDED, (Effect.RESEND_CANCEL,))

    def test_a_no_needs_no_second_cancel(self) -> None:
        assert decide(DECLINES, self.state, now=RECEIVED).effects == ()

    def test_a_stranger_causes_no_mail_and_goes_to_a_person(self) -> None:
        decision = decide(FROM_OUTSIDE, self.state, now=RECEIVED)
        assert (decision.row, decision.fate, decision.effects) == (3, Fate.SET_ASIDE, ())
        assert decision.kind is InboundKind.STRANGER


class TestRow4CalledOff:
    state = replace(STATE, called_off=True)

    @pytest.mark.parametrize("partstat", ["ACCEPTED", "TENTATIVE"])
    def test_who_still_means_to_come_is_told_again(self, partstat: str) -> None:
        decision = decide(replace(ACCEPTS, partstat=partstat), self.state, now=RECEIVED)
        assert (decision.row, decision.fate, decision.effects) == (4, Fate.RECORDED, (Effect.RESEND_CANCEL,))

    def test_a_decline_is_only_recorded(self) -> None:
        assert decide(DECLINES, self.state, now=RECEIVED).effects == ()

    def test_a_proposal_for_it_opens_nothing(self) -> None:
        decision = decide(PROPOSES, replace(MOVED, called_off=True), now=RECEIVED)
        assert (decision.row, decision.effects) == (4, (Effect.RESEND_CANCEL,))

    def test_who_handed_the_invitation_over_gets_no_more_mail(self) -> None:
        decision = decide(ACCEPTS, replace(self.state, delegated=True), now=RECEIVED)
        assert (decision.row, decision.effects) == (4, ())

    def test_a_stranger_is_told_nothing(self) -> None:
        assert decide(FROM_OUTSIDE, self.state, now=RECEIVED).effects == ()


class TestRow5Late:
    def test_an_answer_after_the_end_is_recorded_and_not_counted(self) -> None:
        decision = decide(ACCEPTS, STATE, now=STATE.ends_at + timedelta(seconds=1))
        assert (decision.row, decision.fate) == (5, Fate.RECORDED)

    def test_an_answer_at_the_very_end_counts(self) -> None:
        assert decide(ACCEPTS, STATE, now=STATE.ends_at).row == 9

    def test_a_proposal_after_the_end_opens_nothing(self) -> None:
        decision = decide(PROPOSES, MOVED, now=STATE.ends_at + MINUTE)
        assert (decision.row, decision.effects) == (5, ())


class TestRow6Stale:
    def test_an_answer_to_the_earlier_time_is_recorded_and_the_invitation_sent_again(self) -> None:
        decision = decide(ACCEPTS, MOVED, now=RECEIVED)
        assert (decision.row, decision.fate, decision.effects) == (6, Fate.RECORDED, (Effect.RESEND_REQUEST,))
        assert decision.flagged == "It answers the earlier time."

    def test_an_answer_that_crossed_the_change_by_minutes_is_not_answered_with_mail(self) -> None:
        state = replace(MOVED, told_at=RECEIVED - timedelta(minutes=10))
        assert decide(ACCEPTS, state, now=RECEIVED).effects == ()

    def test_a_minor_change_does_not_make_an_answer_stale(self) -> None:
        assert decide(replace(ACCEPTS, sequence=1), MOVED, now=RECEIVED).row == 9

    def test_without_sequence_an_answer_written_before_the_move_is_stale(self) -> None:
        reply = replace(ACCEPTS, sequence=None, dtstamp=MOVED.told_at - timedelta(seconds=1))
        assert decide(reply, MOVED, now=RECEIVED).row == 6

    def test_naming_a_deputy_for_the_earlier_time_names_nobody(self) -> None:
        decision = decide(DELEGATES, MOVED, now=RECEIVED)
        assert (decision.row, decision.effects) == (6, (Effect.RESEND_REQUEST,))

    def test_a_stranger_gets_no_fresh_copy(self) -> None:
        decision = decide(FROM_OUTSIDE, MOVED, now=RECEIVED)
        assert (decision.row, decision.fate, decision.effects) == (6, Fate.SET_ASIDE, ())


class TestRow7OutOfOrder:
    def test_an_older_answer_arriving_later_does_not_count(self) -> None:
        decision = decide(replace(DECLINES, dtstamp=EARLIER), after(STATE, ACCEPTS), now=RECEIVED)
        assert (decision.row, decision.fate) == (7, Fate.RECORDED)

    def test_a_lower_sequence_is_older_whatever_its_clock(self) -> None:
        state = after(MOVED, replace(ACCEPTS, sequence=2))
        reply = replace(DECLINES, sequence=1, dtstamp=RECEIVED + timedelta(minutes=5))
        assert decide(reply, state, now=RECEIVED).row == 7

    def test_an_older_proposal_opens_nothing(self) -> None:
        state = after(MOVED, replace(ACCEPTS, sequence=2))
        decision = decide(replace(PROPOSES, dtstamp=EARLIER), state, now=RECEIVED)
        assert (decision.row, decision.effects) == (7, ())

    def test_a_strangers_older_answer_is_not_taken_for_the_invitees(self) -> None:
        reply = replace(FROM_OUTSIDE, dtstamp=EARLIER)
        assert decide(reply, after(STATE, ACCEPTS), now=RECEIVED).row == 10

    def test_a_mail_older_than_the_telephone_call_does_not_count(self) -> None:
        state = by_telephone(STATE, "DECLINED", RECEIVED)
        assert decide(replace(ACCEPTS, dtstamp=EARLIER), state, now=RECEIVED).row == 7

    def test_a_mail_later_than_the_telephone_call_reopens_it_whatever_its_sequence(self) -> None:
        state = by_telephone(MOVED, "DECLINED", EARLIER)
        assert decide(replace(ACCEPTS, sequence=1), state, now=RECEIVED).applied

    def test_a_mail_older_than_the_refusal_of_the_deputy_does_not_count(self) -> None:
        state = by_telephone(after(STATE, replace(DELEGATES, dtstamp=EARLIER)), "NEEDS-ACTION", RECEIVED)
        assert decide(replace(ACCEPTS, dtstamp=EARLIER - MINUTE), state, now=RECEIVED).row == 7


class TestRow8SameMoment:
    def test_of_two_answers_of_one_moment_the_later_received_wins_and_is_flagged(self) -> None:
        decision = decide(DECLINES, after(STATE, ACCEPTS), now=RECEIVED)
        assert (decision.row, decision.applied) == (8, True)
        assert "received last" in decision.flagged

    def test_a_proposal_of_the_same_moment_is_a_proposal_and_flagged(self) -> None:
        decision = decide(PROPOSES, after(MOVED, replace(ACCEPTS, sequence=2)), now=RECEIVED)
        assert (decision.row, decision.applied) == (13, True)
        assert "received last" in decision.flagged


class TestRow9Applied:
    @pytest.mark.parametrize("partstat", ["ACCEPTED", "TENTATIVE", "DECLINED", "accepted"])
    def test_an_answer_of_the_invited_address_counts(self, partstat: str) -> None:
        decision = decide(replace(ACCEPTS, partstat=partstat), STATE, now=RECEIVED)
        assert (decision.row, decision.fate, decision.flagged) == (9, Fate.APPLIED, "")
        assert (decision.kind, decision.standing) == (InboundKind.ANSWER, Standing.ITSELF)

    def test_without_its_token_it_counts_when_its_domain_proves_it_and_is_flagged(self) -> None:
        decision = decide(replace(ACCEPTS, by_token=False, dmarc=Dmarc.PASS), STATE, now=RECEIVED)
        assert (decision.applied, decision.flagged) == (True, "It came without the code of its invitation.")

    def test_a_known_alias_answers_for_the_invited_address(self) -> None:
        reply = replace(ACCEPTS, answered_by=ALIAS, sent_from=(ALIAS,))
        decision = decide(reply, known(aliases=frozenset({ALIAS})), now=RECEIVED)
        assert (decision.row, decision.standing) == (9, Standing.ALIAS)

    def test_a_member_answers_for_the_invited_team_and_it_is_shown(self) -> None:
        reply = replace(ACCEPTS, answered_by=MEMBER, sent_from=(MEMBER,))
        decision = decide(reply, known(group=True), now=RECEIVED)
        assert (decision.row, decision.standing) == (9, Standing.GROUP)
        assert decision.flagged == f"Answered by {MEMBER} for {INVITED}."

    def test_who_may_answer_for_them_does_and_it_is_shown(self) -> None:
        reply = replace(ACCEPTS, sent_from=(DEPUTY,), agent=DEPUTY)
        decision = decide(reply, known(deputies=frozenset({DEPUTY})), now=RECEIVED)
        assert (decision.row, decision.standing, decision.agent) == (9, Standing.DEPUTY, DEPUTY)
        assert decision.flagged == f"Answered by {DEPUTY}, who may answer for {INVITED}."

    def test_the_note_typed_with_it_is_kept_on_one_line_and_no_longer_than_its_column(self) -> None:
        decision = decide(replace(ACCEPTS, comment="Room 4\r\nplease " + "x" * 600), STATE, now=RECEIVED)
        assert decision.comment.startswith("Room 4 please xxx")
        assert len(decision.comment) == 500

    def test_without_sequence_it_answers_the_latest_request(self) -> None:
        decision = decide(replace(ACCEPTS, sequence=None), MOVED, now=RECEIVED)
        assert (decision.row, decision.sequence) == (9, 2)

    def test_without_sequence_it_answers_what_the_former_answer_did(self) -> None:
        state = after(MOVED, replace(ACCEPTS, sequence=1, dtstamp=EARLIER))
        assert decide(replace(DECLINES, sequence=None), state, now=RECEIVED).sequence == 1

    def test_without_dtstamp_it_was_written_when_it_was_received(self) -> None:
        assert decide(replace(ACCEPTS, dtstamp=None), STATE, now=RECEIVED).dtstamp == RECEIVED

    def test_a_dtstamp_without_a_zone_is_no_instant(self) -> None:
        floating = replace(ACCEPTS, dtstamp=datetime(2026, 11, 18, 9, 0))  # noqa: DTZ001 - what is tested
        assert decide(floating, STATE, now=RECEIVED).dtstamp == RECEIVED

    def test_a_clock_days_ahead_is_set_to_the_time_of_receipt(self) -> None:
        decision = decide(replace(ACCEPTS, dtstamp=datetime(2099, 1, 1, tzinfo=UTC)), STATE, now=RECEIVED)
        assert (decision.dtstamp, decision.applied) == (RECEIVED, True)
        assert "clock" in decision.flagged

    def test_a_clock_a_few_hours_ahead_is_believed(self) -> None:
        ahead = RECEIVED + timedelta(hours=23)
        assert decide(replace(ACCEPTS, dtstamp=ahead), STATE, now=RECEIVED).dtstamp == ahead


class TestRow10Stranger:
    def test_an_answer_of_another_address_is_set_aside(self) -> None:
        decision = decide(FROM_OUTSIDE, STATE, now=RECEIVED)
        assert (decision.row, decision.fate) == (10, Fate.SET_ASIDE)
        assert (decision.kind, decision.standing) == (InboundKind.STRANGER, Standing.STRANGER)

    def test_the_invited_address_named_by_an_outside_sender_is_set_aside(self) -> None:
        assert decide(replace(ACCEPTS, sent_from=(STRANGER,)), STATE, now=RECEIVED).row == 10

    def test_a_reply_that_names_nobody_is_set_aside(self) -> None:
        assert decide(replace(ACCEPTS, answered_by=""), STATE, now=RECEIVED).row == 10

    def test_a_stranger_names_no_deputy_and_proposes_no_time(self) -> None:
        outside = {"answered_by": STRANGER, "sent_from": (STRANGER,)}
        for reply, state in ((DELEGATES, STATE), (PROPOSES, MOVED)):
            decision = decide(replace(reply, **outside), state, now=RECEIVED)  # type: ignore[arg-type]  # by name
            assert (decision.row, decision.effects) == (10, ())

    @pytest.mark.parametrize(
        ("changed", "reason"),
        [
            ({"dmarc": Dmarc.FAIL}, "Its sender's domain says that it did not send it."),
            ({"by_token": False}, "Nothing proves who sent it."),
            ({"answered_by": STRANGER}, "It was not answered from the invited address."),
        ],
    )
    def test_the_person_who_decides_is_told_what_is_missing(self, changed: dict[str, object], reason: str) -> None:
        decision = decide(replace(ACCEPTS, **changed), STATE, now=RECEIVED)  # type: ignore[arg-type]  # by name
        assert decision.row == 10
        assert decision.flagged.startswith(reason)


class TestRow11Delegated:
    def test_naming_somebody_else_to_come_counts_and_a_person_approves(self) -> None:
        decision = decide(DELEGATES, STATE, now=RECEIVED)
        assert (decision.row, decision.fate, decision.effects) == (11, Fate.APPLIED, (Effect.DEPUTY,))
        assert (decision.kind, decision.delegated_to) == (InboundKind.DEPUTY, (DEPUTY,))

    def test_delegated_to_says_it_whatever_partstat_stands_beside(self) -> None:
        decision = decide(replace(DELEGATES, partstat="ACCEPTED"), STATE, now=RECEIVED)
        assert (decision.row, decision.partstat) == (11, "DELEGATED")

    def test_an_address_is_taken_as_clients_write_it_and_once(self) -> None:
        reply = replace(DELEGATES, delegated_to=(f"MAILTO:{DEPUTY.upper()}", DEPUTY, "not an address"))
        assert decide(reply, STATE, now=RECEIVED).delegated_to == (DEPUTY,)

    def test_of_several_the_first_is_asked_about_and_the_others_are_shown(self) -> None:
        decision = decide(replace(DELEGATES, delegated_to=(DEPUTY, STRANGER)), STATE, now=RECEIVED)
        assert decision.delegated_to[0] == DEPUTY
        assert decision.flagged == f"It names somebody else to come. It also names {STRANGER}."

    def test_nobody_is_their_own_deputy(self) -> None:
        decision = decide(replace(DELEGATES, delegated_to=(INVITED,)), STATE, now=RECEIVED)
        assert (decision.row, decision.fate, decision.delegated_to) == (11, Fate.SET_ASIDE, ())

    def test_naming_nobody_is_asked_about_and_moves_nothing(self) -> None:
        decision = decide(replace(DELEGATES, delegated_to=()), STATE, now=RECEIVED)
        assert (decision.row, decision.fate, decision.effects) == (11, Fate.SET_ASIDE, ())
        assert decision.kind is InboundKind.DEPUTY

    def test_what_the_invitee_says_after_the_deputy_was_approved_is_for_a_person(self) -> None:
        state = replace(after(STATE, DELEGATES), delegated=True)
        decision = decide(replace(ACCEPTS, dtstamp=RECEIVED + MINUTE), state, now=RECEIVED + MINUTE)
        assert (decision.row, decision.fate, decision.effects) == (11, Fate.SET_ASIDE, ())

    def test_an_answer_to_the_earlier_time_brings_no_mail_to_whom_the_invitation_is_no_longer(self) -> None:
        decision = decide(ACCEPTS, replace(MOVED, delegated=True), now=RECEIVED)
        assert (decision.row, decision.effects) == (11, ())

    @pytest.mark.parametrize("reply", [ACCEPTS, replace(PROPOSES, sequence=0)])
    def test_changing_their_mind_before_the_approval_counts_and_the_deputy_waits_no_more(self, reply: Reply) -> None:
        state = after(STATE, DELEGATES)
        decision = decide(replace(reply, dtstamp=RECEIVED + MINUTE), state, now=RECEIVED + MINUTE)
        assert decision.applied
        assert Effect.NO_DEPUTY in decision.effects

    def test_so_does_an_answer_to_the_new_time_when_the_meeting_moved_meanwhile(self) -> None:
        state = replace(after(STATE, DELEGATES), sequence=1, last_major_sequence=1, sent_sequence=1)
        decision = decide(replace(DECLINES, sequence=1), state, now=RECEIVED)
        assert (decision.row, decision.effects) == (9, (Effect.NO_DEPUTY,))

    def test_what_does_not_count_leaves_the_deputy_waiting(self) -> None:
        decision = decide(FROM_OUTSIDE, after(STATE, DELEGATES), now=RECEIVED)
        assert (decision.row, decision.effects) == (10, ())

    def test_naming_another_deputy_is_no_taking_back(self) -> None:
        other = replace(DELEGATES, delegated_to=(MEMBER,), dtstamp=RECEIVED + MINUTE)
        assert decide(other, after(STATE, DELEGATES), now=RECEIVED + MINUTE).effects == (Effect.DEPUTY,)


class TestRow12NoAnswer:
    @pytest.mark.parametrize("partstat", ["NEEDS-ACTION", "", "X-MAYBE-AND-MUCH-MORE"])
    def test_a_reply_that_says_neither_yes_nor_no_is_set_aside(self, partstat: str) -> None:
        decision = decide(replace(ACCEPTS, partstat=partstat), STATE, now=RECEIVED)
        assert (decision.row, decision.fate, len(decision.partstat) <= 14) == (12, Fate.SET_ASIDE, True)


class TestRow13Counter:
    @pytest.mark.parametrize("partstat", ["TENTATIVE", "ACCEPTED", "DECLINED"])
    def test_a_proposal_waits_for_a_person_and_the_answer_beside_it_counts(self, partstat: str) -> None:
        decision = decide(replace(PROPOSES, partstat=partstat), MOVED, now=RECEIVED)
        assert (decision.row, decision.fate, decision.effects) == (13, Fate.APPLIED, (Effect.PROPOSAL,))
        assert (decision.kind, decision.proposed) == (InboundKind.PROPOSAL, PROPOSES.proposed)

    @pytest.mark.parametrize("partstat", ["NEEDS-ACTION", ""])
    def test_a_proposal_without_an_answer_is_a_proposal_and_nobody_has_answered(self, partstat: str) -> None:
        decision = decide(replace(PROPOSES, partstat=partstat), MOVED, now=RECEIVED)
        assert (decision.row, decision.fate, decision.effects) == (13, Fate.RECORDED, (Effect.PROPOSAL,))

    def test_a_proposal_since_a_minor_change_is_about_the_same_time(self) -> None:
        assert decide(replace(PROPOSES, sequence=1), MOVED, now=RECEIVED).row == 13

    def test_only_another_end_is_another_time(self) -> None:
        longer = (MOVED.starts_at, MOVED.ends_at + timedelta(hours=1))
        assert decide(replace(PROPOSES, proposed=longer), MOVED, now=RECEIVED).row == 13


class TestRow14OutdatedCounter:
    def test_a_proposal_about_the_earlier_time_says_so_and_the_present_one_is_sent_again(self) -> None:
        decision = decide(replace(PROPOSES, sequence=0), MOVED, now=RECEIVED)
        assert (decision.row, decision.fate, decision.effects) == (14, Fate.RECORDED, (Effect.OUTDATED,))
        assert decision.kind is InboundKind.PROPOSAL

    def test_one_that_crossed_the_change_by_minutes_is_not_answered_with_mail(self) -> None:
        state = replace(MOVED, told_at=RECEIVED - MINUTE)
        assert decide(replace(PROPOSES, sequence=0), state, now=RECEIVED).effects == ()

    def test_a_strangers_causes_no_mail_and_goes_to_a_person(self) -> None:
        decision = decide(replace(PROPOSES, sequence=0, answered_by=STRANGER), MOVED, now=RECEIVED)
        assert (decision.row, decision.fate, decision.effects) == (14, Fate.SET_ASIDE, ())


class TestRow15CounterWithoutAnotherTime:
    def test_naming_the_time_that_is_planned_is_an_answer(self) -> None:
        decision = decide(replace(PROPOSES, proposed=(MOVED.starts_at, MOVED.ends_at)), MOVED, now=RECEIVED)
        assert (decision.row, decision.fate, decision.effects) == (15, Fate.APPLIED, ())
        assert (decision.partstat, decision.flagged) == ("TENTATIVE", "")

    def test_naming_no_time_is_an_answer_and_flagged(self) -> None:
        decision = decide(replace(PROPOSES, proposed=None), MOVED, now=RECEIVED)
        assert (decision.row, decision.flagged) == (15, "It proposes something, and names no time.")

    def test_without_an_answer_either_it_says_nothing(self) -> None:
        assert decide(replace(PROPOSES, proposed=None, partstat=""), MOVED, now=RECEIVED).row == 12


class TestRow16Refresh:
    asks = replace(ACCEPTS, method="REFRESH", partstat="", sequence=None)

    def test_a_fresh_copy_is_sent_to_whom_was_invited(self) -> None:
        decision = decide(self.asks, STATE, now=RECEIVED)
        assert (decision.row, decision.fate, decision.effects) == (16, Fate.RECORDED, (Effect.REFRESH,))
        assert decision.kind is InboundKind.REFRESH

    @pytest.mark.parametrize("gone", [{"removed": True}, {"called_off": True}])
    def test_who_is_not_invited_any_more_is_told_so_again(self, gone: dict[str, bool]) -> None:
        state = replace(STATE, **gone)  # type: ignore[arg-type]  # by name
        assert decide(self.asks, state, now=RECEIVED).effects == (Effect.REFRESH,)

    def test_a_stranger_gets_no_copy_and_goes_to_a_person(self) -> None:
        decision = decide(replace(self.asks, answered_by=STRANGER), STATE, now=RECEIVED)
        assert (decision.fate, decision.effects) == (Fate.SET_ASIDE, ())

    def test_after_the_meeting_there_is_nothing_to_send(self) -> None:
        decision = decide(self.asks, STATE, now=STATE.ends_at + MINUTE)
        assert (decision.fate, decision.effects) == (Fate.RECORDED, ())

    def test_who_handed_the_invitation_over_is_answered_by_a_person(self) -> None:
        decision = decide(self.asks, replace(STATE, delegated=True), now=RECEIVED)
        assert (decision.fate, decision.effects) == (Fate.SET_ASIDE, ())


class TestRow17NobodyElseChangesOurMeetings:
    @pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "PUBLISH", "ADD", "DECLINECOUNTER", ""])
    def test_it_is_set_aside_and_nothing_moves(self, method: str) -> None:
        decision = decide(replace(ACCEPTS, method=method), STATE, now=RECEIVED)
        assert (decision.row, decision.fate, decision.effects) == (17, Fate.SET_ASIDE, ())
        assert decision.kind is InboundKind.REFUSED

    def test_a_strangers_is_refused_like_any(self) -> None:
        assert decide(replace(FROM_OUTSIDE, method="CANCEL"), STATE, now=RECEIVED).kind is InboundKind.REFUSED


class TestRow24ByHand:
    def test_what_the_coordinator_wrote_down_overrides_the_mail(self) -> None:
        stands = standing(by_telephone(after(STATE, ACCEPTS), "DECLINED", RECEIVED).given, 0)
        assert stands is not None
        assert stands.partstat == "DECLINED"

    def test_taking_an_answer_back_leaves_none(self) -> None:
        assert standing(by_telephone(after(STATE, DELEGATES), "NEEDS-ACTION", RECEIVED).given, 0) is None


class TestMajorChange:
    def test_an_answer_given_before_the_move_no_longer_stands(self) -> None:
        state = replace(after(STATE, ACCEPTS), sequence=1, last_major_sequence=1, sent_sequence=1)
        assert standing(state.given, 1) is None

    def test_after_the_move_the_new_answer_stands(self) -> None:
        moved = replace(after(STATE, ACCEPTS), sequence=1, last_major_sequence=1, sent_sequence=1)
        stands = standing(after(moved, replace(DECLINES, sequence=1)).given, 1)
        assert stands is not None
        assert stands.partstat == "DECLINED"


class TestAbuse:
    """What a reply can attempt, and what becomes of each attempt."""

    def test_the_right_uid_under_a_forged_sender_moves_nothing(self) -> None:
        forged = replace(ACCEPTS, by_token=False, dmarc=Dmarc.FAIL)
        decision = decide(forged, STATE, now=RECEIVED)
        assert (decision.row, decision.applied) == (10, False)
        assert standing(after(STATE, forged).given, 0) is None

    def test_the_token_does_not_help_a_sender_whose_domain_disowns_the_mail(self) -> None:
        assert decide(replace(ACCEPTS, dmarc=Dmarc.FAIL), STATE, now=RECEIVED).row == 10

    def test_two_senders_are_nobody(self) -> None:
        assert decide(replace(ACCEPTS, sent_from=(INVITED, STRANGER)), STATE, now=RECEIVED).row == 10

    def test_no_sender_is_nobody(self) -> None:
        assert decide(replace(ACCEPTS, sent_from=()), STATE, now=RECEIVED).row == 10

    def test_what_only_forwarders_vouch_for_is_not_proved(self) -> None:
        assert decide(replace(ACCEPTS, by_token=False, dmarc=Dmarc.NONE), STATE, now=RECEIVED).row == 10

    def test_an_old_yes_replayed_after_a_no_does_not_come_back(self) -> None:
        state = after(STATE, replace(ACCEPTS, dtstamp=EARLIER), DECLINES)
        replayed = decide(replace(ACCEPTS, dtstamp=EARLIER), state, now=RECEIVED)
        unseen = decide(replace(ACCEPTS, dtstamp=EARLIER - MINUTE), state, now=RECEIVED)
        assert (replayed.row, unseen.row) == (1, 7)

    def test_neither_the_largest_sequence_nor_the_year_2099_freezes_the_answer(self) -> None:
        huge = replace(ACCEPTS, sequence=2**31 - 1)
        future = replace(ACCEPTS, dtstamp=datetime(2099, 1, 1, tzinfo=UTC))
        state = after(STATE, huge, future)
        assert decide(replace(DECLINES, dtstamp=RECEIVED + MINUTE), state, now=RECEIVED + MINUTE).applied

    @pytest.mark.parametrize("group", [False, True])
    def test_a_reply_naming_another_attendee_is_set_aside_even_among_colleagues(self, group: bool) -> None:
        state = known(group=group, others=frozenset({ANOTHER_INVITEE}))
        reply = replace(ACCEPTS, answered_by=ANOTHER_INVITEE, sent_from=(ANOTHER_INVITEE,))
        assert decide(reply, state, now=RECEIVED).row == 10

    def test_another_attendee_cannot_send_what_the_invited_address_answers(self) -> None:
        state = known(others=frozenset({ANOTHER_INVITEE}))
        assert decide(replace(ACCEPTS, sent_from=(ANOTHER_INVITEE,)), state, now=RECEIVED).row == 10

    def test_an_outsider_who_accepts_a_forwarded_invitation_goes_to_a_person_and_gets_no_mail(self) -> None:
        decision = decide(FROM_OUTSIDE, known(group=True), now=RECEIVED)
        assert (decision.fate, decision.kind, decision.effects) == (Fate.SET_ASIDE, InboundKind.STRANGER, ())
