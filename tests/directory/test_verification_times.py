"""How old a confirmation is, in words."""

from datetime import UTC, datetime, timedelta

import pytest

from directory.verification_times import age, confirmed_words, is_old

NOW = datetime(2026, 11, 18, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("then", "words"),
    [
        (NOW, "today"),
        (datetime(2026, 11, 17, 23, 59, tzinfo=UTC), "yesterday"),
        (datetime(2026, 11, 6, tzinfo=UTC), "12 days ago"),
        (datetime(2026, 9, 19, 12, tzinfo=UTC), "60 days ago"),
        (datetime(2026, 9, 18, 12, tzinfo=UTC), "2 months ago"),
        (datetime(2026, 4, 18, 9, tzinfo=UTC), "7 months ago"),
        (datetime(2026, 3, 19, tzinfo=UTC), "7 months ago"),
        (datetime(2024, 11, 18, tzinfo=UTC), "2 years ago"),
    ],
)
def test_an_age_is_said_in_whole_days_months_or_years(then: datetime, words: str) -> None:
    assert age(then, NOW) == words


def test_an_entry_is_old_once_a_whole_asking_brought_no_answer() -> None:
    assert not is_old(NOW - timedelta(days=132), NOW)
    assert is_old(NOW - timedelta(days=132, seconds=1), NOW)
    assert is_old(None, NOW)
    assert confirmed_words(None, NOW) == "Never confirmed"
