"""Absence notices: from when to when somebody is away, where the notice says so plainly."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.absences import Away, away
from notifications.imip import Kind, Opened

RECEIVED = date(2026, 12, 1)


def notice(text: str, subject: str = "Automatic reply: Say whether you can attend") -> Opened:
    return Opened(Kind.AUTOMATIC, "", ("a@police.example",), "", (), (), subject, text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("I am away from 3 to 14 December.", date(2026, 12, 3), date(2026, 12, 14)),
        ("I am on leave from the 3rd to the 14th of December 2026.", date(2026, 12, 3), date(2026, 12, 14)),
        ("Leave: 30 November - 4 December", date(2026, 11, 30), date(2026, 12, 4)),
        ("Away 30/11/2026 – 04/12/2026", date(2026, 11, 30), date(2026, 12, 4)),
        ("I am away between 30 Nov and 4 Dec.", date(2026, 11, 30), date(2026, 12, 4)),
        ("Out of office 2026-11-30 to 2026-12-04.", date(2026, 11, 30), date(2026, 12, 4)),
        ("Away from December 28 to January 4", date(2026, 12, 28), date(2027, 1, 4)),
        ("I am out of the office until Monday 7 December.", None, date(2026, 12, 7)),
        ("I am away until 9am on Monday, 7th December.", None, date(2026, 12, 7)),
        ("I am out of the office and will be back on 08/12/2026.", None, date(2026, 12, 7)),
        ("I will return to work on Tuesday 8 December", None, date(2026, 12, 7)),
        ("Away from Friday 27 November. Back on 8.12.26.", date(2026, 11, 27), date(2026, 12, 7)),
        ("I'm away from 1st December 2026 until 1st January 2027 inclusive", date(2026, 12, 1), date(2027, 1, 1)),
        ("On leave 3 to 14 December. I return on 15 December.", date(2026, 12, 3), date(2026, 12, 14)),
        ("I am away.\nBack: 8 December", None, date(2026, 12, 7)),
    ],
)
def test_the_days_of_an_absence_are_read_where_they_are_plain(text: str, first: date | None, last: date) -> None:
    assert away(notice(text), received_on=RECEIVED) == Away(first, last, " ".join(text.split()))


@pytest.mark.parametrize(
    "text",
    [
        "I am out of the office.",
        "Back on Monday.",
        "I am away until 31 November.",
        "I am away until 12/25/2026.",
        "I am away from 14 to 3 December.",
        "I am away until 3 December and again until 14 December.",
        "Away from 1 to 4 December and from 7 to 9 December.",
        "I was away until 3 August 2026.",
        "I am away until 3 August 2029.",
        "Ring 020 7946 0018 until 5, or write to room 3 to 14.",
        "From 3 December we use a new address.",
        "The case of 4 December is closed.",
    ],
)
def test_days_that_are_not_plain_are_not_guessed(text: str) -> None:
    assert away(notice(text), received_on=RECEIVED) == Away(None, None, text)


def test_the_days_may_stand_in_the_subject() -> None:
    told = away(notice("I am away.", subject="Out of office until 7 December"), received_on=RECEIVED)

    assert told == Away(None, date(2026, 12, 7), "I am away.")


def test_what_the_notice_quotes_is_not_what_it_says() -> None:
    text = "I am away.\n\nFrom: Convene\nSent: 1 December 2026\nTo: a@police.example\nSubject: until 4 December"

    assert away(notice(text), received_on=RECEIVED) == Away(None, None, "I am away.")


def test_a_notice_is_shown_on_one_line_of_at_most_500_characters() -> None:
    assert away(notice("Away.\n\n" + "x " * 900), received_on=RECEIVED).said == ("Away. " + "x " * 900)[:500].strip()


@given(st.text(max_size=300), st.dates(min_value=date(2020, 1, 1), max_value=date(2050, 1, 1)))
def test_no_text_makes_it_fail_and_every_absence_read_is_a_plausible_one(text: str, received_on: date) -> None:
    told = away(notice(f"{text} until {received_on:%d/%m/%Y} {text}"), received_on=received_on)

    assert told.first_day is None or (told.last_day is not None and told.first_day <= told.last_day)
    assert len(told.said) <= 500
