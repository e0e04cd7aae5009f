"""What a return means for a coming meeting: the strictest policy wins, and a closure that is no return keeps it."""

from __future__ import annotations

import pytest

from meetings.return_rules import Policy, not_a_return, policy_on_return


@pytest.mark.parametrize(
    ("policies", "meant"),
    [
        (["keep"], Policy.KEEP),
        (["cancel", "keep"], Policy.KEEP),
        (["cancel", "convert"], Policy.CONVERT),
        (["cancel", "cancel"], Policy.CANCEL),
        ([], Policy.KEEP),
    ],
)
def test_of_several_rules_the_one_that_keeps_the_most_decides(policies: list[str], meant: Policy) -> None:
    assert policy_on_return(policies, ["returned"]) is meant


@pytest.mark.parametrize("closure", ["wanted", "other"])
def test_a_closure_that_is_no_return_never_cancels_or_converts(closure: str) -> None:
    assert policy_on_return(["cancel"], [closure]) is Policy.KEEP
    assert policy_on_return(["convert"], [closure]) is Policy.KEEP
    assert not_a_return(["found", closure]) == closure


@pytest.mark.parametrize("closure", ["found", "returned", ""])
def test_found_returned_and_an_end_alone_are_returns(closure: str) -> None:
    assert policy_on_return(["cancel"], [closure]) is Policy.CANCEL
