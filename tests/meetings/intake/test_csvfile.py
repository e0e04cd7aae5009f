"""Files that are no CSV files, files of any content, and the list of problems for a spreadsheet."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.intake.csvfile import LARGEST, Problem, as_csv
from meetings.intake.ssda903 import read

TODAY = date(2026, 11, 18)
HEADER = "CHILD,DOB,MISSING,MIS_START,MIS_END"


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf  \r\n", "empty"),
        (b"PK\x03\x04rest of a workbook", "workbook"),
        (b"\xd0\xcf\x11\xe0rest of an old workbook", "workbook"),
        (b"CHILD\x00,DOB", "not a text file"),
        (b"\xff\xfeC", "damaged"),
        (b"x" * (LARGEST + 1), "larger than 20 MB"),
    ],
    ids=["nothing", "only a mark", "xlsx", "xls", "NUL bytes", "half a character", "too large"],
)
def test_what_is_no_csv_file_is_said_to_be_none(raw: bytes, says: str) -> None:
    reading = read(raw, None, today=TODAY)
    assert reading.periods == ()
    assert says in reading.problems[0].reason


def test_cells_that_a_spreadsheet_would_take_for_formulas_are_text_in_the_list_of_problems() -> None:
    problems = [Problem("missing", 2, "CHILD", cell, "Why.") for cell in ("=1+1", "+1", "-1", "@a", "\ta", "\ra")]
    assert [line.split(",")[3].strip('"')[:1] for line in as_csv(problems).split("\r\n")[1:7]] == ["'"] * 6


cells = st.text(alphabet="0123456789/-.MAX ,\"'\n\r\téSW=", max_size=12)


@given(st.binary(max_size=200))
def test_any_bytes_at_all_are_answered(raw: bytes) -> None:
    reading = read(raw, raw, today=TODAY)
    assert reading.periods or reading.problems


@given(st.lists(st.lists(cells, min_size=5, max_size=5), max_size=6))
def test_every_line_is_either_a_period_or_a_refused_one(rows: list[list[str]]) -> None:
    lines = "\n".join([HEADER, *[",".join(row) for row in rows]])
    reading = read(lines.encode(), None, today=TODAY)
    refused = {one.line for one in reading.problems if one.refused}
    assert reading.read == len(reading.periods) + len(refused)
    assert not refused & {one.line for one in reading.periods}
    as_csv(reading.problems)
