"""What holds of every course of replies: order does not matter, repeating is harmless, nothing stale counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, strategies

from attendance.answers import Given, standing
from attendance.identity import Known, Standing
from attendance.rules import BY_HAND, Effect, Fate, Reply, State, decide
from notifications.authentication import Dmarc
from notifications.kinds import InboundKind

INVITED = "duty@east-area.police.example"
MEMBER = "officer@east-area.police.example"
ALIAS = "duty@east-area.pnn.police.example"
DEPUTY = "staff.officer@borough.example"
OTHER = "other@elsewhere.example"
RECEIVED = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
STARTS = RECEIVED - timedelta(hours=4)
LATER = (STARTS + timedelta(days=1), STARTS + timedelta(days=1, hours=1))
MOVING = (8, 9, 11, 13, 15)  # 8 is a later reply; 23 is decided as these are, 24 is written by a person

partstats = strategies.sampled_from(["ACCEPTED", "TENTATIVE", "DECLINED"])
addresses = strategies.sampled_from([INVITED, MEMBER, ALIAS, DEPUTY, OTHER, ""])
anything = strategies.builds(
    Reply,
    method=strategies.sampled_from(["REPLY", "COUNTER", "REFRESH", "REQUEST", "CANCEL", "ADD", ""]),
    partstat=strategies.one_of(partstats, strategies.sampled_from(["DELEGATED", "NEEDS-ACTION", "", "é" * 20])),
    sequence=strategies.one_of(strategies.none(), strategies.integers(-5, 6), strategies.just(2**40)),
    dtstamp=strategies.one_of(
        strategies.none(),
        strategies.timedeltas(timedelta(days=-13_000), timedelta(days=27_000)).map(lambda away: RECEIVED + away),
    ),
    answered_by=addresses,
    sent_from=strategies.one_of(
        addresses.map(lambda one: (one,)), strategies.just(()), strategies.just((INVITED, OTHER))
    ),
    by_token=strategies.booleans(),
    dmarc=strategies.sampled_from(Dmarc),
    comment=strategies.sampled_from(["", "Late by ten minutes."]),
    proposed=strategies.sampled_from([None, LATER, (STARTS, STARTS + timedelta(hours=1))]),
    delegated_to=strategies.sampled_from([(), (DEPUTY,), (INVITED,), ("nobody",)]),
)
well_known = strategies.builds(
    Known,
    aliases=strategies.sampled_from([frozenset(), frozenset({ALIAS})]),
    deputies=strategies.sampled_from([frozenset(), frozenset({DEPUTY})]),
    group=strategies.booleans(),
    others=strategies.sampled_from([frozenset(), frozenset({MEMBER})]),
)


@strategies.composite
def states(draw: strategies.DrawFn) -> State:
    sequence = draw(strategies.integers(0, 4))
    return State(
        address=INVITED,
        removed=draw(strategies.booleans()),
        called_off=draw(strategies.booleans()),
        starts_at=STARTS,
        ends_at=RECEIVED + timedelta(hours=draw(strategies.integers(-3, 3))),
        sequence=sequence,
        last_major_sequence=draw(strategies.integers(0, sequence)),
        sent_sequence=draw(strategies.integers(0, sequence)),
        told_at=RECEIVED - timedelta(minutes=draw(strategies.integers(-20, 20))),
        known=draw(well_known),
        delegated=draw(strategies.booleans()),
    )


def take_in(state: State, replies: list[Reply]) -> State:
    for reply in replies:
        decision = decide(reply, state, now=RECEIVED)
        if decision.fate is Fate.DUPLICATE or decision.row in (16, 17):
            continue
        one = Given(
            len(state.given) + 1,
            decision.partstat,
            decision.sequence,
            decision.dtstamp,
            RECEIVED,
            decision.answered_by,
            decision.row,
            decision.applied,
            flagged=decision.flagged,
            comment=decision.comment,
        )
        state = replace(state, given=(*state.given, one))
    return state


def answer(state: State) -> tuple[str, int, datetime, str] | None:
    stands = standing(state.given, state.last_major_sequence)
    return None if stands is None else (stands.partstat, stands.sequence, stands.dtstamp, stands.answered_by)


what_is_said = strategies.sampled_from(
    [
        {"partstat": "ACCEPTED"},
        {"partstat": "TENTATIVE"},
        {"partstat": "DECLINED"},
        {"partstat": "DELEGATED", "delegated_to": (DEPUTY,)},
        {"method": "COUNTER", "partstat": "TENTATIVE", "proposed": LATER},
        {"method": "COUNTER", "partstat": "DECLINED", "proposed": None},
        {"method": "COUNTER", "partstat": "NEEDS-ACTION", "proposed": LATER},
    ]
)
of_the_invitee = strategies.builds(
    lambda said, sequence, minutes: Reply(
        **{
            "method": "REPLY",
            "sequence": sequence,
            "dtstamp": RECEIVED - timedelta(minutes=minutes),
            "answered_by": INVITED,
            "sent_from": (INVITED,),
        }
        | said
    ),
    what_is_said,
    strategies.integers(0, 4),
    strategies.integers(0, 500),
)


@given(
    states(),
    strategies.lists(of_the_invitee, unique_by=lambda one: (one.sequence, one.dtstamp), max_size=6),
    strategies.randoms(use_true_random=False),
)
def test_replies_with_distinct_moments_leave_the_same_answer_in_any_order(
    state: State, replies: list[Reply], random: Random
) -> None:
    shuffled = list(replies)
    random.shuffle(shuffled)
    assert answer(take_in(state, replies)) == answer(take_in(state, shuffled))


@given(states(), strategies.lists(anything, max_size=5))
def test_taking_everything_in_twice_changes_no_answer(state: State, replies: list[Reply]) -> None:
    once = take_in(state, replies)
    assert answer(take_in(once, replies)) == answer(once)


@given(states(), strategies.lists(anything, max_size=4), anything)
def test_the_same_reply_again_causes_nothing_again(state: State, former: list[Reply], reply: Reply) -> None:
    before = take_in(state, former)
    after = take_in(before, [reply])
    again = decide(reply, after, now=RECEIVED)
    assert answer(take_in(after, [reply])) == answer(after)
    if len(after.given) > len(before.given):
        assert (again.fate, again.effects) == (Fate.DUPLICATE, ())


@given(states(), strategies.lists(anything, max_size=5), anything)
def test_nothing_older_than_the_last_major_change_is_ever_applied(
    state: State, former: list[Reply], reply: Reply
) -> None:
    decision = decide(reply, take_in(state, former), now=RECEIVED)
    assert not (decision.applied and decision.sequence < state.last_major_sequence)


@given(states(), strategies.lists(anything, max_size=5), anything)
def test_nothing_that_was_never_sent_is_ever_applied(state: State, former: list[Reply], reply: Reply) -> None:
    decision = decide(reply, take_in(state, former), now=RECEIVED)
    assert not (decision.applied and decision.sequence > min(state.sequence, state.sent_sequence))


@given(states(), strategies.lists(anything, max_size=5), anything)
def test_the_answer_moves_by_rows_8_9_11_13_and_15_alone(state: State, former: list[Reply], reply: Reply) -> None:
    before = take_in(state, former)
    decision = decide(reply, before, now=RECEIVED)
    assert not decision.applied or decision.row in MOVING
    if not decision.applied:
        assert answer(take_in(before, [reply])) == answer(before)


@given(states(), strategies.lists(anything, max_size=5))
def test_weak_evidence_never_counts_as_an_answer_so_that_reminders_go_on(state: State, replies: list[Reply]) -> None:
    weak = [
        reply
        for reply in replies
        if decide(reply, state, now=RECEIVED).standing is Standing.STRANGER
        or reply.method not in ("REPLY", "COUNTER")
    ]
    assert answer(take_in(state, weak)) is None


@given(states(), anything)
def test_without_token_or_proof_nobody_is_trusted(state: State, reply: Reply) -> None:
    unproved = replace(reply, by_token=False, dmarc=Dmarc.NONE)
    disowned = replace(reply, dmarc=Dmarc.FAIL)
    assert {decide(one, state, now=RECEIVED).standing for one in (unproved, disowned)} == {Standing.STRANGER}


@given(states(), strategies.lists(anything, max_size=3), anything)
def test_a_sender_who_is_not_trusted_moves_no_answer_and_causes_nothing(
    state: State, former: list[Reply], reply: Reply
) -> None:
    decision = decide(reply, take_in(state, former), now=RECEIVED)
    if decision.standing is Standing.STRANGER:
        assert not decision.applied
        assert decision.effects == ()


@given(states(), strategies.lists(anything, max_size=3), anything)
def test_each_effect_has_its_row(state: State, former: list[Reply], reply: Reply) -> None:
    decision = decide(reply, take_in(state, former), now=RECEIVED)
    allowed = {
        3: {Effect.RESEND_CANCEL},
        4: {Effect.RESEND_CANCEL},
        6: {Effect.RESEND_REQUEST},
        11: {Effect.DEPUTY},
        13: {Effect.PROPOSAL},
        14: {Effect.OUTDATED},
        16: {Effect.REFRESH},
    }
    assert set(decision.effects) - {Effect.NO_DEPUTY} <= allowed.get(decision.row, set())
    assert decision.applied or Effect.NO_DEPUTY not in decision.effects
    assert (Effect.PROPOSAL in decision.effects) == (decision.row == 13)
    assert Effect.PROPOSAL not in decision.effects or decision.proposed is not None
    assert Effect.DEPUTY not in decision.effects or decision.delegated_to


@given(states(), strategies.lists(anything, max_size=3), anything)
def test_every_reply_has_exactly_one_outcome_that_its_row_allows(
    state: State, former: list[Reply], reply: Reply
) -> None:
    decision = decide(reply, take_in(state, former), now=RECEIVED)
    allowed = {
        Fate.DUPLICATE: (1,),
        Fate.APPLIED: MOVING,
        Fate.RECORDED: (3, 4, 5, 6, 7, 13, 14, 16),
        Fate.SET_ASIDE: (2, 3, 4, 5, 6, 10, 11, 12, 14, 16, 17),
    }
    assert decision.row in allowed[decision.fate]


@given(states(), anything)
def test_whatever_goes_to_a_person_says_why_and_on_which_page(state: State, reply: Reply) -> None:
    decision = decide(reply, state, now=RECEIVED)
    if decision.fate is Fate.SET_ASIDE:
        assert decision.flagged
        strange = decision.standing is Standing.STRANGER and decision.row != 17
        assert (decision.kind is InboundKind.STRANGER) == strange


@given(states(), anything)
def test_what_is_kept_fits_its_columns(state: State, reply: Reply) -> None:
    decision = decide(reply, state, now=RECEIVED)
    assert len(decision.partstat) <= 14
    assert len(decision.flagged) <= 200
    assert len(decision.comment) <= 500
    assert -1 <= decision.sequence < 2**31


@given(states(), anything)
def test_no_clock_can_block_later_answers_for_more_than_a_day(state: State, reply: Reply) -> None:
    assert decide(reply, state, now=RECEIVED).dtstamp <= RECEIVED + timedelta(days=1)


@given(states(), strategies.lists(of_the_invitee, max_size=4), partstats, strategies.lists(anything, max_size=4))
def test_what_the_coordinator_wrote_down_stands_until_a_later_mail(
    state: State, former: list[Reply], partstat: str, later: list[Reply]
) -> None:
    before = take_in(state, former)
    by_hand = Given(99, partstat, state.sequence, RECEIVED, RECEIVED, "coordinator", BY_HAND, applied=True)
    overridden = replace(before, given=(*before.given, by_hand))
    older = [replace(one, dtstamp=RECEIVED - timedelta(minutes=1)) for one in later]
    assert answer(take_in(overridden, older)) == answer(overridden)
