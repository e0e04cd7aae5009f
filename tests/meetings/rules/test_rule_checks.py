"""What a rule may not say, and the field beside which that stands."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.clocks import deadline, reply_by
from meetings.default_rules import DEFAULTS, SUGGESTED
from meetings.rule_checks import NUMBERS, problems_of, time_problems
from meetings.rule_terms import HOLD_UNITS, REPLY_UNITS, STARTS, Terms
from tests.meetings.clocks.slow_clocks import london

OPEN = Terms(
    condition={"when": "open", "hours": 24, "care": ["looked after"]},
    makes_meeting=True,
    enabled=True,
    clock_amount=72,
    clock_unit="hours",
    clock_start="reported",
    meeting_type="missing strategy meeting",
    capacities=("chair", "social worker", "health"),
    quorum=("home police", "health"),
    source_text="Southwark, 2011",
)
REPEAT: dict[str, Any] = {"when": "repeated", "count": 3, "days": 90}
TODAY = date(2026, 11, 18)


def suggested(one: Any) -> Terms:
    amount, unit, start = one.clock or (None, "", "")
    review = one.review or (None, "")
    return replace(
        OPEN,
        condition=one.condition,
        makes_meeting=one.makes_meeting,
        clock_amount=amount,
        clock_unit=unit,
        clock_start=start,
        reply_amount=one.reply[0],
        reply_unit=one.reply[1],
        review_amount=review[0],
        review_unit=review[1],
        capacities=tuple(one.capacities),
        quorum=tuple(one.quorum),
        source_text=SUGGESTED + one.source,
    )


@pytest.mark.parametrize("one", DEFAULTS, ids=lambda one: one.code)
def test_every_suggested_rule_may_be_said(one: Any) -> None:
    assert problems_of(suggested(one)) == {}


@pytest.mark.parametrize(
    ("condition", "field"),
    [
        ({"when": "open"}, "hours"),
        ({"when": "open", "hours": 0}, "hours"),
        ({"when": "open", "hours": -24}, "hours"),
        ({"when": "open", "hours": 2161}, "hours"),
        ({"when": "open", "hours": True}, "hours"),
        ({"when": "open", "hours": 24, "care": ["adopted"]}, "care"),
        ({"when": "open", "hours": 24, "days": 3}, "days"),
        (REPEAT | {"count": 1}, "count"),
        (REPEAT | {"count": 21}, "count"),
        (REPEAT | {"days": 0}, "days"),
        (REPEAT | {"days": 367}, "days"),
        (REPEAT | {"count_refused": "no"}, "count_refused"),
        ({"when": "graded high", "hours": 24}, "hours"),
        ({"when": "the moon is full"}, "condition"),
    ],
)
def test_a_condition_that_cannot_be_read_is_refused(condition: dict[str, Any], field: str) -> None:
    assert list(problems_of(replace(OPEN, condition=condition, clock_start="crossed"))) == [field]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"clock_amount": None}, "clock_amount"),
        ({"clock_amount": 0}, "clock_amount"),
        ({"clock_amount": 721}, "clock_amount"),
        ({"clock_amount": 41, "clock_unit": "working days"}, "clock_amount"),
        ({"clock_unit": "fortnights"}, "clock_unit"),
        ({"clock_start": "graded"}, "clock_start"),
        ({"clock_start": ""}, "clock_start"),
        ({"reply_amount": 0}, "reply_amount"),
        ({"reply_unit": "hours"}, "reply_unit"),
        ({"review_amount": 0, "review_unit": "days"}, "review_amount"),
        ({"review_amount": 7, "review_unit": ""}, "review_unit"),
        ({"capacities": ("the neighbours",)}, "capacities"),
        ({"capacities": ("chair", "home police"), "quorum": ()}, "capacities"),
        ({"quorum": ("health", "education")}, "quorum"),
        ({"return_policy": "forget"}, "return_policy"),
        ({"meeting_type": "tea"}, "meeting_type"),
        ({"source_text": " "}, "source_text"),
        ({"source_text": "s" * 401}, "source_text"),
    ],
)
def test_a_part_that_cannot_be_is_refused_beside_its_field(change: dict[str, Any], field: str) -> None:
    assert field in problems_of(replace(OPEN, **change))


def test_company_has_no_deadline_of_its_own() -> None:
    company = replace(OPEN, condition={"when": "placed elsewhere"}, clock_amount=None, clock_unit="", clock_start="")
    assert problems_of(company) == {}
    assert list(problems_of(replace(company, clock_amount=24))) == ["clock_amount"]


@given(
    st.sampled_from(HOLD_UNITS),
    st.sampled_from(REPLY_UNITS),
    st.integers(-3, 800),
    st.integers(-3, 100),
    st.integers(0, 2200),
)
def test_whatever_may_be_said_can_be_counted(unit: str, reply_unit: str, amount: int, reply: int, hours: int) -> None:
    terms = replace(
        OPEN,
        condition={"when": "open", "hours": hours},
        clock_amount=amount,
        clock_unit=unit,
        reply_amount=reply,
        reply_unit=reply_unit,
    )
    if not problems_of(terms):
        start = london("2026-11-18 10:00")
        assert deadline(start, amount, unit) > start
        assert reply_by(start, reply, reply_unit) > start
        assert hours >= 1


def test_every_situation_with_numbers_is_known() -> None:
    assert set(NUMBERS) <= set(STARTS)


@pytest.mark.parametrize(
    ("from_day", "reason", "fields"),
    [
        (TODAY, "Agreed", []),
        (TODAY - timedelta(days=1), "Agreed", ["from_day"]),
        (TODAY + timedelta(days=366), "Agreed", []),
        (TODAY + timedelta(days=367), "Agreed", ["from_day"]),
        (TODAY, "  ", ["reason"]),
    ],
)
def test_a_change_holds_from_today_or_later_and_has_a_reason(from_day: date, reason: str, fields: list[str]) -> None:
    assert list(time_problems(from_day, reason, TODAY)) == fields
