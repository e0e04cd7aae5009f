"""The strict reader of plain answers and icalendar say the same of every answer that the strict one recognises."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import plain_answer
from notifications.answer import Answer
from notifications.errors import Unreadable
from notifications.event_facts import answer_of
from notifications.imip import open_message
from notifications.incoming import by_library
from notifications.mending import mended
from tests.notifications.outcomes import SAMPLES, expected

ANSWERED = sorted(name for name, outcome in expected().items() if outcome.answers)
BY_LIBRARY = {
    "delegates-to-deputy.eml",
    "escaped-sequence.eml",
    "exchange-address-only.eml",
    "from-the-future.eml",
    "occurrence-unreadable.eml",
    "unquoted-name.eml",
}


def both(calendar: bytes) -> tuple[list[Answer] | None, list[Answer]]:
    """What the strict reader says of it, None where it does not recognise it; and what icalendar says."""
    lines = mended(calendar)
    strict = plain_answer.events(lines)
    method, events = by_library(lines)
    assert strict is None or strict[0] == method
    return [answer_of(one, "") for one in strict[1]] if strict else None, [answer_of(one, "") for one in events]


@pytest.mark.parametrize("name", ANSWERED)
def test_of_every_sample_both_say_the_same(name: str) -> None:
    for _, calendar in open_message((SAMPLES / name).read_bytes()).calendars:
        strict, library = both(calendar)

        assert strict in (library, None)


def test_the_strict_reader_recognises_what_nearly_every_client_sends() -> None:
    known = [
        name
        for name in ANSWERED
        for _, calendar in open_message((SAMPLES / name).read_bytes()).calendars
        if plain_answer.events(mended(calendar)) is not None
    ]

    assert set(ANSWERED) - set(known) <= BY_LIBRARY
    assert len(known) > 70


TEXT = st.text(st.sampled_from("aZ09 .,;:\\\"^'=@-_/é\u00a0\u2028\t\x0b😀%<>+"), max_size=20)
WORD = st.one_of(st.sampled_from(["ACCEPTED", "declined", "x", "", "mailto:a@b.example", "GMT Standard Time"]), TEXT)
VALUE = st.one_of(
    WORD, WORD.map(lambda word: f'"{word}"'), st.tuples(WORD, WORD).map(lambda two: f'"{two[0]}","{two[1]}"')
)
PARAM_NAMES = """
PARTSTAT partstat CN TZID VALUE RANGE SENT-BY DELEGATED-TO X-RESPONSE-COMMENT X-A ROLE
"""
PARAM = st.tuples(st.sampled_from(PARAM_NAMES.split()), VALUE).map(lambda two: f";{two[0]}={two[1]}")
NAMES = """
UID uid SEQUENCE DTSTAMP DTSTART DTEND DURATION RECURRENCE-ID ATTENDEE Attendee COMMENT METHOD X-B
X-MS-OLK-SENDER X-MS-OLK-ORIGINALSTART X-MICROSOFT-CDO-APPT-SEQUENCE X-RESPONSE-COMMENT
"""
CONTENTS = """
mailto:home.unit@police.example MAILTO:A%20b@x.example a@b.example invalid:nomail 20261201T110000Z 20261201T110000
20261201 20260231T110000 PT1H P1DT2H P PT 1 007 -1 99999999999 Late\\,\\ncourt a\\\\nb
"""
NAME = st.sampled_from(NAMES.split())
CONTENT = st.one_of(TEXT, st.sampled_from(CONTENTS.split()))
LINE = st.tuples(NAME, st.lists(PARAM, max_size=3), CONTENT).map(lambda it: f"{it[0]}{''.join(it[1])}:{it[2]}")
EVENT = st.lists(LINE, max_size=8).map(
    lambda lines: "\r\n".join(["BEGIN:VEVENT", "UID:meeting-7f3k2m@invites.example", *lines, "END:VEVENT"])
)


@given(st.lists(EVENT, min_size=1, max_size=3), st.sampled_from(["METHOD:REPLY\r\n", "METHOD:a b\r\n", ""]))
def test_of_any_calendar_that_the_strict_reader_recognises_both_say_the_same(events: list[str], method: str) -> None:
    calendar = f"BEGIN:VCALENDAR\r\n{method}" + "\r\n".join(events) + "\r\nEND:VCALENDAR\r\n"
    with suppress(Unreadable):
        strict, library = both(calendar.encode())

        assert strict in (library, None)


@given(st.sampled_from(ANSWERED), st.integers(0, 3_000), st.one_of(st.just(""), TEXT, LINE))
def test_of_every_sample_with_something_written_into_it_both_say_the_same(name: str, at: int, more: str) -> None:
    for _, calendar in open_message((SAMPLES / name).read_bytes()).calendars:
        with suppress(Unreadable):
            text = calendar.decode()
            strict, library = both(f"{text[:at]}{more}{text[at + len(more) // 2 :]}".encode())

            assert strict in (library, None)
