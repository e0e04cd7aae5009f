"""Dates and times as people write them, with London's two odd nights."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.filters import time_of_day
from web.moments import LONDON, NotUnderstood, read_day, read_moment, read_time


@pytest.mark.parametrize(
    "written", ["20 11 2026", "20/11/2026", "20 November 2026", "20 nov 2026", "2026-11-20", " 20.11.2026 "]
)
def test_a_day_may_be_written_in_the_usual_ways(written: str) -> None:
    assert read_day(written) == date(2026, 11, 20)


def test_a_day_is_read_day_first() -> None:
    assert read_day("3 4 2026") == date(2026, 4, 3)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("20 11 26", "Year must have 4 numbers, like 2026"),
        ("31 2 2026", "There is no such day as 31 2 2026"),
        ("0 1 2026", "There is no such day as 0 1 2026"),
        ("20 2026", "Enter a day, a month and a year, like 27 3 2026"),
        ("- 11 2026", "Enter a day, a month and a year, like 27 3 2026"),
        ("tomorrow", "Enter a day, a month and a year, like 27 3 2026"),
        ("²0 11 2026", "Enter a day, a month and a year, like 27 3 2026"),
        ("20 11 ٢٠٢٦", "Year must have 4 numbers, like 2026"),
    ],
)
def test_what_is_no_day_is_refused_in_a_sentence(written: str, said: str) -> None:
    with pytest.raises(NotUnderstood, match=said):
        read_day(written)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("10am", time(10)),
        ("10 AM", time(10)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("2:30pm", time(14, 30)),
        ("14:30", time(14, 30)),
        ("14.30", time(14, 30)),
        ("0915", time(9, 15)),
        ("midday", time(12)),
        ("midnight", time(0)),
    ],
)
def test_a_time_may_be_written_in_the_usual_ways(written: str, meant: time) -> None:
    assert read_time(written) == meant


@pytest.mark.parametrize("written", ["10", "25:00", "14pm", "0am", "10:75", "ten", "", "10:5", "-1am"])
def test_what_is_no_single_time_is_refused(written: str) -> None:
    with pytest.raises(NotUnderstood):
        read_time(written)


def test_a_time_in_summer_is_an_hour_earlier_in_utc() -> None:
    assert read_moment("1 7 2026", "10am") == datetime(2026, 7, 1, 9, tzinfo=UTC)
    assert read_moment("1 12 2026", "10am") == datetime(2026, 12, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize("written", ["1am", "1:30am", "01:59", "1:30am GMT"])
def test_the_hour_left_out_in_march_is_refused(written: str) -> None:
    with pytest.raises(NotUnderstood, match="Clocks go forward on 29 March 2026"):
        read_moment("29 3 2026", written)


def test_the_edges_of_the_hour_left_out_are_times() -> None:
    assert read_moment("29 3 2026", "00:59") == datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
    assert read_moment("29 3 2026", "2am") == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_the_hour_that_happens_twice_must_say_which() -> None:
    with pytest.raises(NotUnderstood, match="Enter 1:30am BST for the first, 1:30am GMT for the second"):
        read_moment("25 10 2026", "1:30am")
    assert read_moment("25 10 2026", "1:30am BST") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert read_moment("25 10 2026", "1:30am gmt") == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_zone_that_london_is_not_on_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="London is on GMT on 1 December 2026: leave out BST"):
        read_moment("1 12 2026", "10am BST")


@given(st.integers(min_value=0, max_value=37 * 365 * 24 * 60))
def test_every_minute_shown_is_read_back_as_the_same_instant(minutes: int) -> None:
    moment = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    there = moment.astimezone(LONDON)
    assert read_moment(f"{there.day} {there.month} {there.year}", time_of_day(moment)) == moment


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_at_all_is_read_or_refused(day: str, clock: str) -> None:
    with contextlib.suppress(NotUnderstood):
        assert read_moment(day, clock).tzinfo is UTC
