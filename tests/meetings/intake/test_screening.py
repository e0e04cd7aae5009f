"""What may not come in as a reference or as a field."""

from datetime import date

import pytest

from meetings.intake.screening import reference_problem, unknown_field

TODAY = date(2026, 11, 18)

GOOD = [
    "566910",
    "LCS-0048213",
    "a1",
    "MP/2026/118",
    "E17.004",
    "0",
    "x9_77",
    "4857773450",
    "20261318",
    "C" + "9" * 63,
]
BAD = {
    "nothing": "",
    "65 characters": "9" * 65,
    "a space": "LCS 0048213",
    "a formula": "=1+1",
    "a control character": "A1\x00",
    "letters of another alphabet": "А1",
    "digits of another script": "٣٤٥",
    "a birth date, day first": "12/03/2012",
    "a birth date with dots": "12.03.2012",
    "a birth date with dashes": "2012-03-12",
    "a birth date without separators": "12032012",
    "a birth date, year first": "20120312",
    "initials and a birth date": "JS12032012",
    "a birth date and initials": "2012-03-12-JS",
    "a postcode": "SW9-8LT",
    "a postcode in small letters": "e84qr",
    "a mobile number": "07700900123",
    "an NHS number": "9434765919",
    "an NHS number with dashes": "943-476-5919",
    "a name": "jane.doe",
    "two names": "JaneDoe",
    "two names and a number": "Jane.Doe.07",
}


@pytest.mark.parametrize("text", GOOD)
def test_a_reference_that_tells_nothing_is_taken(text: str) -> None:
    assert reference_problem(text, today=TODAY) is None


@pytest.mark.parametrize("text", BAD.values(), ids=BAD.keys())
def test_a_reference_that_may_tell_who_the_child_is_is_refused_with_a_sentence(text: str) -> None:
    sentence = reference_problem(text, today=TODAY)
    assert sentence is not None
    assert sentence.endswith(".")
    assert not text or text not in sentence


def test_an_episode_may_be_numbered_by_the_day_of_its_report() -> None:
    assert reference_problem("2026-11-18", today=TODAY, of_child=False) is None
    assert reference_problem("2012-11-18", today=TODAY, of_child=False) is not None


def test_an_episode_of_a_return_may_be_numbered_by_child_and_day() -> None:
    assert reference_problem("566910/2017-11-13", today=TODAY, of_child=False) is None


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("dob", "birth dates"),
        ("Date_Of_Birth", "birth dates"),
        ("firstName", "names"),
        ("homeAddress", "addresses"),
        ("post-code", "addresses"),
        ("NHS Number", "numbers that other registers"),
        ("narrative", "narratives"),
        ("ethnicity", "ethnicity"),
        ("age", "birth dates"),
    ],
)
def test_a_field_that_would_hold_who_the_child_is_is_refused_for_that_reason(field: str, kind: str) -> None:
    assert f"Convene does not hold {kind}" in unknown_field(field)


def test_another_unknown_field_is_named() -> None:
    assert unknown_field("graded_hihg_at").startswith("There is no field graded_hihg_at.")
