"""Periods begin and end at midnight in London, whatever the clocks do."""

import re
from datetime import UTC, date, datetime

import pytest

from reports import periods
from reports.periods import BadPeriod
from web.moments import london_date


def test_a_winter_month_begins_at_midnight_utc() -> None:
    assert periods.month(2026, 11).since == datetime(2026, 11, 1, tzinfo=UTC)


def test_a_summer_month_begins_an_hour_before_midnight_utc() -> None:
    assert periods.month(2026, 7).since == datetime(2026, 6, 30, 23, tzinfo=UTC)


def test_the_month_in_which_the_clocks_go_back_is_an_hour_longer() -> None:
    october = periods.month(2026, 10)
    assert (october.until - october.since).total_seconds() == (31 * 24 + 1) * 3600


def test_a_month_ends_where_the_next_begins() -> None:
    assert periods.month(2026, 12).until == periods.month(2027, 1).since


def test_the_third_quarter_is_july_to_september() -> None:
    asked = periods.quarter(2026, 3)
    assert (asked.first, asked.last) == (date(2026, 7, 1), date(2026, 9, 30))
    assert asked.name == "July to September 2026"


def test_a_financial_year_runs_from_april_to_march() -> None:
    asked = periods.financial_year(2026)
    assert (asked.first, asked.last) == (date(2026, 4, 1), date(2027, 3, 31))


def test_march_belongs_to_the_financial_year_before() -> None:
    assert periods.financial_year_of(date(2027, 3, 31)).code == "2026-27"
    assert periods.financial_year_of(date(2027, 4, 1)).code == "2027-28"


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-27", date(2026, 4, 1), date(2027, 3, 31)),
        ("2012-13", date(2012, 4, 1), date(2013, 3, 31)),
        ("2012-12", date(2012, 12, 1), date(2012, 12, 31)),
        ("2026-11-01..2026-11-30", date(2026, 11, 1), date(2026, 11, 30)),
        ("1/11/2026..30/11/2026", date(2026, 11, 1), date(2026, 11, 30)),
        (" 2026-11 ", date(2026, 11, 1), date(2026, 11, 30)),
    ],
)
def test_a_period_is_read_from_its_words(words: str, first: date, last: date) -> None:
    asked = periods.parse(words)
    assert (asked.first, asked.last) == (first, last)


@pytest.mark.parametrize("words", ["2026-11", "2026-Q3", "2026-27", "2026-11-01..2026-11-30"])
def test_a_period_is_named_in_addresses_as_it_was_asked_for(words: str) -> None:
    assert periods.parse(words).code == words


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "is not a period. Use a month such as 2026-11"),
        ("November", "“November” is not a period"),
        ("2026-28", "“2026-28” is not a period"),
        ("2026-Q5", "“2026-Q5” is not a period"),
        ("2026-11-30..2026-11-01", "The period ends on 1 November 2026, before it starts on 30 November 2026."),
        ("2026-11-31..2026-12-01", "“2026-11-31” is not a day. There is no such day as 31 11 2026."),
        ("yesterday..2026-12-01", "“yesterday” is not a day. Enter a day, a month and a year, like 27 3 2026."),
        ("2011-12", "Reports reach from 2012 to 2098; 2011 is outside."),
        ("9999-12", "9999 is outside"),
        ("2026-01-01..9999-12-31", "9999 is outside"),
    ],
)
def test_words_that_name_no_period_are_answered_with_a_sentence(words: str, sentence: str) -> None:
    with pytest.raises(BadPeriod, match=re.escape(sentence)):
        periods.parse(words)


def test_the_usual_periods_reach_back_over_new_year() -> None:
    usual = periods.recent(date(2027, 1, 15))
    assert [p.code for p in usual["Months"]][:3] == ["2027-01", "2026-12", "2026-11"]
    assert [p.code for p in usual["Quarters"]] == ["2027-Q1", "2026-Q4", "2026-Q3", "2026-Q2", "2026-Q1"]
    assert [p.code for p in usual["Financial years"]] == ["2026-27", "2025-26", "2024-25"]


def test_the_day_in_london_changes_an_hour_early_in_summer() -> None:
    assert london_date(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == date(2026, 7, 2)
