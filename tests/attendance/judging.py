"""Replies and states as plain values, to be judged by the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from attendance.answers import Given
from attendance.rules import Decision, Reply, State, decide

INVITED = "missing.team@central-north.police.example"
MEMBER = "duty.officer@central-north.police.example"
ALIAS = "missing.team@central-north.pnn.police.example"
DEPUTY = "staff.officer@borough.example"
ANOTHER_INVITEE = "east.area@central-north.police.example"
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
DELEGATES = replace(ACCEPTS, partstat="DELEGATED", delegated_to=(DEPUTY,))
FROM_OUTSIDE = replace(ACCEPTS, answered_by=STRANGER, sent_from=(STRANGER,))


def kept(decision: Decision, number: int = 1, received_at: datetime = RECEIVED) -> Given:
    """The decision as a response that was written down."""
    return decision.as_given(number=number, received_at=received_at)


def after(state: State, *replies: Reply) -> State:
    """The state once these replies were taken in, in this order."""
    for reply in replies:
        decision = decide(reply, state, now=RECEIVED)
        state = replace(state, given=(*state.given, kept(decision, len(state.given) + 1)))
    return state


def known(**what: frozenset[str] | bool) -> State:
    """The state of an invitation about whose address people confirmed something."""
    return replace(STATE, known=replace(STATE.known, **what))  # type: ignore[arg-type]  # any field of Known


def by_telephone(state: State, partstat: str, at: datetime) -> State:
    """The state once the coordinator wrote down an answer given by telephone."""
    number = len(state.given) + 1
    given = Given(number, partstat, state.sequence, at, at, "coordinator", row=24, applied=True)
    return replace(state, given=(*state.given, given))
