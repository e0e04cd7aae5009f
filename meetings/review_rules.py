"""When is a meeting that was held to be reviewed? Pure.

* The interval is the rule's, counted from the end of the meeting; of several rules, the one that ends first decides.
* A rule about being missing (graded high, open for so long) wants a review only while the child is missing.
* Any other rule wants one after its first meeting; after a review, only while the child is missing.
* Where no rule gives an interval and harm was disclosed, the chair says when, or that none is needed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from meetings.clocks import deadline

REVIEW: Final = "REVIEW"  # the code of the trigger that a review is; no rule has it
_WHILE_MISSING: Final = ("graded high", "open")
_CHAIR_SAYS: Final = ("harm disclosed",)


class ReviewBy(StrEnum):
    """Who says when the next review is."""

    RULE = "rule"
    CHAIR = "chair"
    ASKED = "asked"  # the chair is to say, and has not yet
    NOBODY = "nobody"  # no rule wants a review


@dataclass(frozen=True)
class Interval:
    """What one rule says of reviews; `situation` is what its condition calls it."""

    rule: UUID
    situation: str
    amount: int | None
    unit: str


@dataclass(frozen=True)
class NextReview:
    """By whose word the next review is due, and when; without a time where there is none, or none yet."""

    by: ReviewBy
    rule: UUID | None = None
    due_at: datetime | None = None


def next_review(rules: Iterable[Interval], ends_at: datetime, *, missing: bool, was_review: bool) -> NextReview:
    """What the rules that called for a meeting want after it.

    :param missing: the child is missing now. :param was_review: the meeting was itself called for as a review alone.
    """
    known = list(rules)
    wanted = [one for one in known if one.amount is not None and _lasts(one, missing=missing, was_review=was_review)]
    if wanted:
        due = {one.rule: deadline(ends_at, one.amount or 0, one.unit) for one in wanted}
        soonest = min(wanted, key=lambda one: (due[one.rule], str(one.rule)))
        return NextReview(ReviewBy.RULE, soonest.rule, due[soonest.rule])
    if any(one.situation in _CHAIR_SAYS and one.amount is None for one in known):
        return NextReview(ReviewBy.ASKED)
    return NextReview(ReviewBy.NOBODY)


def _lasts(one: Interval, *, missing: bool, was_review: bool) -> bool:
    return missing or (one.situation not in _WHILE_MISSING and not was_review)
