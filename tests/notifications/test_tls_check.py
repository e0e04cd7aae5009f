"""What the directory demands beside what the relay's table enforces: which domains are named, and what is advised."""

from __future__ import annotations

import pytest

from notifications.findings import Level
from notifications.tls_check import looked_at
from notifications.tls_promises import as_map, demanded

DEMANDS = {"police.example": demanded([]), "council.example": demanded(["mx.council.example"])}


def found(table: str | None) -> list[tuple[Level, str]]:
    return [(finding.level, finding.says) for finding in looked_at(DEMANDS, table)]


def test_a_relay_that_obeys_the_map_is_right() -> None:
    assert found(as_map(DEMANDS)) == [
        (Level.RIGHT, "The relay's table enforces what the directory demands, for council.example, police.example.")
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "police.example (not in the table)"),
        ("police.example encrypt", "police.example (only encrypt)"),
        ("police.example may", "police.example (only may)"),
    ],
)
def test_a_domain_whose_letters_would_travel_in_clear_is_named_with_what_stands_there(line: str, said: str) -> None:
    ((level, says),) = found(f"council.example secure match=mx.council.example\n{line}\n")
    assert level is Level.WRONG
    assert says.startswith(
        f"The directory demands encryption that the relay's table does not enforce: {said}. Letters"
    )


def test_a_certificate_of_another_name_is_named_too() -> None:
    ((level, says),) = found("police.example verify\ncouncil.example secure match=mx.anybody.example\n")
    assert (level, "council.example (for other servers: mx.anybody.example)" in says) == (Level.WRONG, True)


def test_what_only_the_relay_enforces_is_advice_and_its_next_hops_are_its_own_business() -> None:
    hops = "[smart.example]:587 secure\nsmart.example:25 secure\n.nhs.example verify\nx.example may\n"
    ((level, says),) = found(as_map(DEMANDS) + "health.example verify\n" + hops)
    assert level is Level.ADVICE
    assert says.startswith("The relay's table enforces encryption for health.example, and the directory does not")


def test_without_a_table_letters_wait_and_where_nothing_is_demanded_none_is_needed() -> None:
    ((level, says),) = found(None)
    assert (level, "there is no table of the relay's to be read" in says) == (Level.WRONG, True)
    assert [finding.level for finding in looked_at({}, None) + looked_at({}, "")] == [Level.RIGHT] * 2


def test_of_many_domains_five_are_named() -> None:
    ((_, says),) = found("".join(f"d{number}.example verify\n" for number in range(7)) + as_map(DEMANDS))
    assert "d0.example, d1.example, d2.example, d3.example, d4.example and 2 more, and" in says
