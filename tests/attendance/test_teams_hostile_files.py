"""Files that are no attendance report, or were made to do harm: refused in a sentence, or read as plain text."""

from __future__ import annotations

import contextlib
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.teams import LONGEST_NAME, TeamsFile, read
from attendance.teams_text import LARGEST, Unusable

STARTS, ENDS = datetime(2026, 11, 18, 9, 0, tzinfo=UTC), datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
HEAD = "2. Participants\nName\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole\n"
ROW = "\t11/18/26, 9:00:00 AM\t11/18/26, 10:00:00 AM\t1h\t{}\t\tAttendee\n"


def of(raw: bytes) -> TeamsFile:
    return read(raw, starts_at=STARTS, ends_at=ENDS)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "The file is empty"),
        (b"\xff\xfe", "The file is empty"),
        (b"\x00" * 500, "The file is empty"),
        (b"PK\x03\x04 a workbook", "a workbook or something that is no text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "no text"),
        (HEAD.encode() + b"Some\x00body" + ROW.encode(), "no text"),
        (b"a,b,c\n1,2,3\n", "not an attendance report"),
        (b"just words", "not an attendance report"),
        (b"x" * (LARGEST + 1), "larger than 1 MB"),
        (HEAD.encode(), "names nobody"),
        (HEAD.encode() + b"a\n" * 400_000, "more than 5,000 lines"),
        (HEAD.encode() + b"\t" * 100 + b"\n", "longer than any line"),
        (HEAD.encode() + b"x" * 2_000 + ROW.encode(), "longer than any line"),
        (HEAD.encode() + b'"never closed' + b"\nx\ty" * 100_000, "quotes do not match"),
        (HEAD.encode() + b"".join(b"Person %d" % n + ROW.encode() for n in range(600)), "more than 500 people"),
        (b"\xff\xfe" + HEAD.encode("utf-16-le") + b"\x00", "no text"),
    ],
)
def test_it_is_refused_in_plain_words_and_at_once(raw: bytes, said: str) -> None:
    began = time.monotonic()
    with pytest.raises(Unusable, match=said):
        of(raw)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("name", ["=cmd|'/c calc'!A1", "@SUM(1)", "=HYPERLINK(0)", "|pipe", "-2+3", "+cmd"])
def test_a_name_that_is_a_formula_is_left_out_and_counted(name: str) -> None:
    file = of((HEAD + name + ROW.format("") + "Duty officer" + ROW.format("duty@unit.example")).encode())
    assert [one.name for one in file.people] == ["Duty officer"]
    assert file.left_out == 1


def test_a_name_is_one_line_of_bounded_length_without_what_turns_text_round() -> None:
    file = of((HEAD + "Duty\u202e officer " + "x" * 500 + ROW.format("duty@unit.example")).encode())
    assert file.people[0].name.startswith("Duty officer x")
    assert len(file.people[0].name) == LONGEST_NAME


@pytest.mark.parametrize(
    "address", ["not an address", "a@b@c.example", "=a@unit.example,b", "x" * 300 + "@unit.example"]
)
def test_what_is_no_address_is_none(address: str) -> None:
    assert of((HEAD + "Duty officer" + ROW.format(address)).encode()).people[0].address == ""


@given(st.binary(max_size=400) | st.text(max_size=300).map(lambda t: (HEAD + t).encode("utf-16", "surrogatepass")))
def test_whatever_comes_is_read_or_refused_and_nothing_else(raw: bytes) -> None:
    with contextlib.suppress(Unusable):
        assert all(one.name or one.address for one in of(raw).people)
