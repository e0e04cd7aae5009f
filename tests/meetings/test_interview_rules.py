"""The clocks of both interviews after a return, against a clock that is walked hour by hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.interview_rules import Clock, InterviewKind, Said, interview_due, standing_clock
from web.moments import LONDON

PPI, RHI = InterviewKind.PPI, InterviewKind.RHI
HOUR = timedelta(hours=1)
ANY_TIME = st.integers(0, 7 * 366 * 96).map(lambda n: datetime(2023, 1, 1, tzinfo=UTC) + n * timedelta(minutes=15))


@given(ended=ANY_TIME, kind=st.sampled_from(InterviewKind))
def test_hours_are_elapsed_hours_from_the_return(ended: datetime, kind: InterviewKind) -> None:
    at = ended
    for _ in range(24 if kind is PPI else 72):
        at += HOUR
    assert interview_due(kind, ended, by_day=False) == at


@given(ended=ANY_TIME, kind=st.sampled_from(InterviewKind))
def test_where_only_the_day_is_known_they_begin_at_the_midnight_that_ends_it(
    ended: datetime, kind: InterviewKind
) -> None:
    at = ended
    while at.astimezone(LONDON).date() == ended.astimezone(LONDON).date():
        at += timedelta(minutes=15)
    assert interview_due(kind, ended, by_day=True) == interview_due(kind, at, by_day=False)


DUE = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "now", "stands"),
    [
        (None, DUE, Clock.RUNNING),
        (None, DUE + HOUR, Clock.MISSED),
        (Said("unknown"), DUE + HOUR, Clock.MISSED),
        (Said("yes", DUE), DUE + HOUR, Clock.IN_TIME),
        (Said("yes", DUE + HOUR), DUE + HOUR, Clock.LATE),
        (Said("yes"), DUE + HOUR, Clock.DONE),
        (Said("no"), DUE - HOUR, Clock.NOT_DONE),
    ],
)
def test_an_interview_stands_as_was_last_said(said: Said | None, now: datetime, stands: Clock) -> None:
    assert standing_clock(DUE, said, now) is stands


def test_while_the_child_is_missing_no_clock_runs() -> None:
    assert standing_clock(None, None, DUE) is Clock.NOT_STARTED
