"""What a look at the operator's mail set-up found; pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a finding matters. ADVICE is what works without, and is better with."""

    RIGHT = "right"
    ADVICE = "advice"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One sentence or two about one part of the set-up: what is so, and what to do where it is not right."""

    part: str
    level: Level
    says: str


def right(part: str, says: str) -> Finding:
    return Finding(part, Level.RIGHT, says)


def advice(part: str, says: str) -> Finding:
    return Finding(part, Level.ADVICE, says)


def wrong(part: str, says: str) -> Finding:
    return Finding(part, Level.WRONG, says)
