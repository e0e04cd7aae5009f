"""When reading is unusual: against a number, and against the person's own last weeks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.unusual import AT_NIGHT, EMERGENCIES, MANY, REFUSED, USED_TO_NIGHTS, VERY_MANY, Reading, is_much, unusual

COUNTS = st.integers(min_value=0, max_value=1000)


@pytest.mark.parametrize(
    "reading",
    [
        Reading(),
        Reading(in_an_hour=MANY - 1),
        Reading(in_an_hour=MANY, busiest_hour=MANY // 3),
        Reading(in_an_hour=VERY_MANY - 1, busiest_hour=40),
        Reading(at_night=AT_NIGHT, nights_before=USED_TO_NIGHTS),
        Reading(at_night=AT_NIGHT - 1, refused=REFUSED - 1, emergencies=EMERGENCIES - 1),
    ],
)
def test_what_is_usual_is_reported_to_nobody(reading: Reading) -> None:
    assert unusual(reading) == []


def test_each_rule_says_its_own_sentence() -> None:
    assert unusual(
        Reading(in_an_hour=200, busiest_hour=12, at_night=15, nights_before=1, refused=10, emergencies=3)
    ) == [
        "Opened 200 different cases within an hour; the most in an hour of the last 4 weeks was 12.",
        "Opened 15 different cases at night or at a weekend; in the last 4 weeks it was 1.",
        "Asked for 10 cases that are not theirs or do not exist, on one day.",
        "Took emergency access 3 times on one day.",
    ]


def test_somebody_for_whom_much_is_usual_is_reported_all_the_same() -> None:
    assert is_much(VERY_MANY, busiest_hour=500)


@given(COUNTS, COUNTS, COUNTS)
def test_reading_more_is_never_less_unusual(cases: int, more: int, usual: int) -> None:
    assert is_much(cases + more, usual) >= is_much(cases, usual)
