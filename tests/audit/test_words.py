"""Entries in the words of people who read them: no name of a table, no number that says nothing."""

import pytest

from audit.words import act_in_words, subject_in_words

LONG = "0194b2c8-5f0e-7cc3-98c4-000000000001"


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("meeting:7F3K2M", "Meeting 7F3K2M"),
        (f"meeting:{LONG}", "Meeting"),
        (f"invitation:{LONG}", "An invitation"),
        (f"series invitation:{LONG}", "An invitation to a series"),
        (f"child:{LONG}", "A child’s case"),
        (f"decision:{LONG}", "A decision not to meet"),
        ("mail:12", "Message 12"),
        ("unit met-ce", "Unit met-ce"),
        (f"person {LONG}", "An account"),
        ("list:/meetings", "A list"),
        ("directory", "Directory"),
        ("something:12", "Something"),
    ],
)
def test_what_an_entry_is_about(subject: str, words: str) -> None:
    assert subject_in_words(subject) == words


def test_what_was_done_begins_a_sentence() -> None:
    assert act_in_words("opened the register") == "Opened the register"
