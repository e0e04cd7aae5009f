"""The state machine of one invitation, a class for each row."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from attendance.answers import Given, standing
from attendance.rules import Decision, Effect, Fate, Reply, State, decide
from notifications.authentication import Dmarc
from notifications.kinds import InboundKind

INVITED = "missing.team@central-north.police.example"
STRANGER = "officer@elsewhere.example"
RECEIVED = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
EARLIER = RECEIVED - timedelta(hours=1)

STATE = State(
    address=INVITED,
    removed=False,
    called_off=False,
    starts_at=RECEIVED + timedelta(days=2, hours=-1),
    ends_at=RECEIVED + timedelta(days=2),
    sequence=0,
    last_major_sequence=0,
    sent_sequence=0,
    told_at=RECEIVED - timedelta(days=1),
)
MOVED = replace(STATE, sequence=2, last_major_sequence=1, sent_sequence=2)
ACCEPTS = Reply(
    method="REPLY",
    partstat="ACCEPTED",
    sequence=0,
    dtstamp=RECEIVED,
    answered_by=INVITED,
    sent_from=(INVITED,),
)
DECLINES = replace(ACCEPTS, partstat="DECLINED")
PROPOSES = replace(
    ACCEPTS,
    method="COUNTER",
    partstat="TENTATIVE",
    sequence=2,
    proposed=(STATE.starts_at + timedelta(hours=3), STATE.ends_at + timedelta(hours=3)),
)
FROM_OUTSIDE = replace(ACCEPTS, answered_by=STRANGER, sent_from=(STRANGER,))


def kept(decision: Decision, number: int = 1, received_at: datetime = RECEIVED) -> Given:
    """The decision as a response that was written down."""
    return Given(
        number=number,
        partstat=decision.partstat,
        sequence=decision.sequence,
        dtstamp=decision.dtstamp,
        received_at=received_at,
        answered_by=decision.answered_by,
        row=decision.row,
        applied=decision.applied,
    )


def after(state: State, *replies: Reply) -> State:
    """The state once these replies were taken in, in this order."""
    for reply in replies:
        decision = decide(reply, state, now=RECEIVED)
        state = replace(state, given=(*state.given, kept(decision, len(state.given) + 1)))
    return state


def by_telephone(state: State, partstat: str, at: datetime) -> State:
    """The state once the coordinator wrote down an answer given by telephone."""
    number = len(state.given) + 1
    given = Given(number, partstat, state.sequence, at, at, "coordinator", row=24, applied=True)
    return replace(state, given=(*state.given, given))


class TestRow1Duplicate:
    def test_the_same_answer_again_changes_nothing(self) -> None:
        decision = decide(ACCEPTS, after(STATE, ACCEPTS), now=RECEIVED)
        assert (decision.row, decision.fate, decision.effects) == (1, Fate.DUPLICATE, ())

    def test_an_answer_replayed_after_the_opposite_does_not_bring_it_back(self) -> None:
        later = replace(DECLINES, dtstamp=RECEIVED + timedelta(minutes=1))
        state = after(STATE, ACCEPTS, later)
        assert decide(ACCEPTS, state, now=RECEIVED).row == 1

    def test_of_two_answers_of_one_moment_the_first_replayed_does_not_win_again(self) -> None:
        state = after(STATE, ACCEPTS, DECLINES)
        assert decide(ACCEPTS, state, now=RECEIVED).fate is Fate.DUPLICATE

    def test_an_answer_set_aside_from_the_future_may_come_true(self) -> None:
        early = replace(ACCEPTS, sequence=1)
        state = replace(after(STATE, early), sequence=1, sent_sequence=1)
        assert decide(early, state, now=RECEIVED).row == 9


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


class TestRow4CalledOff:
    state = replace(STATE, called_off=True)

    @pytest.mark.parametrize("partstat", ["ACCEPTED", "TENTATIVE"])
    def test_who_still_means_to_come_is_told_again(self, partstat: str) -> None:
        decision = decide(replace(ACCEPTS, partstat=partstat), self.state, now=RECEIVED)
        assert (decision.row, decision.fate, decision.effects) == (4, Fate.RECORDED, (Effect.RESEND_CANCEL,))

    def test_a_decline_is_only_recorded(self) -> None:
        assert decide(DECLINES, self.state, now=RECEIVED).effects == ()


class TestRow5Late:
    def test_an_answer_after_the_end_is_recorded_and_not_counted(self) -> None:
        decision = decide(ACCEPTS, STATE, now=STATE.ends_at + timedelta(seconds=1))
        assert (decision.row, decision.fate) == (5, Fate.RECORDED)

    def test_an_answer_at_the_very_end_counts(self) -> None:
        assert decide(ACCEPTS, STATE, now=STATE.ends_at).row == 9


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

    def test_a_strangers_older_answer_is_not_taken_for_the_invitees(self) -> None:
        reply = replace(FROM_OUTSIDE, dtstamp=EARLIER)
        assert decide(reply, after(STATE, ACCEPTS), now=RECEIVED).row == 10

    def test_a_mail_older_than_the_telephone_call_does_not_count(self) -> None:
        state = by_telephone(STATE, "DECLINED", RECEIVED)
        assert decide(replace(ACCEPTS, dtstamp=EARLIER), state, now=RECEIVED).row == 7

    def test_a_mail_later_than_the_telephone_call_reopens_it_whatever_its_sequence(self) -> None:
        state = by_telephone(MOVED, "DECLINED", EARLIER)
        assert decide(replace(ACCEPTS, sequence=1), state, now=RECEIVED).applied


class TestRow8SameMoment:
    def test_of_two_answers_of_one_moment_the_later_received_wins_and_is_flagged(self) -> None:
        decision = decide(DECLINES, after(STATE, ACCEPTS), now=RECEIVED)
        assert (decision.row, decision.applied) == (8, True)
        assert "received last" in decision.flagged


class TestRow9Applied:
    @pytest.mark.parametrize("partstat", ["ACCEPTED", "TENTATIVE", "DECLINED", "accepted"])
    def test_an_answer_of_the_invited_address_counts(self, partstat: str) -> None:
        decision = decide(replace(ACCEPTS, partstat=partstat), STATE, now=RECEIVED)
        assert (decision.row, decision.fate, decision.flagged) == (9, Fate.APPLIED, "")

    def test_without_its_token_it_counts_when_its_domain_proves_it_and_is_flagged(self) -> None:
        decision = decide(replace(ACCEPTS, by_token=False, dmarc=Dmarc.PASS), STATE, now=RECEIVED)
        assert (decision.applied, decision.flagged) == (True, "It came without the code of its invitation.")

    def test_without_sequence_it_answers_the_latest_request(self) -> None:
        decision = decide(replace(ACCEPTS, sequence=None), MOVED, now=RECEIVED)
        assert (decision.row, decision.sequence) == (9, 2)

    def test_without_dtstamp_it_was_written_when_it_was_received(self) -> None:
        assert decide(replace(ACCEPTS, dtstamp=None), STATE, now=RECEIVED).dtstamp == RECEIVED

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

    def test_the_invited_address_named_by_an_outside_sender_is_set_aside(self) -> None:
        assert decide(replace(ACCEPTS, sent_from=(STRANGER,)), STATE, now=RECEIVED).row == 10

    def test_two_senders_are_nobody(self) -> None:
        assert decide(replace(ACCEPTS, sent_from=(INVITED, STRANGER)), STATE, now=RECEIVED).row == 10

    def test_a_reply_that_names_nobody_is_set_aside(self) -> None:
        assert decide(replace(ACCEPTS, answered_by=""), STATE, now=RECEIVED).row == 10


class TestRow11Delegated:
    def test_naming_somebody_else_to_come_waits_for_a_person(self) -> None:
        decision = decide(replace(ACCEPTS, partstat="DELEGATED"), STATE, now=RECEIVED)
        assert (decision.row, decision.fate) == (11, Fate.SET_ASIDE)


class TestRow12NoAnswer:
    @pytest.mark.parametrize("partstat", ["NEEDS-ACTION", "", "X-MAYBE-AND-MUCH-MORE"])
    def test_a_reply_that_says_neither_yes_nor_no_is_set_aside(self, partstat: str) -> None:
        decision = decide(replace(ACCEPTS, partstat=partstat), STATE, now=RECEIVED)
        assert (decision.row, decision.fate, len(decision.partstat) <= 14) == (12, Fate.SET_ASIDE, True)


class TestRow13Counter:
    def test_a_proposal_waits_for_a_person_and_the_answer_beside_it_counts(self) -> None:
        decision = decide(PROPOSES, MOVED, now=RECEIVED)
        assert (decision.row, decision.fate, decision.effects) == (13, Fate.APPLIED, (Effect.PROPOSAL,))
        assert decision.kind is InboundKind.PROPOSAL


class TestRow14OutdatedCounter:
    def test_a_proposal_about_the_earlier_time_says_so_and_the_present_one_is_sent_again(self) -> None:
        decision = decide(replace(PROPOSES, sequence=0), MOVED, now=RECEIVED)
        assert (decision.row, decision.fate, decision.effects) == (14, Fate.RECORDED, (Effect.OUTDATED,))


class TestRow16Refresh:
    def test_a_fresh_copy_is_sent_to_whom_was_invited(self) -> None:
        decision = decide(replace(ACCEPTS, method="REFRESH"), STATE, now=RECEIVED)
        assert (decision.row, decision.fate, decision.effects) == (16, Fate.RECORDED, (Effect.REFRESH,))


class TestRow17NobodyElseChangesOurMeetings:
    @pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "PUBLISH", "ADD", "DECLINECOUNTER", ""])
    def test_it_is_set_aside_and_nothing_moves(self, method: str) -> None:
        decision = decide(replace(ACCEPTS, method=method), STATE, now=RECEIVED)
        assert (decision.row, decision.fate, decision.effects) == (17, Fate.SET_ASIDE, ())


class TestMajorChange:
    def test_an_answer_given_before_the_move_no_longer_stands(self) -> None:
        state = replace(after(STATE, ACCEPTS), sequence=1, last_major_sequence=1, sent_sequence=1)
        assert standing(state.given, 1) is None

    def test_after_the_move_the_new_answer_stands(self) -> None:
        moved = replace(after(STATE, ACCEPTS), sequence=1, last_major_sequence=1, sent_sequence=1)
        stands = standing(after(moved, replace(DECLINES, sequence=1)).given, 1)
        assert stands is not None
        assert stands.partstat == "DECLINED"
