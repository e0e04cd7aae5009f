"""What is to be arranged: sittings, who must and who may come, the times each may take, and what clashes. Pure.

* Two sittings clash where they overlap and share a unit that must come to one of them. They never both stand.
* Sittings that overlap and share a unit that may come only, cost CLASH for each such unit and quarter of an hour.
* Two sittings that share a unit that must come, one beginning as the other ends, save TOGETHER for each such unit.
* A sitting that finds no time costs LEFT, more than any option may.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

LEFT: Final = 10_000_000_000
CLASH: Final = 5  # a quarter of an hour of one unit that may come
TOGETHER: Final = 8
QUARTER: Final = 15


@dataclass(frozen=True)
class Option:
    """A time that a sitting may take, in minutes of one common scale, and what it costs to take it."""

    starts: int
    ends: int
    cost: int


@dataclass(frozen=True)
class Sitting:
    """Who must come, who may come, and the times to choose from."""

    must: frozenset[UUID]
    may: frozenset[UUID]
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Tie:
    """What another sitting has to do with this one."""

    other: int
    never_both: bool
    may_both: int
    must_both: int


def total(sittings: Sequence[Sitting], taken: Sequence[Option | None]) -> int:
    """What an arrangement costs, counted pair by pair.

    :raises ValueError: where two of them clash.
    """
    cost = sum(LEFT if option is None else option.cost for option in taken)
    placed = [(s, option) for s, option in zip(sittings, taken, strict=True) if option is not None]
    for position, (one, at) in enumerate(placed):
        for other, then in placed[:position]:
            cost += _between(tie_between(0, one, other), at, then)
    return cost


def _between(tie: Tie, at: Option, then: Option) -> int:
    shared = min(at.ends, then.ends) - max(at.starts, then.starts)
    if shared > 0:
        if tie.never_both:
            raise ValueError("a unit that must come is asked to two sittings at once")
        return CLASH * tie.may_both * shared // QUARTER
    return -TOGETHER * tie.must_both if shared == 0 else 0


def tie_between(number: int, one: Sitting, other: Sitting) -> Tie:
    must_both = len(one.must & other.must)
    crossed = (one.must & other.may) or (one.may & other.must)
    return Tie(number, bool(must_both or crossed), len(one.may & other.may), must_both)


def ties_of(number: int, sittings: Sequence[Sitting]) -> Iterator[Tie]:
    own = sittings[number]
    for other, sitting in enumerate(sittings):
        if other == number:
            continue
        tie = tie_between(other, own, sitting)
        if tie.never_both or tie.may_both:
            yield tie
