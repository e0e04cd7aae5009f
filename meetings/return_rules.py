"""What does a child's return mean for a meeting that is still to come? As its rules say, the strictest first. Pure.

A missing case that the police close because the child is wanted, or for another reason, is no return: such a closure
never converts and never cancels a meeting (Missing children in London, 2023, Recommendation 10).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class Policy(StrEnum):
    """What a return means, the strictest first: of several rules, the one that keeps the most decides."""

    KEEP = "keep"
    CONVERT = "convert"
    CANCEL = "cancel"


BEFORE: Final = "before"  # of a meeting that was set up when the child had returned already
SAYS: Final = {
    Policy.KEEP: "The child has returned; this meeting stands",
    Policy.CONVERT: "The child has returned; this is now a post-return meeting",
    Policy.CANCEL: "The child has returned; the rule's return policy calls this meeting off",
}
NO_RETURN: Final = "The missing episode was closed ({}); that is no return, and this meeting stands"
_RETURNS: Final = ("", "found", "returned")  # an episode that only has an end lasted until the child was found


def policy_on_return(policies: Iterable[str], closures: Iterable[str]) -> Policy:
    """The policy to act on, by those of the rules that called for the meeting and how the episodes were closed."""
    if not_a_return(closures):
        return Policy.KEEP
    asked = {Policy(one) for one in policies}
    return next((policy for policy in Policy if policy in asked), Policy.KEEP)


def not_a_return(closures: Iterable[str]) -> str:
    """The first closure among these that is no return, or "" where all are."""
    return next((closure for closure in closures if closure not in _RETURNS), "")
