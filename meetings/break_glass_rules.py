"""How access in an emergency is asked for, for how long, and what becomes of it in review. Pure.

One to four hours: long enough to find a child's meeting in the night and to be there, shorter than any shift, so that
nobody goes on from one to the next without giving a reason again.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final

from web.roles import Role

TOLD: Final = (Role.COORDINATOR, Role.MANAGER)  # who is told, at the agency whose case it is
HOURS: Final = (1, 2, 4)
SHORTEST_REASON: Final = 10  # characters: "urgent" is no reason that anybody could review
LONGEST: Final = 500  # characters of a reason, and of a review's note
AT_MOST: Final = 5  # times a person in `WITHIN`, whether there was such a case or not: guessing leads nowhere
WITHIN: Final = timedelta(hours=24)


class Review(StrEnum):
    """What the manager of the agency whose case it was made of it."""

    RIGHT = "justified"
    WRONG = "not justified"
    FOLLOWED_UP = "followed up"


class GlassError(Exception):
    """It was refused, and nothing was changed. `str()` is a sentence for the person who asked."""

    field = ""


class NoReference(GlassError):
    field = "reference"

    def __init__(self) -> None:
        super().__init__("Enter the reference of the case, as it stands in a letter or was told to you")


class NoReason(GlassError):
    field = "reason"

    def __init__(self) -> None:
        super().__init__(f"Say why you need it now, in {SHORTEST_REASON} to {LONGEST} characters")


class NoSuchTime(GlassError):
    field = "hours"

    def __init__(self) -> None:
        super().__init__("Choose for how long you need it")


class TooOften(GlassError):
    field = "reference"

    def __init__(self) -> None:
        super().__init__(
            f"You have asked {AT_MOST} times within a day, which is the most. Ask the agency whose case it is."
        )


class NoSuchGlass(GlassError):
    def __init__(self) -> None:
        super().__init__("There is no such access, or it is not yours to end or to review.")


class NoOutcome(GlassError):
    field = "outcome"

    def __init__(self) -> None:
        super().__init__("Choose what the review found")


def reference_of(text: str) -> str:
    """The reference as it is looked up.

    :raises NoReference: when there is none.
    """
    reference = text.strip()[:80]
    if not reference:
        raise NoReference
    return reference


def reason_of(text: str) -> str:
    """The reason, trimmed.

    :raises NoReason: when it is empty, or too short or long to be one.
    """
    reason = " ".join(text.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST:
        raise NoReason
    return reason


def time_of(text: str) -> timedelta:
    """How long it lasts.

    :raises NoSuchTime: when it is none of `HOURS`.
    """
    if text not in map(str, HOURS):
        raise NoSuchTime
    return timedelta(hours=int(text))
