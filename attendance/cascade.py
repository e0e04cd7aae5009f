"""Which invitation a message is about: decided from its evidence and from lookups that were made beforehand; pure.

The evidence in the order of its strength: the code in the address it was sent to, the UID with the addresses that
answered, the Message-ID that it answers. Where two kinds disagree, a person looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum, auto
from uuid import UUID

from meetings.letters import Letterhead, token_hash, token_in
from notifications.answer import Answer
from notifications.opening import Opened


@dataclass(frozen=True)
class Clues:
    """What a message says about where it belongs. `tokens` are SHA-256s as invitations keep them, the strongest
    first; `message_ids` the nearest first; addresses are in lower case.
    """

    tokens: tuple[str, ...] = ()
    uids: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    attendees: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address that may have answered."""
        return tuple(dict.fromkeys((*self.attendees, *self.senders)))


@dataclass(frozen=True)
class Candidate:
    """An invitation that a lookup found; `series` when it is to a whole series, and `id` that invitation's.

    `series_id` is the series that it is to, or that its meeting is one date of.
    """

    id: UUID
    uid: str
    address: str
    active: bool = True
    series: bool = False
    series_id: UUID | None = None


@dataclass(frozen=True)
class Lookups:
    """What the database knows of the clues of one message, or of a batch of them.

    `by_uid` holds all invitations to the meeting; those to a series once, not once for each date. `aliases` gives
    for an address as it answers the invited addresses that it answers for.
    """

    by_token: Mapping[str, Candidate] = field(default_factory=dict)
    by_uid: Mapping[str, Sequence[Candidate]] = field(default_factory=dict)
    by_message_id: Mapping[str, Candidate] = field(default_factory=dict)
    aliases: Mapping[str, frozenset[str]] = field(default_factory=dict)


class By(StrEnum):
    """Which evidence found the invitation. Only the token proves that the sender has held it."""

    TOKEN = auto()
    UID = auto()
    MESSAGE_ID = auto()


@dataclass(frozen=True)
class Found:
    """The one invitation that the message is about."""

    candidate: Candidate
    by: By

    @property
    def by_token(self) -> bool:
        return self.by is By.TOKEN


@dataclass(frozen=True)
class Conflict:
    """Two kinds of evidence point to different meetings; `candidate` is where the stronger one points."""

    candidate: Candidate
    reason: str


@dataclass(frozen=True)
class Unmatched:
    """Nothing tells the one invitation that it is about."""

    reason: str


Verdict = Found | Conflict | Unmatched

_NO_INVITATION = "The address it was sent to belongs to no invitation."
_ANOTHER = "It names another meeting than the invitation it was sent to answer."
_UNKNOWN = "It is about a meeting that Convene does not know."
_WHICH = "It came without the code of its invitation, and does not tell which one invitation it answers."
_NOTHING = "Nothing in it tells which meeting it is about."


def evidence(envelope_to: str, opened: Opened | None, answers: Iterable[Answer], letterhead: Letterhead) -> Clues:
    """The clues of a message: of all its answers, to look them up together, or of one, to decide where it belongs."""
    answers = tuple(answers)
    addresses = (envelope_to, *(opened.delivered_to if opened else ()))
    tokens = (token_in(address, letterhead) for address in addresses)
    return Clues(
        tokens=_each_once(token_hash(token) for token in tokens if token),
        uids=_each_once(answer.uid for answer in answers),
        message_ids=opened.in_answer_to if opened else (),
        attendees=_each_once(address for answer in answers for address in answer.attendees),
        senders=opened.from_addresses if opened else (),
    )


def which(clues: Clues, known: Lookups) -> Verdict:
    """The invitation to which the evidence points (the second to fifth step of the intake).

    Answers have one UID each; other mail has none, and is placed by its token, else by what it answers.
    """
    if clues.tokens:
        candidate = known.by_token.get(clues.tokens[0])
        if candidate is not None:
            return _agreeing(candidate, By.TOKEN, clues)
        if clues.uids:
            return Unmatched(_NO_INVITATION)
    candidates = [one for uid in clues.uids for one in known.by_uid.get(uid, ())]
    if candidates:
        return _invited(clues, candidates, known.aliases)
    answered = next((known.by_message_id[one] for one in clues.message_ids if one in known.by_message_id), None)
    if answered is not None:
        return _agreeing(answered, By.MESSAGE_ID, clues)
    if clues.uids:
        return Unmatched(_UNKNOWN)
    return Unmatched(_NO_INVITATION if clues.tokens else _NOTHING)


def _agreeing(candidate: Candidate, by: By, clues: Clues) -> Verdict:
    if clues.uids and candidate.uid not in clues.uids:
        return Conflict(candidate, _ANOTHER)
    return Found(candidate, by)


def _invited(clues: Clues, candidates: Sequence[Candidate], aliases: Mapping[str, frozenset[str]]) -> Verdict:
    """Who was invited: the ATTENDEE, else whom it is an alias of, else the sender, else whom that is an alias of.

    Among several that fit (some clients echo all attendees), the sender's own. Those still open go before those
    that were taken back.
    """
    for active in (True, False):
        open_ones = [one for one in candidates if one.active is active]
        own = _fitting(clues.senders, open_ones, aliases)
        for matching in (_fitting(clues.attendees, open_ones, aliases), own):
            if len(matching) > 1:
                matching = [one for one in matching if one in own]
            if len(matching) == 1:
                return Found(matching[0], By.UID)
            if matching:
                return Unmatched(_WHICH)
    return Unmatched(_WHICH)


def _fitting(
    addresses: Sequence[str], candidates: Sequence[Candidate], aliases: Mapping[str, frozenset[str]]
) -> list[Candidate]:
    """The invitations to these addresses; where there are none, those to whom they are aliases of."""
    invited = {address for alias in addresses for address in aliases.get(alias, frozenset())}
    plainly = [one for one in candidates if one.address in addresses]
    return plainly or [one for one in candidates if one.address in invited]


def _each_once(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
