"""What spreadsheets write is read as it was meant, and what we write is no formula to them."""

import codecs
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.csv_text import FORMULA, Row, Unreadable, as_file, as_meant, decode, plain, rows

PLAIN = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=30)
LARGEST = 1_000_000


def read(raw: bytes) -> list[list[str]]:
    return [[as_meant(cell) for cell in row.cells] for row in rows(decode(raw, largest=LARGEST))]


@given(st.lists(st.lists(PLAIN, min_size=2, max_size=5), min_size=1, max_size=6))
def test_what_is_written_is_read_again(table: list[list[str]]) -> None:
    listed = [["heading", *["column"] * 4], *([*row, "x"] for row in table)]
    assert read(as_file(listed)) == listed


@given(PLAIN)
def test_no_cell_begins_as_a_formula_and_each_is_meant_as_it_was(cell: str) -> None:
    written = plain(cell)
    assert not written.lstrip(" \u00a0").startswith(FORMULA)
    assert as_meant(written) == cell


@pytest.mark.parametrize(
    "cell", ["=1+1", "+44 20", "-", "@x", "\tx", "'=1+1", "''=1", " =1", "＝1", "'tis", "O'Brien"]
)
def test_abuse_case_26_texts_that_spreadsheets_would_run_are_written_as_texts(cell: str) -> None:
    assert plain(cell) == (cell if cell in ("'tis", "O'Brien") else f"'{cell}")
    assert as_meant(plain(cell)) == cell


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-32"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_every_way_in_which_excel_saves_it_is_the_same_table(encoding: str, delimiter: str, line_end: str) -> None:
    table = [["role", "name"], ["duty, desk; late", "Zoë “Z” Example"], ["two\nlines", "tab\there"]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=line_end).writerows(table)
    assert read(out.getvalue().encode(encoding)) == table


def test_the_lines_are_counted_as_an_editor_counts_them() -> None:
    text = 'sep=;\r\nrole;name\r\n"one\r\ntwo";x\r\n;\r\nlast;y\r\n'
    assert [row.number for row in rows(text)] == [2, 3, 6]
    assert next(rows(text)) == Row(2, ["role", "name"])


def test_a_quote_that_is_never_closed_is_told_by_its_line() -> None:
    with pytest.raises(Unreadable, match="begins on line 3 do not match"):
        list(rows('a,b\n1,2\n"open,2\n3,4\n'))


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"PK\x03\x04rest", "workbook"),
        (b"a,b\x00", "not a text file"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8", "damaged"),
        (b"x" * 20, "larger than"),
    ],
)
def test_what_is_no_csv_says_what_it_is(raw: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        decode(raw, largest=19)
