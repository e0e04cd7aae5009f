"""What becomes of one reply to one invitation, and which answer stands: decided on values alone.

The rows are those of the organiser's state machine over RFC 5546 replies: each has its number, one function
here and one test class. A reply is judged by who answered, SEQUENCE, DTSTAMP and PARTSTAT, never by its words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from attendance.answers import Given, standing
from attendance.identity import is_trusted
from notifications.itip import LARGEST_SEQUENCE, Method, Partstat

CLOCK_SKEW = timedelta(days=1)
SETTLING_TIME = timedelta(minutes=10)  # replies that crossed a change are not answered with the change again
BY_HAND = 24
ANSWERS = (Partstat.ACCEPTED, Partstat.TENTATIVE, Partstat.DECLINED)
_COUNTERS = (13, 14)


class Fate(StrEnum):
    """How a message that answers an invitation ends; each value is also a disposition of the inbox."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    RECORDED = "recorded"
    SET_ASIDE = "set aside"


class Effect(StrEnum):
    """What must be sent again because of a reply; the sender's right to it has been checked."""

    RESEND_REQUEST = "resend request"
    RESEND_CANCEL = "resend cancel"


@dataclass(frozen=True)
class Reply:
    """One calendar message that found its invitation. Addresses are in lower case."""

    method: str
    partstat: str
    sequence: int | None
    dtstamp: datetime | None
    answered_by: str  # "" when it does not say who
    sent_from: tuple[str, ...]
    by_token: bool = True


@dataclass(frozen=True)
class State:
    """One invitation and its meeting at the moment of decision."""

    address: str
    removed: bool
    called_off: bool
    ends_at: datetime
    sequence: int
    last_major_sequence: int
    sent_sequence: int
    told_at: datetime  # when the present time of the meeting was first written to this invitee
    given: tuple[Given, ...] = ()


@dataclass(frozen=True)
class Decision:
    """What one reply became: the row that decided, what is kept of it, and what is sent because of it."""

    row: int
    fate: Fate
    partstat: str
    sequence: int
    dtstamp: datetime
    answered_by: str
    flagged: str = ""
    effects: tuple[Effect, ...] = ()

    @property
    def applied(self) -> bool:
        """Whether the invitee's answer moved."""
        return self.fate is Fate.APPLIED


@dataclass(frozen=True)
class _Case:
    """A reply beside the state it meets, its SEQUENCE and DTSTAMP made good."""

    reply: Reply
    state: State
    now: datetime
    sequence: int
    dtstamp: datetime
    notes: tuple[str, ...]

    @property
    def last(self) -> Given | None:
        return standing(self.state.given, self.state.last_major_sequence)

    @property
    def trusted(self) -> bool:
        return is_trusted(
            self.state.address,
            answered_by=self.reply.answered_by,
            sent_from=self.reply.sent_from,
            by_token=self.reply.by_token,
        )

    @property
    def would_come(self) -> bool:
        return self.reply.partstat in (Partstat.ACCEPTED, Partstat.TENTATIVE)

    def ends(self, row: int, fate: Fate, *reasons: str, effects: tuple[Effect, ...] = ()) -> Decision:
        """This reply, decided by `row`; the reasons and the notes made while reading become its flag."""
        words = " ".join(word for word in (*reasons, *self.notes) if word)
        return Decision(
            row, fate, self.reply.partstat, self.sequence, self.dtstamp, self.reply.answered_by, words[:200], effects
        )

    def only_recorded(self, row: int, reason: str, effect: Effect | None = None) -> Decision:
        """This reply, kept without counting; a stranger's goes to a person and causes no mail."""
        if not self.trusted:
            return self.ends(row, Fate.SET_ASIDE, reason, _STRANGER)
        return self.ends(row, Fate.RECORDED, reason, effects=(effect,) if effect else ())


_STRANGER = "It was not answered from the invited address."


def decide(reply: Reply, state: State, *, now: datetime) -> Decision:
    """The first row of the state machine that fits says what becomes of the reply.

    Nothing that answers an earlier time of the meeting is applied; a reply taken in twice counts once.

    :param now: when the message was received (aware): an outage of ours must not make an answer late.
    """
    case = _read(reply, state, now)
    for row in _ROWS:
        decision = row(case)
        if decision is not None:
            return decision
    return case.ends(9, Fate.APPLIED)


def _read(reply: Reply, state: State, now: datetime) -> _Case:
    """The reply with what it lacks made good: DTSTAMP from its receipt, SEQUENCE from what it can answer."""
    notes: tuple[str, ...] = () if reply.by_token else ("It came without the code of its invitation.",)
    dtstamp = reply.dtstamp
    if dtstamp is None or dtstamp.tzinfo is None:
        dtstamp = now
    elif dtstamp > now + CLOCK_SKEW:
        dtstamp, notes = now, (*notes, "Its clock is wrong; the time it was received was taken.")
    sequence = reply.sequence
    if sequence is None:
        sequence = _sequence_answered(state, dtstamp)
        notes = (*notes, "It does not say which version of the invitation it answers.")
    reply = replace(reply, partstat=reply.partstat.upper()[:14])
    return _Case(reply, state, now, max(-1, min(sequence, LARGEST_SEQUENCE)), dtstamp, notes)


def _sequence_answered(state: State, dtstamp: datetime) -> int:
    """The SEQUENCE of a reply that names none: that of the former answer or the latest request, unless
    it was written before the invitee could know the present time."""
    if state.last_major_sequence > 0 and dtstamp < state.told_at:
        return state.last_major_sequence - 1
    last = standing(state.given, state.last_major_sequence)
    return last.sequence if last else state.sent_sequence


def _not_an_answer(case: _Case) -> Decision | None:
    """Rows 16 and 17: a request for a fresh copy is for a person; nobody else may change our meetings."""
    if case.reply.method in (Method.REPLY, Method.COUNTER):
        return None
    if case.reply.method == Method.REFRESH:
        return case.ends(16, Fate.SET_ASIDE, "It asks for the invitation to be sent again.")
    return case.ends(17, Fate.SET_ASIDE, "It tries to change the meeting, which nobody may do by mail.")


def _duplicate(case: _Case) -> Decision | None:
    """Row 1: the same answer is already kept. A reply that was from the future may come true."""
    counter = case.reply.method == Method.COUNTER
    for one in case.state.given:
        same = (one.sequence, one.dtstamp, one.partstat, one.answered_by) == (
            case.sequence,
            case.dtstamp,
            case.reply.partstat,
            case.reply.answered_by,
        )
        if same and one.row != 2 and (counter or one.row not in _COUNTERS):
            return case.ends(1, Fate.DUPLICATE)
    return None


def _from_the_future(case: _Case) -> Decision | None:
    """Row 2: it answers a SEQUENCE that was never sent to this invitee."""
    if case.sequence <= min(case.state.sequence, case.state.sent_sequence):
        return None
    return case.ends(2, Fate.SET_ASIDE, "It answers a version of the invitation that was never sent.")


def _removed(case: _Case) -> Decision | None:
    """Row 3: the invitation was taken back."""
    if not case.state.removed:
        return None
    again = Effect.RESEND_CANCEL if case.would_come else None
    return case.only_recorded(3, "The invitation had been taken back.", again)


def _called_off(case: _Case) -> Decision | None:
    """Row 4: the meeting was called off."""
    if not case.state.called_off:
        return None
    again = Effect.RESEND_CANCEL if case.would_come else None
    return case.only_recorded(4, "The meeting had been called off.", again)


def _late(case: _Case) -> Decision | None:
    """Row 5: the meeting is over; who came is the register's business."""
    return case.only_recorded(5, "The meeting was over.") if case.now > case.state.ends_at else None


def _stale(case: _Case) -> Decision | None:
    """Rows 6 and 14: it answers an earlier time of the meeting."""
    if case.sequence >= case.state.last_major_sequence:
        return None
    if case.reply.method == Method.COUNTER:
        return case.ends(14, Fate.SET_ASIDE, "It proposes another time than one that is no longer planned.")
    crossed = case.now - case.state.told_at <= SETTLING_TIME
    return case.only_recorded(6, "It answers the earlier time.", None if crossed else Effect.RESEND_REQUEST)


def _out_of_order(case: _Case) -> Decision | None:
    """Row 7: a later answer of the same invitee is already counted. One given by telephone is dated by its day."""
    last = case.last
    if last is None or not case.trusted:
        return None
    by_hand = last.row == BY_HAND
    earlier = (
        case.dtstamp < last.dtstamp if by_hand else (case.sequence, case.dtstamp) < (last.sequence, last.dtstamp)
    )
    return case.ends(7, Fate.RECORDED, "A later answer was already counted.") if earlier else None


def _stranger(case: _Case) -> Decision | None:
    """Row 10: somebody else answered; a person confirms who it was."""
    if case.trusted:
        return None
    return case.ends(10, Fate.SET_ASIDE, _STRANGER, "Ask the unit, then record its answer.")


def _counter(case: _Case) -> Decision | None:
    """Row 13: another time is proposed; a person decides."""
    if case.reply.method != Method.COUNTER:
        return None
    return case.ends(13, Fate.SET_ASIDE, "It proposes another time.")


def _delegated(case: _Case) -> Decision | None:
    """Row 11: somebody else is named to come; a person approves."""
    if case.reply.partstat != Partstat.DELEGATED:
        return None
    return case.ends(11, Fate.SET_ASIDE, "It names somebody else to come.")


def _no_answer(case: _Case) -> Decision | None:
    """Row 12: it says neither yes, nor perhaps, nor no."""
    if case.reply.partstat in ANSWERS:
        return None
    return case.ends(12, Fate.SET_ASIDE, "It does not say whether they come.")


def _same_moment(case: _Case) -> Decision | None:
    """Row 8: two answers of one moment differ; the one received later wins, and is flagged."""
    last = case.last
    if last is None or (case.sequence, case.dtstamp) != (last.sequence, last.dtstamp):
        return None
    return case.ends(8, Fate.APPLIED, "Two answers bear the same time; the one received last counts.")


_ROWS: tuple[Callable[[_Case], Decision | None], ...] = (
    _not_an_answer,
    _duplicate,
    _from_the_future,
    _removed,
    _called_off,
    _late,
    _stale,
    _out_of_order,
    _stranger,
    _counter,
    _delegated,
    _no_answer,
    _same_moment,
)
