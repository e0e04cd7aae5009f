"""A long list is read in stretches of the alphabet."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from directory.stretches import LONG, stretches

names = st.lists(st.text(string.ascii_letters, min_size=1, max_size=4), max_size=60).map(
    lambda drawn: sorted(drawn, key=str.upper)
)


def test_a_short_list_is_shown_whole() -> None:
    shown = stretches([(name, name) for name in ("Barnet", "Camden")])
    assert [(one.letters, one.rows) for one in shown] == [("", ["Barnet", "Camden"])]
    assert stretches([]) == []


def test_a_long_one_says_of_each_stretch_where_it_begins_and_ends() -> None:
    listed = [*"AAAABBBCCCCC", "D1", "D2", "D3", "D4", "Z1", "Z2"]
    assert [(one.letters, len(one.rows)) for one in stretches([(name, name) for name in listed])] == [
        ("A to B", 7),
        ("C to D", 9),
        ("Z", 2),
    ]


@given(names)
def test_no_row_is_lost_and_no_letter_is_in_two_stretches(listed: list[str]) -> None:
    shown = stretches([(name, name) for name in listed])
    assert [row for one in shown for row in one.rows] == listed
    letters = [{row[0].upper() for row in one.rows} for one in shown]
    assert sum(map(len, letters)) == len(set().union(*letters))
    assert len(shown) <= 1 or len(listed) > LONG
