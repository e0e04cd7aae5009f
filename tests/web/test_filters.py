"""How instants and clocks are shown."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from web import filters

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (datetime(2026, 11, 20, 10, 0, tzinfo=UTC), "Friday 20 November 2026 at 10am"),
        (datetime(2026, 7, 1, 13, 5, tzinfo=UTC), "Wednesday 1 July 2026 at 2:05pm"),
        (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), "Wednesday 1 July 2026 at midnight"),
        (datetime(2026, 1, 5, 12, 0, tzinfo=UTC), "Monday 5 January 2026 at midday"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Sunday 25 October 2026 at 1:30am BST"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Sunday 25 October 2026 at 1:30am GMT"),
    ],
)
def test_instants_are_shown_by_londons_clocks(moment: datetime, shown: str) -> None:
    assert filters.london(moment) == shown


def test_the_short_form_leaves_out_what_a_table_says() -> None:
    moment, now = datetime(2026, 11, 20, 10, 0, tzinfo=UTC), datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
    assert filters.london_short(moment, now) == "20 Nov, 10am"
    assert filters.london_short(moment - timedelta(days=365), now) == "20 Nov 2025, 10am"


def test_a_day_is_londons_day() -> None:
    assert filters.day(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "1 July 2026"
    assert filters.day(date(2026, 11, 20)) == "20 November 2026"


@pytest.mark.parametrize(
    ("away", "shown", "colour"),
    [
        (timedelta(days=3, hours=23), "3 days left", "blue"),
        (timedelta(days=2), "2 days left", "blue"),
        (timedelta(hours=47, minutes=59), "47 hours left", "blue"),
        (timedelta(hours=4, minutes=59), "4 hours left", "blue"),
        (timedelta(hours=3, minutes=59), "3 hours left", "orange"),
        (timedelta(hours=1), "1 hour left", "orange"),
        (timedelta(minutes=59, seconds=59), "59 minutes left", "orange"),
        (timedelta(seconds=59), "due now", "orange"),
        (timedelta(0), "due now", "red"),
        (-timedelta(minutes=1), "1 minute overdue", "red"),
        (-timedelta(days=2), "2 days overdue", "red"),
    ],
)
def test_a_clock_never_promises_more_time_than_there_is(away: timedelta, shown: str, colour: str) -> None:
    assert (filters.clock(NOW + away, NOW), filters.clock_colour(NOW + away, NOW)) == (shown, colour)


def test_a_deadline_at_midnight_names_the_day_that_ends() -> None:
    midnight = datetime(2026, 11, 20, tzinfo=UTC)
    assert filters.until(midnight) == "the end of Thursday 19 November 2026"
    assert filters.until_short(midnight, midnight) == "end of 19 Nov"
    assert filters.until_short(midnight - timedelta(minutes=1), midnight) == "19 Nov, 11:59pm"
