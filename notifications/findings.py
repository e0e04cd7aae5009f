"""What a look at the operator's mail set-up found; pure."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum

from notifications.addresses import one_line


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


def why(error: Exception) -> str:
    """What went wrong, in the system's own words where it has some: "Connection refused"."""
    if isinstance(error, OSError) and error.errno and error.errno > 0:
        return os.strerror(error.errno)
    return one_line(str(error)) or type(error).__name__


def right(part: str, says: str) -> Finding:
    return Finding(part, Level.RIGHT, says)


def advice(part: str, says: str) -> Finding:
    return Finding(part, Level.ADVICE, says)


def wrong(part: str, says: str) -> Finding:
    return Finding(part, Level.WRONG, says)
