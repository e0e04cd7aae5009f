"""A proposed time as it is read at a glance, and whether it became worse while somebody looked at it."""

from collections.abc import Iterable
from datetime import datetime

import pytest

from directory.availability import Diary
from meetings.slot_words import Choice, choice, read_choice, turned_worse
from meetings.slots import SeatAsked, weigh
from tests.meetings.times_wanted import (
    DESTINATION,
    EVERYBODY,
    HEALTH,
    HOME,
    SCHOOLS,
    SOCIAL_CARE,
    all_free,
    at,
    diary,
    wanted,
)

NOW = at(16, 12)
FRIDAY, TUESDAY = at(20, 12), at(17, 14)
TAKEN = (at(17, 0), at(18, 0))


def said(
    *instead: Diary,
    starts_at: datetime = TUESDAY,
    seats: Iterable[SeatAsked] = EVERYBODY,
    due_at: datetime = FRIDAY,
) -> Choice:
    """A time on Tuesday afternoon at which everybody is free but for these."""
    known = all_free() | {one.unit: one for one in instead}
    return choice(weigh(wanted(due_at, seats), known, starts_at, NOW))


def tags(of: Choice) -> list[str]:
    return [words for words, _ in of.tags]


def test_a_time_that_suits_everybody_says_so_in_four_facts() -> None:
    time = said()
    assert time.when == "Tuesday 17 November, 2pm to 3pm"
    assert tags(time) == ["Both police units free", "Quorum", "26 hours’ notice"]
    assert time.lines == (("Free", "everybody who must be there"),)


def test_who_is_free_off_duty_taken_and_not_known_stands_in_lines_of_its_own() -> None:
    time = said(diary(DESTINATION, duty=[]), diary(HEALTH, TAKEN), diary(SOCIAL_CARE), diary(SCHOOLS, TAKEN))
    assert time.lines == (
        ("Free", "Central North"),
        ("Off duty", "South East"),
        ("Taken", "Camden health"),
        ("Not known", "Camden social care"),
        ("Welcome, but away", "Camden schools"),
    )
    assert tags(time) == ["One police unit away", "No quorum: health", "26 hours’ notice"]


def test_what_is_not_known_is_neither_promised_nor_denied() -> None:
    time = said(*(diary(seat) for seat in EVERYBODY))
    assert tags(time)[:2] == ["Police not known", "Quorum if all come"]
    assert time.lines == (("Not known", "everybody who must be there"),)


def test_a_time_after_the_deadline_says_that_first() -> None:
    assert tags(said(starts_at=at(20, 14)))[0] == "After the deadline"


def test_one_police_unit_alone_and_none_at_all_are_told_apart() -> None:
    assert tags(said(seats=(HOME, HEALTH)))[0] == "Police free"
    assert tags(said(diary(HOME, TAKEN), seats=(HOME, HEALTH)))[0] == "Without police"
    assert tags(said(seats=(HEALTH,)))[0] == "No police asked"


def test_unusual_hours_and_bank_holidays_are_named() -> None:
    assert "Out of hours" in tags(said(starts_at=at(17, 19)))
    assert "Bank holiday" in tags(said(starts_at=at(25, 10, month=12), due_at=at(31, 10, month=12)))


def test_notice_is_told_in_hours_and_then_in_days() -> None:
    assert tags(said(starts_at=at(16, 13)))[-1] == "1 hour’s notice"
    assert tags(said(starts_at=at(16, 14, 45)))[-1] == "2 hours’ notice"
    assert tags(said(starts_at=at(19, 9)))[-1] == "2 days’ notice"


def test_what_a_page_sent_is_read_again() -> None:
    assert read_choice(said().value) == (at(17, 14), "fffff")


@pytest.mark.parametrize("sent", ["", "tomorrow ffff", "2026-11-17T14:00:00 ffff"])
def test_what_no_page_of_ours_sent_is_refused(sent: str) -> None:
    with pytest.raises(ValueError, match=r"isoformat|zone"):
        read_choice(sent)


def test_who_must_be_there_and_was_taken_meanwhile_is_named_and_who_is_only_welcome_is_not() -> None:
    before = read_choice(said().value)[1]
    after = said(diary(HEALTH, TAKEN), diary(SCHOOLS, TAKEN)).slot
    assert turned_worse(after, before) == "Camden health"


def test_a_time_that_became_better_or_stayed_as_bad_is_no_worse() -> None:
    before = read_choice(said(diary(HEALTH, TAKEN), diary(DESTINATION)).value)[1]
    assert turned_worse(said(diary(HEALTH, duty=[])).slot, before) == ""


def test_where_other_units_are_asked_than_were_seen_everybody_who_cannot_come_is_named() -> None:
    assert turned_worse(said(diary(HEALTH, TAKEN)).slot, "b") == "Camden health"
