"""The values that the state machine of one invitation works on: what came, what it meets, what became of it; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from attendance.answers import Given, last_counted
from attendance.identity import Known, Standing
from notifications.authentication import Dmarc
from notifications.itip import Method, Partstat
from notifications.kinds import InboundKind

LONGEST_FLAG = 200
_DISOWNED = "Its sender's domain says that it did not send it."
_UNPROVED = "Nothing proves who sent it."
_STRANGER = "It was not answered from the invited address."
DOUBTS = (_DISOWNED, _UNPROVED, _STRANGER)


class Fate(StrEnum):
    """How a message that answers an invitation ends; each value is also a disposition of the inbox."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    RECORDED = "recorded"
    SET_ASIDE = "set aside"


class Effect(StrEnum):
    """What else a reply causes; the sender's right to it has been checked."""

    RESEND_REQUEST = "resend request"
    RESEND_CANCEL = "resend cancel"
    REFRESH = "refresh"  # what the invitee was last sent goes out again, not more often than the caller allows
    PROPOSAL = "proposal"  # another time waits for a person
    OUTDATED = "outdated"  # it proposed a time beside one that is gone: the present one goes out again, with a word
    DEPUTY = "deputy"  # whoever was named to come instead waits for a person
    NO_DEPUTY = "no deputy"  # the invitee answers again themselves: whom they named before waits no more


@dataclass(frozen=True)
class Reply:
    """One calendar message that found its invitation. Addresses are in lower case.

    `proposed` are the times that its event names, where it names any; `delegated_to` who is to come instead.
    """

    method: str
    partstat: str
    sequence: int | None
    dtstamp: datetime | None
    answered_by: str  # "" when it does not say who
    sent_from: tuple[str, ...]
    by_token: bool = True
    dmarc: Dmarc = Dmarc.NONE
    agent: str = ""
    comment: str = ""
    proposed: tuple[datetime, datetime] | None = None
    delegated_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class State:
    """One invitation and its meeting at the moment of decision.

    `delegated`: an approved deputy holds the seat's invitation now.
    """

    address: str
    removed: bool
    called_off: bool
    starts_at: datetime
    ends_at: datetime
    sequence: int
    last_major_sequence: int
    sent_sequence: int
    told_at: datetime  # when the present time of the meeting was first written to this invitee
    given: tuple[Given, ...] = ()
    known: Known = field(default_factory=Known)
    delegated: bool = False


@dataclass(frozen=True)
class Decision:
    """What one reply became: the row that decided, what is kept of it, and what it causes.

    `kind` says which page a person deals with it on, when somebody must; `flagged` says why, or what was odd.
    """

    row: int
    fate: Fate
    partstat: str
    sequence: int
    dtstamp: datetime
    answered_by: str
    kind: InboundKind
    standing: Standing
    flagged: str = ""
    effects: tuple[Effect, ...] = ()
    agent: str = ""
    comment: str = ""
    proposed: tuple[datetime, datetime] | None = None
    delegated_to: tuple[str, ...] = ()

    @property
    def applied(self) -> bool:
        """Whether the invitee's answer moved."""
        return self.fate is Fate.APPLIED

    def as_given(self, *, number: int, received_at: datetime) -> Given:
        """The response that is kept of it."""
        return Given(
            number=number,
            partstat=self.partstat,
            sequence=self.sequence,
            dtstamp=self.dtstamp,
            received_at=received_at,
            answered_by=self.answered_by,
            row=self.row,
            applied=self.applied,
            flagged=self.flagged,
            agent=self.agent,
            comment=self.comment,
        )


@dataclass(frozen=True)
class Case:
    """A reply beside the state it meets, what it lacks made good, and the right in which it was given."""

    reply: Reply
    state: State
    now: datetime
    sequence: int
    dtstamp: datetime
    standing: Standing
    notes: tuple[str, ...]

    @property
    def last(self) -> Given | None:
        """The answer by which this one is early or late."""
        return last_counted(self.state.given, self.state.last_major_sequence)

    @property
    def trusted(self) -> bool:
        return self.standing is not Standing.STRANGER

    @property
    def is_counter(self) -> bool:
        return self.reply.method == Method.COUNTER

    @property
    def would_come(self) -> bool:
        return self.reply.partstat in (Partstat.ACCEPTED, Partstat.TENTATIVE)

    @property
    def contradicts(self) -> bool:
        """Whether the last answer bears the same moment and says something else."""
        last = self.last
        same = last is not None and (self.sequence, self.dtstamp) == (last.sequence, last.dtstamp)
        return same and last is not None and last.partstat != self.reply.partstat

    @property
    def takes_deputy_back(self) -> bool:
        """Whether their last answer, to whatever time, was that somebody else comes; and this one is another."""
        last = last_counted(self.state.given, 0)
        was = last is not None and last.partstat == Partstat.DELEGATED
        return was and self.reply.partstat != Partstat.DELEGATED

    def ends(
        self,
        row: int,
        fate: Fate,
        *reasons: str,
        effects: tuple[Effect, ...] = (),
        kind: InboundKind = InboundKind.ANSWER,
    ) -> Decision:
        """This reply, decided by `row`; the reasons and the notes made while reading become its flag."""
        reply = self.reply
        if fate is Fate.APPLIED and self.takes_deputy_back:
            effects = (*effects, Effect.NO_DEPUTY)
        words = " ".join(word for word in (*reasons, *self.notes) if word)
        return Decision(
            row,
            fate,
            reply.partstat,
            self.sequence,
            self.dtstamp,
            reply.answered_by,
            kind if self.trusted or kind is InboundKind.REFUSED else InboundKind.STRANGER,
            self.standing,
            words[:LONGEST_FLAG],
            effects,
            reply.agent,
            reply.comment,
            reply.proposed,
            reply.delegated_to,
        )

    def only_recorded(
        self, row: int, reason: str, effect: Effect | None = None, *, kind: InboundKind = InboundKind.ANSWER
    ) -> Decision:
        """This reply, kept without counting; a stranger's goes to a person and causes no mail."""
        if not self.trusted:
            return self.ends(row, Fate.SET_ASIDE, reason, self.doubt)
        return self.ends(row, Fate.RECORDED, reason, effects=(effect,) if effect else (), kind=kind)

    @property
    def doubt(self) -> str:
        """Why its sender is not trusted, for the person who must say who it was."""
        if self.reply.dmarc is Dmarc.FAIL:
            return _DISOWNED
        if not self.reply.by_token and self.reply.dmarc is not Dmarc.PASS:
            return _UNPROVED
        return _STRANGER
