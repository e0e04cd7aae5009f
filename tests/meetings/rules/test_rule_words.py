"""A rule in words: its name has the numbers that decide, and every part that differs is named."""

from dataclasses import replace
from typing import Any

import pytest

from meetings.default_rules import DEFAULTS
from meetings.rule_terms import STARTS, Terms
from meetings.rule_words import STARTS_IN_WORDS, clock_in_words, condition_in_words, differences, in_words, title_of

REPEAT = Terms(
    condition={"when": "repeated", "count": 3, "days": 90},
    makes_meeting=True,
    enabled=True,
    clock_amount=5,
    clock_unit="working days",
    clock_start="crossed",
    review_amount=28,
    review_unit="days",
    meeting_type="missing strategy meeting",
    capacities=("chair", "social worker", "health"),
    quorum=("home police", "health"),
    source_text="Essex, 2021",
)


@pytest.mark.parametrize("one", DEFAULTS, ids=lambda one: one.code)
def test_the_names_of_the_suggested_rules_are_made_from_their_conditions(one: Any) -> None:
    assert title_of(one.condition) == one.title


@pytest.mark.parametrize(
    ("condition", "title"),
    [
        ({"when": "open", "hours": 1}, "Any child missing for 1 hour"),
        ({"when": "open", "hours": 6, "care": ["looked after"]}, "Looked after, missing for 6 hours"),
        (
            {"when": "open", "hours": 48, "care": ["looked after", "child protection plan", "child in need"]},
            "Looked after, on a child protection plan or a child in need, missing for 48 hours",
        ),
        ({"when": "repeated", "count": 2, "days": 42}, "Second or later episode within 42 days"),
        ({"when": "repeated", "count": 12, "days": 366}, "12th or later episode within 366 days"),
        (
            {"when": "moved with history", "days": 90},
            "Placement moved to another place after earlier episodes of the last 90 days, while not missing",
        ),
    ],
)
def test_a_name_follows_its_numbers(condition: dict[str, Any], title: str) -> None:
    assert title_of(condition) == title


def test_whether_refused_reports_count_is_said() -> None:
    assert condition_in_words(REPEAT.condition) == (
        "Third or later episode within 90 days. Reports that the police did not take count too."
    )
    assert condition_in_words(dict(REPEAT.condition) | {"count_refused": False}).endswith("do not count.")


def test_a_clock_says_how_long_and_from_when() -> None:
    assert clock_in_words(REPEAT) == "Within 5 working days, counted from the moment the condition is met"
    one_hour = replace(REPEAT, clock_amount=1, clock_unit="hours", clock_start="reported")
    assert clock_in_words(one_hour) == "Within 1 hour, counted from the report"
    assert clock_in_words(replace(REPEAT, clock_amount=None)).startswith("No deadline of its own")
    assert clock_in_words(replace(REPEAT, makes_meeting=False)).startswith("No meeting: an alert")


def test_every_start_of_a_clock_has_words() -> None:
    assert {start for starts in STARTS.values() for start in starts} == set(STARTS_IN_WORDS)


def test_all_parts_are_said_and_an_alert_has_only_those_that_it_has() -> None:
    assert dict(in_words(REPEAT)) == {
        "The rule is": "On",
        "When": "Third or later episode within 90 days. Reports that the police did not take count too.",
        "Hold by": "Within 5 working days, counted from the moment the condition is met",
        "Answer within": "1 working day",
        "Review": "28 days after the meeting",
        "Partners asked": "chair, social worker and health",
        "Quorum": "home police and health",
        "After a return": "The meeting is kept",
        "Kind of meeting": "Missing strategy meeting",
        "Source": "Essex, 2021",
    }
    alert = replace(REPEAT, condition={"when": "refused"}, makes_meeting=False)
    assert [part for part, _ in in_words(alert)] == ["The rule is", "When", "Hold by", "Source"]


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("The rule is", {"enabled": False}),
        ("When", {"condition": {"when": "repeated", "count": 3, "days": 42}}),
        ("When", {"condition": {"when": "repeated", "count": 3, "days": 90, "count_refused": False}}),
        ("Hold by", {"clock_amount": 4}),
        ("Hold by", {"clock_unit": "days"}),
        ("Hold by", {"clock_start": "reported"}),
        ("Answer within", {"reply_amount": 2}),
        ("Review", {"review_amount": None, "review_unit": ""}),
        ("Partners asked", {"capacities": ("chair", "health")}),
        ("Quorum", {"quorum": ()}),
        ("After a return", {"return_policy": "convert"}),
        ("Kind of meeting", {"meeting_type": "panel"}),
        ("Source", {"source_text": "Norfolk, 2017"}),
    ],
)
def test_each_part_that_differs_is_shown_as_it_was_and_as_it_is(part: str, change: dict[str, Any]) -> None:
    ((named, before, after),) = differences(REPEAT, replace(REPEAT, **change))
    assert named == part
    assert before != after


def test_what_is_the_same_does_not_differ() -> None:
    assert differences(REPEAT, replace(REPEAT)) == ()
