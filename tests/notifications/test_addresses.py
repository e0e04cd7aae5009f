"""Addresses: what clients write, and what we would write."""

import pytest

from notifications.addresses import LONGEST_ADDRESS, found_address, header_address, one_line
from notifications.errors import UnsafeHeader

VALID = [
    "a@b.example",
    "missing.ce+token@police.example",
    "o'brien@council.example",
    "a_b-c@x-y.z.example",
    "a@localhost",
    f"{'x' * 64}@{'b' * 60}.{'c' * 60}.example",
]
INVALID = [
    "",
    "a",
    "@b.example",
    "a@",
    "a@b@c.example",
    "a b@c.example",
    "a@b c.example",
    "a@b..example",
    "a@.example",
    "a@b.example.",
    "<a@b.example>x",
    "a@b.example,c@d.example",
    '"a"@b.example',
    "a@[10.0.0.1]",
    "zoë@b.example",
    "a@bé.example",
    f"{'x' * 65}@b.example",
    f"a@{'b' * LONGEST_ADDRESS}.example",
    "a@b.example\n",
    "a\x00@b.example",
]


@pytest.mark.parametrize("address", VALID)
def test_a_plain_address_is_found_and_may_be_written(address: str) -> None:
    assert found_address(address) == address
    assert header_address(address) == address


@pytest.mark.parametrize("address", INVALID)
def test_anything_else_is_never_written(address: str) -> None:
    with pytest.raises(UnsafeHeader):
        header_address(address)


@pytest.mark.parametrize("address", [one for one in INVALID if not one.endswith("\n")])
def test_anything_else_is_no_address_when_read(address: str) -> None:
    assert found_address(address) == ""


@pytest.mark.parametrize(
    "written",
    ["mailto:a@b.example", "MAILTO:A@B.Example", " mailto: a@b.example ", "<a@b.example>", "mailto:a%40b.example"],
)
def test_an_address_is_read_without_what_clients_put_round_it(written: str) -> None:
    assert found_address(written) == "a@b.example"


@pytest.mark.parametrize("hidden", ["mailto:a@b.example%0d%0aBcc:c@d.example", "mailto:a%00@b.example"])
def test_a_line_end_hidden_in_an_address_makes_it_none(hidden: str) -> None:
    assert found_address(hidden) == ""


@pytest.mark.parametrize(
    "other", ["tas\u212a@b.example", "ta\u017fk@b.example", "task@b.example\u0307", "t\u0430sk@b.example"]
)
def test_a_letter_that_only_looks_like_another_makes_it_none(other: str) -> None:
    assert found_address(f"mailto:{other}") == ""


def test_one_line_is_one_line() -> None:
    assert one_line(" a\r\nb\u2028c\x00\td  e\u202e ") == "a b c d e"
