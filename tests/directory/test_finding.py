"""A question finds the unit that was meant, and costs no more the stranger it is."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.finding import LONGEST, Known, found, plain

UNITS = [
    Known("Kent Police", ["Kent Police", "kent-police", "Kent"], ["force"]),
    Known(
        "South Area BCU", ["South Area BCU", "SN", "Bromley", "Croydon", "Sutton"], ["Metropolitan Police Service"]
    ),
    Known("Croydon social care", ["Croydon social care", "Croydon"], ["Croydon Council"]),
    Known("King's Lynn team", ["King's Lynn team"], []),
]


@pytest.mark.parametrize(
    ("asked", "answers"),
    [
        ("Croydon", ["South Area BCU", "Croydon social care"]),
        ("croydon social", ["Croydon social care"]),
        ("SN", ["South Area BCU"]),
        ("kent", ["Kent Police"]),
        ("metropolitan SOUTH", ["South Area BCU"]),
        ("kings lynn", ["King's Lynn team"]),
        ("Kíng’s Lynn", ["King's Lynn team"]),
        ("Atlantis", []),
        ("", []),
        ("  . ", []),
    ],
)
def test_a_place_a_force_a_code_or_some_of_the_words_find_it(asked: str, answers: list[str]) -> None:
    assert found(asked, UNITS) == answers


def test_the_whole_name_comes_before_a_name_that_only_holds_it() -> None:
    known = [Known(name, [name]) for name in ("Sutton Coldfield", "New Sutton", "Sutton")]
    assert found("Sutton", known) == ["Sutton", "Sutton Coldfield", "New Sutton"]


@given(st.text(max_size=300))
def test_any_text_may_be_asked(asked: str) -> None:
    assert found(asked, UNITS) == found(asked[:LONGEST], UNITS)


@given(st.text())
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert plain(plain(text)) == plain(text)


def test_abuse_case_29_a_question_that_is_slow_for_patterns_is_answered_like_any_other() -> None:
    many = [Known(str(n), [f"{'a' * 60} {n}", "(a+)+$"], ["a" * 200]) for n in range(2000)]
    began = time.perf_counter()
    for asked in ("a" * 99 + "!", "(a+)+$", "%_%_%_%_%", "a b " * 25, ".*" * 50, "\\" * 100):
        found(asked, many)
    assert time.perf_counter() - began < 20  # seconds for 12,000 comparisons; a backtracking pattern takes for ever
