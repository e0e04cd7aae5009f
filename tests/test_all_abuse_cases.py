"""Every attempt of the list of abuse cases has a test that is named by its number."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
CASES = range(1, 41)


def tried() -> set[int]:
    texts = (path.read_text() for path in TESTS.rglob("test_*.py"))
    return {int(number) for text in texts for number in re.findall(r"def test_abuse_case_([0-9]{2})_\w", text)}


@pytest.mark.parametrize("number", CASES)
def test_the_attempt_is_made(number: int) -> None:
    assert number in tried()
