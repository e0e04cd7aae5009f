"""What becomes of one reply to one invitation: decided on values alone.

The rows are those of the organiser's state machine over RFC 5546 replies: each has its number, one function in
`rows` and one test class. A reply is judged by who answered, SEQUENCE, DTSTAMP and PARTSTAT, never by its words.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from attendance import rows
from attendance.answers import BY_HAND, last_counted
from attendance.cases import Case, Decision, Effect, Fate, Reply, State
from attendance.identity import Standing, standing_of
from attendance.rows import ANSWERS, SETTLING_TIME
from notifications.addresses import found_address, one_line
from notifications.itip import LARGEST_SEQUENCE, Partstat

__all__ = [
    "ANSWERS",
    "BY_HAND",
    "LONGEST_COMMENT",
    "SETTLING_TIME",
    "Decision",
    "Effect",
    "Fate",
    "Reply",
    "State",
    "decide",
]

CLOCK_SKEW = timedelta(days=1)
LONGEST_COMMENT = 500
MOST_DEPUTIES = 5
_LONGEST_PARTSTAT = 14


def decide(reply: Reply, state: State, *, now: datetime) -> Decision:
    """The first row of the state machine that fits says what becomes of the reply.

    Nothing that answers an earlier time of the meeting is applied; a reply taken in twice counts once; a reply
    whose sender is not trusted moves nothing and causes no mail.

    :param now: when the message was received (aware): an outage of ours must not make an answer late.
    """
    case = _read(reply, state, now)
    for row in rows.IN_ORDER:
        decision = row(case)
        if decision is not None:
            return decision
    return rows.counts(case)


def _read(reply: Reply, state: State, now: datetime) -> Case:
    """The reply with what it lacks made good: DTSTAMP from its receipt, SEQUENCE from what it can answer."""
    reply = _tidied(reply, state)
    standing = standing_of(
        state.address,
        state.known,
        answered_by=reply.answered_by,
        sent_from=reply.sent_from,
        by_token=reply.by_token,
        dmarc=reply.dmarc,
    )
    notes = _answered_for(reply, state, standing)
    dtstamp = reply.dtstamp
    if dtstamp is None or dtstamp.tzinfo is None:
        dtstamp = now
    elif dtstamp > now + CLOCK_SKEW:
        dtstamp, notes = now, (*notes, "Its clock is wrong; the time it was received was taken.")
    sequence = reply.sequence
    if sequence is None:
        sequence = _sequence_answered(state, dtstamp)
        notes = (*notes, "It does not say which version of the invitation it answers.")
    return Case(reply, state, now, max(-1, min(sequence, LARGEST_SEQUENCE)), dtstamp, standing, notes)


def _tidied(reply: Reply, state: State) -> Reply:
    """The reply as it is kept: words cut to their columns, deputies as plain addresses other than the invited."""
    own = {"", state.address, reply.answered_by, *state.known.aliases}
    named = dict.fromkeys(found_address(address) for address in reply.delegated_to)
    deputies = tuple(address for address in named if address not in own)[:MOST_DEPUTIES]
    partstat = Partstat.DELEGATED.value if deputies else reply.partstat.upper()[:_LONGEST_PARTSTAT]
    comment = one_line(reply.comment)[:LONGEST_COMMENT]
    return replace(reply, partstat=partstat, comment=comment, delegated_to=deputies)


def _answered_for(reply: Reply, state: State, standing: Standing) -> tuple[str, ...]:
    """What is shown beside an answer of which the invited address itself is not all the story."""
    notes = []
    if standing is Standing.GROUP:
        notes.append(f"Answered by {reply.answered_by} for {state.address}.")
    elif standing is Standing.DEPUTY:
        deputy = next(one for one in (reply.answered_by, *reply.sent_from) if one in state.known.deputies)
        notes.append(f"Answered by {deputy}, who may answer for {state.address}.")
    if not reply.by_token:
        notes.append("It came without the code of its invitation.")
    return tuple(notes)


def _sequence_answered(state: State, dtstamp: datetime) -> int:
    """The SEQUENCE of a reply that names none: that of the former answer or the latest request, unless
    it was written before the invitee could know the present time."""
    if state.last_major_sequence > 0 and dtstamp < state.told_at:
        return state.last_major_sequence - 1
    last = last_counted(state.given, state.last_major_sequence)
    return last.sequence if last else state.sent_sequence
