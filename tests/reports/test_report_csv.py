"""A file that any spreadsheet reads, and that makes none of them run anything."""

import csv
import io

import pytest

from reports.document import Cell, Column, Kind, Table
from reports.documents.csv import Plain, safe, write
from reports.rates import Rate


def table(columns: tuple[Column, ...], rows: tuple[tuple[Cell, ...], ...], total: tuple[Cell, ...]) -> Table:
    return Table(name="t", caption="T", of="seats", by="unit", columns=columns, rows=rows, total=total)


UNIT, EXPECTED = Column(name="row", title="Police unit", kind=Kind.WORDS), Column(name="expected", title="Expected")
TABLE = table(
    (
        UNIT,
        EXPECTED,
        Column(name="attendance_rate", title="Attendance rate", kind=Kind.RATE),
        Column(name="interval", title="95% interval", kind=Kind.INTERVAL),
        Column(name="median_hours", title="Median hours", kind=Kind.NUMBER),
    ),
    (
        ("Essex Police", 12, Rate(10, 12), Rate(10, 12).interval, 20.25),
        ("Kent Police", 0, Rate(0, 0), Rate(0, 0).interval, None),
    ),
    ("All", 12, Rate(10, 12), Rate(10, 12).interval, None),
)


def lines(of: Table = TABLE) -> list[list[str]]:
    return list(csv.reader(io.StringIO(write(of, {"Period": "November 2026"}).decode("utf-8-sig"), newline="")))


def test_there_is_one_header_row_and_every_row_is_as_long() -> None:
    assert lines()[0] == [
        "Period",
        "Police unit",
        "Expected",
        "Attendance rate (%)",
        "Attendance rate: part",
        "Attendance rate: of",
        "95% interval: from (%)",
        "95% interval: to (%)",
        "Median hours",
    ]
    assert {len(line) for line in lines()} == {9}


def test_a_rate_is_three_numbers_and_an_interval_two() -> None:
    assert lines()[1] == ["November 2026", "Essex Police", "12", "83", "10", "12", "55", "95", "20.2"]


def test_what_cannot_be_said_is_left_empty() -> None:
    assert lines()[2] == ["November 2026", "Kent Police", "0", "", "0", "0", "", "", ""]


def test_the_total_is_the_last_row() -> None:
    assert lines()[-1][1] == "All"


def test_excel_is_told_that_it_is_utf_8() -> None:
    assert write(TABLE, {}).startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    "text",
    [
        "=cmd|'/C calc'!A0",
        "+1+1",
        "-1+1",
        "@SUM(A1:A2)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        " =1+1",
        "\u00a0=1+1",
        "＝1+1",
    ],
)
def test_abuse_case_26_a_text_that_would_run_as_a_formula_is_made_text(text: str) -> None:
    assert safe(text) == "'" + text


@pytest.mark.parametrize("cell", ["Essex Police", "a=b", "", "–", -1, -1.5, None])
def test_anything_else_is_left_as_it_is(cell: Plain) -> None:
    assert safe(cell) == cell


def test_a_units_name_cannot_become_a_formula_or_a_second_row() -> None:
    name = '=HYPERLINK("https://evil.example","x")\r\n=1+1'
    harmful = table((UNIT, EXPECTED), ((name, 1),), ("All", 1))
    assert lines(harmful)[1] == ["November 2026", "'" + name, "1"]
    assert len(lines(harmful)) == 3
