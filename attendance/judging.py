"""Each answer of a batch is judged in the order of its arrival, by what stands after the ones before it."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from attendance.cases import Decision, Fate
from attendance.reading import Reading
from attendance.replies import reply_of
from attendance.rules import decide
from attendance.state import Held
from notifications.answer import Answer
from notifications.authentication import Dmarc
from notifications.inbox import End
from notifications.kinds import InboundKind
from notifications.opening import Opened
from notifications.tables import Disposition

NO_RESPONSE = (1, 16, 17)  # rows of messages that are no new answer: nothing is kept beside the message itself
_SAME = "The same answer was already taken in."


@dataclass(frozen=True)
class Arrived:
    """One message as it was kept and read."""

    id: int
    received_at: datetime
    envelope_from: str
    envelope_to: str
    reading: Reading


@dataclass(frozen=True)
class Part:
    """One answer of a message, decided for one invitation as that stood."""

    held: Held
    decision: Decision


@dataclass(frozen=True)
class Doubt:
    """Why a person must see an answer before it is even judged."""

    reason: str
    kind: InboundKind = InboundKind.ANSWER


@dataclass(frozen=True)
class Judged:
    """What became of a message: its parts, why some of its answers could not be judged, and what it is about.

    `about` are the invitations of the parts, or those that mail without an answer is about.
    """

    arrived: Arrived
    parts: tuple[Part, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    uid: str = ""
    about: tuple[Held, ...] = ()

    def end(self) -> End:
        """The message's one disposition. What waits for a person goes before what is done."""
        reading = self.arrived.reading
        if self.doubts:
            return self._ended(Disposition.SET_ASIDE, self.doubts[0].kind)
        if not self.parts:
            return self._ended(Disposition.SET_ASIDE if reading.waits else Disposition.RECORDED, reading.kind)
        decisions = [part.decision for part in self.parts]
        decisive = next(one for fate in _FIRST for one in decisions if one.fate is fate)
        return self._ended(Disposition(decisive.fate.value), decisive.kind)

    def _ended(self, disposition: Disposition, kind: InboundKind) -> End:
        return End(self.arrived.id, disposition, self._reason(), self.uid, kind)

    def _reason(self) -> str:
        """Why, with the unit's name before it; of several answers, how many count."""
        decisions = [part.decision for part in self.parts]
        said = [_SAME if one.fate is Fate.DUPLICATE else one.flagged for one in decisions]
        if len(said) > 1:
            counted = sum(one.applied for one in decisions)
            said = [f"It counts for {counted} of {len(decisions)} dates.", *dict.fromkeys(said)]
        if not decisions and not self.doubts:
            said = [self.arrived.reading.reason]
        words = " ".join(filter(None, (*dict.fromkeys(doubt.reason for doubt in self.doubts), *said)))
        return f"{self.about[0].cn}: {words}" if self.about and words else words


_FIRST = (Fate.SET_ASIDE, Fate.APPLIED, Fate.RECORDED, Fate.DUPLICATE)


def parts_of(
    answer: Answer,
    opened: Opened,
    invitations: Iterable[UUID],
    standing: MutableMapping[UUID, Held],
    *,
    by_token: bool,
    dmarc: Dmarc,
    received_at: datetime,
) -> list[Part]:
    """The answer decided for each of these invitations; `standing` holds them afterwards as they then stand.

    :param received_at: when the message came: an outage of ours must not make an answer late.
    """
    parts = []
    for invitation in invitations:
        before = standing[invitation]
        reply = reply_of(answer, opened, before.state, by_token=by_token, dmarc=dmarc)
        decision = decide(reply, before.state, now=received_at)
        parts.append(Part(before, decision))
        if decision.row not in NO_RESPONSE:
            standing[invitation] = _after(before, decision, received_at)
    return parts


def _after(held: Held, decision: Decision, received_at: datetime) -> Held:
    given = held.state.given
    number = given[-1].number + 1 if given else 1
    new = decision.as_given(number=number, received_at=received_at)
    return replace(held, state=replace(held.state, given=(*given, new)))
