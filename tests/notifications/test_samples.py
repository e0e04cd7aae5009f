"""Every sample says what the table beside it says, the whole of it."""

import pytest

from tests.notifications.outcomes import SAMPLES, expected, told


@pytest.mark.parametrize("name", sorted(expected()))
def test_a_sample_says_what_its_outcome_says(name: str) -> None:
    assert told((SAMPLES / name).read_bytes()) == expected()[name]


def test_every_sample_has_an_outcome() -> None:
    assert {path.name for path in SAMPLES.glob("*.eml")} == set(expected())


def test_the_samples_end_their_lines_as_mail_does() -> None:
    assert [path.name for path in SAMPLES.glob("*.eml") if b"\r\n" not in path.read_bytes()] == []
