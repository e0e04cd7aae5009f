"""What would tell who a child is, is found in every text that leaves; and nothing else is taken for it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from notifications.imip import Letter, compose
from notifications.telling import looks_of, possible_references, said_in_calendar, said_in_letter

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Born 3 May 2011", "a birth date"),
        ("DOB: 03/05/2011", "a birth date"),
        ("D.O.B. 2011-05-03", "a birth date"),
        ("date of birth 3rd May 11", "a birth date"),
        ("about 943 476 5919", "an NHS number"),
        ("NHS 9434765919", "an NHS number"),
        ("see Merlin 1234567", "a reference of another system"),
        ("LCS ref: 0048213", "a reference of another system"),
        ("24MIS012345", "a reference of another system"),
        ("Room of A123456789012", "a pupil number"),
        ("QQ123456C is no number, AB 12 34 56 C is", "a National Insurance number"),
    ],
)
def test_what_tells_of_a_child_is_found(text: str, found: str) -> None:
    assert looks_of(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "Wednesday 18 November 2026 at 10am, Room 4, Civic Centre SE1 2QH",
        "Meeting SM-7F3K2M at 2pm. Reply by 17 November 2026",
        "https://zoom.example/j/9434765919?pwd=x",
        "Conference ID: 943 476 5919#, PIN 9434765919",
        "Telephone 020 7946 0000 or +44 7700 900123",
        "Borough of Barnet, 103 of 1,234 seats (8.3%)",
        "about 943 476 5918",  # its check digit is wrong
        "Recorded in LCS by the authority, and in Merlin by the police",
        "Bornholm House, 2 May 2026",
    ],
)
def test_what_letters_say_is_not_taken_for_it(text: str) -> None:
    assert looks_of(text) == []


def test_a_reference_is_looked_for_within_addresses_too_and_plain_numbers_are_not() -> None:
    assert possible_references("Join https://meet.example/LCS-7719?x=1 in room 20261, 14 May") >= {"lcs-7719"}
    assert possible_references("In room 20261 at 10am on 2026-05-14: call 02079460000") == set()


def letter(*, subject: str = "Meeting", text: str = "Come.", html: str = "<p>Come.</p>") -> bytes:
    return compose(
        Letter(
            to="desk@met.example",
            to_name="Desk",
            from_address="meetings@invites.convene.example",
            from_name="Convene",
            reply_to="meetings@invites.convene.example",
            envelope_from="meetings@invites.convene.example",
            message_id="<1@invites.convene.example>",
            date=datetime(2026, 11, 18, 10, 0, tzinfo=UTC),
            subject=subject,
            text=text,
            html=html,
        )
    )


@pytest.mark.parametrize(
    "said",
    [
        {"subject": "Born 3 May 2011 – für “Kim”"},
        {"text": "A long line of words that is broken by its encoding somewhere, DOB 3 May 2011 … and an ‘end’."},
        {"html": "<p>born <strong>3 May 2011</strong></p>"},
    ],
)
def test_it_is_found_wherever_in_a_letter_it_stands_and_however_encoded(said: dict[str, str]) -> None:
    assert looks_of(said_in_letter(letter(**said))) == ["a birth date"]
    assert looks_of(said_in_letter(letter())) == []


def test_it_is_found_in_a_folded_calendar() -> None:
    stream = (
        b"BEGIN:VEVENT\r\nUID:9434765919\r\nLOCATION;LANGUAGE=en:Room 4\\, about 943 \r\n 476 5919\r\nEND:VEVENT\r\n"
    )
    assert looks_of(said_in_calendar(stream)) == ["an NHS number"]
    assert looks_of(said_in_calendar(stream.replace(b"5919\r\nEND", b"5918\r\nEND"))) == []


EXAMPLE = "LCS-0048213"  # of a reference, on the form that takes one in
EVERYTHING_SAID = sorted(
    path
    for pattern in (
        *("docs/**/*.md", "docs/example-report/**/*", "*/templates/**/*.html", "README.md", "CHANGELOG.md"),
        *("tests/**/*.txt", "tests/**/*.ics", "demo/data/**/*", "directory/data/**/*"),
    )
    for path in ROOT.glob(pattern)
    if path.suffix in (".md", ".html", ".txt", ".ics", ".csv", ".json") and "samples" not in path.parts
)


@pytest.mark.parametrize("path", EVERYTHING_SAID, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_letter_page_report_or_document_of_the_product_tells_of_a_child(path: Path) -> None:
    assert looks_of(path.read_text(encoding="utf-8").replace(EXAMPLE, "a reference")) == []
