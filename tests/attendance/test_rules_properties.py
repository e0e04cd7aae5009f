"""What holds of every course of replies: order does not matter, repeating is harmless, nothing stale counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, strategies

from attendance.answers import Given, standing
from attendance.identity import Standing
from attendance.rules import Fate, Reply, State, decide

INVITED = "duty@east-area.police.example"
RECEIVED = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)

partstats = strategies.sampled_from(["ACCEPTED", "TENTATIVE", "DECLINED"])
anything = strategies.builds(
    Reply,
    method=strategies.sampled_from(["REPLY", "COUNTER", "REFRESH", "REQUEST", ""]),
    partstat=strategies.one_of(partstats, strategies.sampled_from(["DELEGATED", "NEEDS-ACTION", ""])),
    sequence=strategies.one_of(strategies.none(), strategies.integers(-5, 6)),
    dtstamp=strategies.one_of(
        strategies.none(),
        strategies.timedeltas(timedelta(days=-13_000), timedelta(days=27_000)).map(lambda away: RECEIVED + away),
    ),
    answered_by=strategies.sampled_from([INVITED, "", "other@elsewhere.example"]),
    sent_from=strategies.sampled_from([(INVITED,), (), ("other@elsewhere.example",)]),
    by_token=strategies.booleans(),
)


@strategies.composite
def states(draw: strategies.DrawFn) -> State:
    sequence = draw(strategies.integers(0, 4))
    return State(
        address=INVITED,
        removed=draw(strategies.booleans()),
        called_off=draw(strategies.booleans()),
        starts_at=RECEIVED - timedelta(hours=4),
        ends_at=RECEIVED + timedelta(hours=draw(strategies.integers(-3, 3))),
        sequence=sequence,
        last_major_sequence=draw(strategies.integers(0, sequence)),
        sent_sequence=draw(strategies.integers(0, sequence)),
        told_at=RECEIVED - timedelta(minutes=draw(strategies.integers(-20, 20))),
    )


def take_in(state: State, replies: list[Reply]) -> State:
    for reply in replies:
        decision = decide(reply, state, now=RECEIVED)
        one = Given(
            len(state.given) + 1,
            decision.partstat,
            decision.sequence,
            decision.dtstamp,
            RECEIVED,
            decision.answered_by,
            decision.row,
            decision.applied,
        )
        state = replace(state, given=(*state.given, one))
    return state


def answer(state: State) -> tuple[str, int, datetime] | None:
    stands = standing(state.given, state.last_major_sequence)
    return None if stands is None else (stands.partstat, stands.sequence, stands.dtstamp)


@given(
    states(),
    strategies.lists(
        strategies.tuples(strategies.integers(0, 4), strategies.integers(0, 500), partstats),
        unique_by=lambda one: one[:2],
        max_size=6,
    ),
    strategies.randoms(use_true_random=False),
)
def test_replies_with_distinct_moments_leave_the_same_answer_in_any_order(
    state: State, answers: list[tuple[int, int, str]], random: Random
) -> None:
    replies = [
        Reply("REPLY", partstat, sequence, RECEIVED - timedelta(minutes=minutes), INVITED, (INVITED,))
        for sequence, minutes, partstat in answers
    ]
    shuffled = list(replies)
    random.shuffle(shuffled)
    assert answer(take_in(state, replies)) == answer(take_in(state, shuffled))


@given(states(), strategies.lists(anything, max_size=5))
def test_taking_everything_in_twice_changes_no_answer(state: State, replies: list[Reply]) -> None:
    dated = [replace(reply, dtstamp=reply.dtstamp or RECEIVED) for reply in replies]
    once = take_in(state, dated)
    assert answer(take_in(once, dated)) == answer(once)


@given(states(), strategies.lists(anything, max_size=5), anything)
def test_nothing_older_than_the_last_major_change_is_ever_applied(
    state: State, former: list[Reply], reply: Reply
) -> None:
    decision = decide(reply, take_in(state, former), now=RECEIVED)
    assert not (decision.applied and decision.sequence < state.last_major_sequence)


@given(states(), strategies.lists(anything, max_size=5), anything)
def test_the_answer_moves_by_the_rows_that_may_alone(state: State, former: list[Reply], reply: Reply) -> None:
    before = take_in(state, former)
    decision = decide(reply, before, now=RECEIVED)
    assert not decision.applied or decision.row in (8, 9, 11, 13, 15)
    if not decision.applied:
        assert answer(take_in(before, [reply])) == answer(before)


@given(states(), anything)
def test_a_stranger_moves_no_answer_and_causes_no_mail(state: State, reply: Reply) -> None:
    decision = decide(replace(reply, answered_by="other@elsewhere.example"), state, now=RECEIVED)
    assert not decision.applied
    assert decision.effects == ()


@given(states(), anything)
def test_only_a_trusted_sender_causes_anything(state: State, reply: Reply) -> None:
    decision = decide(reply, state, now=RECEIVED)
    assert not decision.effects or decision.standing is not Standing.STRANGER


@given(states(), anything)
def test_whatever_goes_to_a_person_says_why(state: State, reply: Reply) -> None:
    decision = decide(reply, state, now=RECEIVED)
    assert decision.flagged or decision.fate in (Fate.APPLIED, Fate.DUPLICATE)


@given(states(), anything)
def test_no_clock_can_block_later_answers_for_more_than_a_day(state: State, reply: Reply) -> None:
    assert decide(reply, state, now=RECEIVED).dtstamp <= RECEIVED + timedelta(days=1)
