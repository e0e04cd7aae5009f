"""The likely reading of an answer that somebody else gave: a suggestion, from addresses and proof alone."""

from __future__ import annotations

import pytest

from attendance.likeness import Likely, likely
from notifications.authentication import Dmarc

TEAM = "missing.team@north.police.example"


@pytest.mark.parametrize(
    ("invited", "answered_by", "expected"),
    [
        ("j.smith@unit.example", "jane.smith@unit.example", Likely.SAME),
        ("jane.smith@unit.example", "pc.smith@unit.example", Likely.COLLEAGUE),
        ("smith@unit.example", "pc.smith@unit.example", Likely.SAME),
        ("duty@north.pnn.police.example", "duty@north.police.example", Likely.SAME),
        ("team@mail.north.police.example", "duty@north.police.example", Likely.COLLEAGUE),
        (TEAM, "pc.duty@north.police.example", Likely.COLLEAGUE),
        (TEAM, "missing.person@north.police.example", Likely.COLLEAGUE),
        (TEAM, "somebody@elsewhere.example", Likely.FORWARDED),
        ("jo@unit.example", "jo.li@elsewhere.example", Likely.FORWARDED),
    ],
)
def test_addresses_suggest_who_it_was(invited: str, answered_by: str, expected: Likely) -> None:
    assert likely(invited, answered_by, (answered_by,), by_token=True, dmarc=Dmarc.NONE) is expected


def test_the_sender_counts_as_well_as_the_attendee() -> None:
    said = likely(TEAM, TEAM, ("gateway@elsewhere.example",), by_token=True, dmarc=Dmarc.NONE)
    assert said is Likely.FORWARDED


def test_a_domain_that_disowns_the_mail_goes_before_all_else() -> None:
    colleague = "pc.duty@north.police.example"
    assert likely(TEAM, colleague, (colleague,), by_token=True, dmarc=Dmarc.FAIL) is Likely.DISOWNED


def test_somebody_invited_for_another_seat_is_told_apart() -> None:
    other = "duty@north.police.example"
    said = likely(TEAM, other, (other,), by_token=True, dmarc=Dmarc.PASS, others=[other])
    assert said is Likely.OTHER_SEAT


def test_a_stranger_without_the_code_is_nobody_known() -> None:
    said = likely(TEAM, "x@elsewhere.example", ("x@elsewhere.example",), by_token=False, dmarc=Dmarc.PASS)
    assert said is Likely.UNPROVED


def test_an_invited_address_of_which_nothing_proves_the_sender_is_not_called_somebody_else() -> None:
    assert likely(TEAM, TEAM, (TEAM,), by_token=False, dmarc=Dmarc.NONE) is Likely.UNPROVED
