"""When a meeting held is to be reviewed: each rule of it, and the clock against a slow, obvious one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from meetings.review_rules import Interval, NextReview, ReviewBy, next_review
from web.moments import LONDON

SEVEN_YEARS = 7 * 366 * 96  # quarters of an hour
ANY_TIME = st.integers(0, SEVEN_YEARS).map(lambda n: datetime(2023, 1, 1, tzinfo=UTC) + n * timedelta(minutes=15))
ENDS = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
HIGH, OPEN, REPEAT, HARM = (UUID(int=n) for n in range(1, 5))
THREE_DAYS = Interval(HIGH, "graded high", 72, "hours")
WEEKLY = Interval(OPEN, "open", 7, "days")
MONTHLY = Interval(REPEAT, "repeated", 28, "days")
CHAIR = Interval(HARM, "harm disclosed", None, "")
PLACED_ELSEWHERE = Interval(UUID(int=5), "placed elsewhere", None, "")


def settled(*rules: Interval, missing: bool = True, was_review: bool = False) -> NextReview:
    return next_review(rules, ENDS, missing=missing, was_review=was_review)


class TestWhichRuleDecides:
    def test_the_interval_that_ends_first(self) -> None:
        assert settled(MONTHLY, THREE_DAYS, WEEKLY) == NextReview(ReviewBy.RULE, HIGH, ENDS + timedelta(hours=72))

    def test_a_rule_about_being_missing_wants_no_review_after_the_return(self) -> None:
        assert settled(WEEKLY, MONTHLY, missing=False).rule == REPEAT
        assert settled(WEEKLY, missing=False) == NextReview(ReviewBy.NOBODY)

    def test_other_rules_want_one_review_after_the_return_and_not_another(self) -> None:
        assert settled(MONTHLY, missing=False).by is ReviewBy.RULE
        assert settled(MONTHLY, missing=False, was_review=True).by is ReviewBy.NOBODY
        assert settled(MONTHLY, missing=True, was_review=True).by is ReviewBy.RULE

    def test_after_a_disclosure_the_chair_says(self) -> None:
        assert settled(CHAIR) == NextReview(ReviewBy.ASKED)
        assert settled(CHAIR, WEEKLY).rule == OPEN

    def test_a_rule_without_an_interval_inherits_or_wants_none(self) -> None:
        assert settled(PLACED_ELSEWHERE, WEEKLY).rule == OPEN
        assert settled(PLACED_ELSEWHERE).by is ReviewBy.NOBODY


class TestTheClock:
    @given(
        ends=ANY_TIME,
        amount=st.integers(1, 28),
    )
    def test_days_end_when_london_shows_that_day_and_time(self, ends: datetime, amount: int) -> None:
        rule = Interval(OPEN, "open", amount, "days")
        found = next_review([rule], ends, missing=True, was_review=False).due_at
        assert found is not None
        local = ends.astimezone(LONDON)
        day = local.date() + timedelta(days=amount)
        at = ends + timedelta(days=amount, hours=-3)
        shown = []
        for _ in range(6 * 60 // 15 + 1):  # every quarter of an hour around it
            there = at.astimezone(LONDON)
            if there.date() == day and there.time() == local.time():
                shown.append(at)
            at += timedelta(minutes=15)
        if shown:
            assert found == shown[0]
        else:  # the spring change leaves that hour out
            assert found.astimezone(LONDON).date() == day
            assert found.astimezone(LONDON).hour == local.hour + 1

    @given(ends=ANY_TIME)
    def test_hours_are_elapsed_hours(self, ends: datetime) -> None:
        found = next_review([THREE_DAYS], ends, missing=True, was_review=False).due_at
        at = ends
        for _ in range(72):
            at += timedelta(hours=1)
        assert found == at
