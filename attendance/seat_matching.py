"""For which seat somebody came whom a Teams file shows: certain, doubtful or nobody's. Pure.

The invited address comes first, with its aliases and deputies; then a mail domain that is the unit's alone; then what
only resembles: a domain that several units share, a name, a telephone number. What resembles is for a person to
decide. Nobody is ever found to be absent by this.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from attendance.likeness import alike, house, words_of
from attendance.teams import Seen

_PHONE_DIGITS: Final = 9  # the last ones, which are the same with and without the country's code
# What many teams and their mailboxes are called: names that are alike in these alone are not alike.
_COMMON_WORDS: Final = frozenset({
    "the", "of", "and", "team", "unit", "desk", "duty", "officer", "manager", "coordinator", "missing", "mailbox",
    "police", "social", "care", "service", "services", "children's", "school", "health",
})  # fmt: skip


class Surety(StrEnum):
    """How sure a match is. Only the certain are proposed; the doubtful are asked about."""

    CERTAIN = "certain"
    DOUBTFUL = "doubtful"
    NOBODY = "nobody"


class Why(StrEnum):
    """On what a match rests, as it is told to the person who decides."""

    INVITED = "the invited address"
    CONTACT = "a contact of the unit in the directory"
    DEPUTY = "known as deputy for the invited address"
    DOMAIN = "the unit's own mail domain"
    SHARED_DOMAIN = "a mail domain of the unit, which others may use too"
    NAME = "only the name resembles"
    TELEPHONE = "dialled in from a number of the unit"
    CONTRADICTED = "the seat is marked as not having come"
    UNVERIFIED = "joined without signing in"
    NOTHING = "nothing leads to a seat"


_PROVING: Final = (Why.INVITED, Why.CONTACT, Why.DEPUTY, Why.DOMAIN)


@dataclass(frozen=True)
class SeatSought:
    """What is known of one seat. Addresses are in lower case.

    :param addresses: those invited for the seat, and others of the same people.
    :param contacts: the unit's others in the directory.
    :param deputies: those who may answer for them.
    :param group: it is a team's mailbox: any of its members is who was invited.
    :param own_houses: mail domains, as `likeness.house` has them, of this unit and no other in the directory.
    :param stands_absent: it is marked as somebody who did not come.
    """

    seat: UUID
    unit: str
    addresses: frozenset[str] = frozenset()
    contacts: frozenset[str] = frozenset()
    deputies: frozenset[str] = frozenset()
    group: bool = False
    own_houses: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    stands_absent: bool = False

    @property
    def houses(self) -> frozenset[str]:
        return frozenset(house(address) for address in self.addresses)


@dataclass(frozen=True)
class Match:
    """The seats somebody may have come for, the likeliest first; one if it is certain."""

    seats: tuple[UUID, ...]
    surety: Surety
    why: Why


def match(person: Seen, sought: Sequence[SeatSought]) -> Match:
    """For which of these seats the person came. A seat marked as absent, and who is unverified, stay in doubt."""
    found, why = _candidates(person, sought)
    seats = tuple(one.seat for one in found)
    if not found:
        return Match((), Surety.NOBODY, Why.NOTHING)
    if len(found) > 1 or why not in _PROVING:
        return Match(seats, Surety.DOUBTFUL, why)
    if person.unverified:
        return Match(seats, Surety.DOUBTFUL, Why.UNVERIFIED)
    if found[0].stands_absent:
        return Match(seats, Surety.DOUBTFUL, Why.CONTRADICTED)
    return Match(seats, Surety.CERTAIN, why)


def is_deputy(person: Seen, seat: SeatSought) -> bool:
    """Whether who came for the seat is somebody else than was invited; of a team's mailbox any member is invited.

    Who dialled in cannot be told apart, and is taken for who was invited.
    """
    if person.address in seat.deputies:
        return True
    if person.dialled_in or person.address in seat.addresses or _resembles(person, seat):
        return False
    return not (seat.group and house(person.address) in seat.houses)


def _candidates(person: Seen, sought: Sequence[SeatSought]) -> tuple[list[SeatSought], Why]:
    at = house(person.address) if person.address else ""
    steps = (
        (Why.INVITED, [one for one in sought if person.address and person.address in one.addresses]),
        (Why.CONTACT, [one for one in sought if person.address and person.address in one.contacts]),
        (Why.DEPUTY, [one for one in sought if person.address and person.address in one.deputies]),
        (Why.DOMAIN, [one for one in sought if at and at in one.own_houses]),
        (Why.SHARED_DOMAIN, _likeliest_first(person, [one for one in sought if at and at in one.houses])),
        (Why.TELEPHONE, [one for one in sought if person.dialled_in and _calls_from(person.name, one.phones)]),
        (Why.NAME, [one for one in sought if not person.dialled_in and _resembles(person, one)]),
    )
    return next(((found, why) for why, found in steps if found), ([], Why.NOTHING))


def _likeliest_first(person: Seen, found: list[SeatSought]) -> list[SeatSought]:
    return sorted(found, key=lambda one: not _resembles(person, one))


def _resembles(person: Seen, seat: SeatSought) -> bool:
    """Whether the name is like that of an invited address or of the unit. Names prove nothing."""
    words = _words(person.name)
    if any(
        alike(words, local) for address in seat.addresses | seat.deputies if (local := _telling(words_of(address)))
    ):
        return True
    unit = _telling(_words(seat.unit))
    return bool(unit) and len(set(unit) & set(words)) >= min(2, len(unit))


def _words(name: str) -> list[str]:
    return [word for word in re.split(r"[^a-z']+", name.lower()) if word]


def _telling(words: Iterable[str]) -> list[str]:
    return [word for word in words if word not in _COMMON_WORDS]


def _calls_from(name: str, phones: Iterable[str]) -> bool:
    """Whether it is one of these numbers; one of which Teams hides digits is none."""
    called = _digits(name)
    return len(called) >= _PHONE_DIGITS and any(
        called[-_PHONE_DIGITS:] == _digits(one)[-_PHONE_DIGITS:] for one in phones
    )


def _digits(text: str) -> str:
    return "" if "*" in text or "x" in text.lower() else re.sub(r"\D", "", text)
