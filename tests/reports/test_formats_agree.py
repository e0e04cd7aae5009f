"""Every number of a report is the same in every file made of it, whatever the words beside it mean to do."""

from __future__ import annotations

import io
import json
from functools import cache
from typing import Any

import openpyxl
import pytest

from reports.document import Cell, Hidden, Table, printed
from reports.documents import datapackage, html, ods, pdf, sheets, shown, xlsx
from reports.documents.archive import unpacked
from reports.documents.words import clean, in_font
from reports.rates import Interval, Rate
from tests.reports import reading_back
from tests.reports.reading_back import Grid
from tests.reports.whole_report import HARM, HOSTILE, LONG, WHOLE, WIDE, drawn

TABLES = (HARM, WIDE, LONG)


@pytest.fixture(scope="module")
def paper() -> str:
    return reading_back.of_pdf(pdf.write(WHOLE, drawn))


def lines(table: Table) -> list[tuple[Cell, ...]]:
    return [*table.rows, *([table.total] if table.total else [])]


def numbers(row: tuple[Cell, ...]) -> list[Any]:
    """The row's cells after its label as separate numbers, said without the code under test."""
    told: list[Any] = []
    for cell, width in zip(row[1:], WIDTHS[len(row)], strict=True):
        match cell:
            case Hidden():
                told += ["[c]"] * width
            case None | "":
                told += ["[z]"] * width
            case Rate():
                percent = "[z]" if cell.whole == 0 else int(100 * cell.part / cell.whole + 0.5)
                told += [percent, cell.part, cell.whole]
            case Interval(low=None):
                told += ["[z]", "[z]"]
            case Interval(low=float(low), high=float(high)):
                told += [int(100 * low + 0.5), int(100 * high + 0.5)]
            case float():
                told.append(float(f"{cell:.1f}"))
            case _:
                told.append(cell)
    return told


WIDTHS = {7: (1, 1, 3, 2, 1, 1), 21: (3,) * 20}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_page_prints_each_cell(table: Table) -> None:
    read = reading_back.of_html(html.write(WHOLE, drawn))[table.name]
    assert read == [[column.title for column in table.columns]] + [
        [clean(printed(cell)) for cell in row] for row in lines(table)
    ]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_pdf_prints_each_cell_beside_its_label(table: Table, paper: str) -> None:
    printed_table = next(
        one for section in shown.shown(WHOLE).sections for one in section.tables if one.name == table.name
    )
    parts = pdf.laid(printed_table).parts
    assert sum(len(part.heads) - 1 for part in parts) == len(table.columns) - 1
    for part in parts:
        for row in (*part.rows, *([part.total] if part.total else [])):
            assert in_font(" ".join(" ".join(row).split())) in paper


def test_every_row_of_a_table_that_goes_over_pages_is_in_the_pdf(paper: str) -> None:
    in_parts = len(pdf.laid(shown.shown(WHOLE).sections[2].tables[0]).parts)
    assert [paper.count(str(row[0])) for row in LONG.rows] == [in_parts] * 400


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_open_data_holds_each_number(table: Table) -> None:
    read = reading_back.of_package(made("csv"))[table.name]
    assert [line[6:] for line in read[1:]] == [numbers(row) for row in lines(table)]
    assert {tuple(line[:4]) for line in read[1:]} == {("2026-Q3", "2026-07-01", "2026-09-30", WHOLE.type)}
    assert [line[4] for line in read[1:]] == ["row"] * len(table.rows) + (["total"] if table.total else [])


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
@pytest.mark.parametrize("kind", ["ods", "xlsx"])
def test_the_spreadsheets_hold_each_number(kind: str, table: Table) -> None:
    assert [row[1:] for row in sheet_of(table, written()[kind])[1:]] == [numbers(row) for row in lines(table)]


@cache
def made(kind: str) -> bytes:
    """The file of this kind, made once for all tests."""
    return {"ods": ods.write, "xlsx": xlsx.write, "csv": datapackage.write}[kind](WHOLE)


@cache
def written() -> dict[str, dict[str, Grid]]:
    return {"ods": reading_back.of_ods(made("ods")), "xlsx": reading_back.of_xlsx(made("xlsx"))}


def sheet_of(table: Table, read: dict[str, Grid]) -> Grid:
    """The table of a sheet without the lines above it."""
    label = f"Table_{1 + [one.name for one in WHOLE.tables].index(table.name)}"
    sheet = next(one for one in sheets.book(WHOLE).tables if one.label == label)
    assert read[label][0][0] == sheet.title
    return read[label][1 + len(sheet.above) :]


@pytest.mark.parametrize("kind", ["ods", "xlsx"])
def test_a_workbook_has_a_cover_its_contents_its_notes_and_a_table_a_sheet(kind: str) -> None:
    read = written()[kind]
    assert list(read) == ["Cover", "Contents", "Notes", "Definitions", "Table_1", "Table_2", "Table_3", "Table_4"]
    cover = [row[0] for row in read["Cover"]]
    assert cover[0] == WHOLE.title
    assert any(line.startswith("This workbook has 4 tables") for line in cover)
    named = [
        str(row[0]).partition("]")[0].removeprefix("[") for row in read["Contents"]
    ]  # odfdo reads links as "[text](…)"
    assert named[-6:] == list(read)[2:]
    said = [row[1] for row in read["Notes"] if len(row) > 1]
    assert WHOLE.caveats[0] in said
    assert any("[c]" in str(note) for note in said)
    assert any(str(note).startswith("Two units lie below") and "Table_3" in str(note) for note in said)


@pytest.mark.parametrize("kind", ["ods", "xlsx"])
def test_a_table_of_a_workbook_has_no_blank_cell_and_no_two_heads_alike(kind: str) -> None:
    for n, sheet in enumerate(sheets.book(WHOLE).tables, 1):
        rows = written()[kind][f"Table_{n}"][1 + len(sheet.above) :]
        assert all(cell not in (None, "") for row in rows for cell in row)
        assert len(set(rows[0])) == len(rows[0]) == len(sheet.heads)


def test_a_table_without_rows_says_so_in_every_file(paper: str) -> None:
    assert "None in this period" in html.write(WHOLE, drawn).decode()
    assert "None in this period" in paper
    assert reading_back.of_package(made("csv"))["empty"][1:] == []
    assert [read["Table_2"][-1] for read in written().values()] == [["None in this period", "[z]"]] * 2


FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")


def test_abuse_case_26_no_word_of_any_file_is_a_formula() -> None:
    book = openpyxl.load_workbook(io.BytesIO(made("xlsx")))
    assert {cell.data_type for sheet in book.worksheets for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    book.close()
    assert b"table:formula" not in unpacked(made("ods"))["content.xml"]
    grids = [*written().values(), reading_back.of_package(made("csv"))]
    words = [
        cell for grid in grids for rows in grid.values() for row in rows for cell in row if isinstance(cell, str)
    ]
    assert not [word for word in words if word.startswith(FORMULAS)]


def test_what_is_not_seen_is_in_no_file(paper: str) -> None:
    content = unpacked(made("ods"))["content.xml"].decode()
    texts = [
        html.write(WHOLE, drawn).decode(),
        paper,
        content,
        str(written()),
        str(unpacked(made("csv"))),
    ]
    for text in texts:
        assert not {"\u202e", "\u2069", "\x00", "\x07"} & set(text)


def test_words_of_other_languages_stand_as_text_in_the_page() -> None:
    said = html.write(WHOLE, drawn).decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;bold&lt;/b&gt;" in said
    assert "<script" not in said
    assert HOSTILE[12] in said


@pytest.mark.parametrize("kind", ["ods", "xlsx", "csv"])
def test_the_same_report_gives_the_same_bytes(kind: str) -> None:
    assert made.__wrapped__(kind) == made(kind)


@pytest.mark.parametrize("write", [html.write, pdf.write], ids=["html", "pdf"])
def test_the_same_report_with_pictures_gives_the_same_bytes(write: Any) -> None:
    assert write(WHOLE, drawn) == write(WHOLE, drawn)


def test_the_files_say_what_they_are_in_which_language_and_name_nobody() -> None:
    book = openpyxl.load_workbook(io.BytesIO(made("xlsx")))
    told = book.properties
    assert (told.title, told.language, told.creator or "") == (WHOLE.title, "en-GB", "")
    assert told.created == WHOLE.counted_at.replace(tzinfo=None)
    book.close()
    meta = unpacked(made("ods"))["meta.xml"].decode()
    assert f"<dc:title>{WHOLE.title}</dc:title>" in meta
    assert "<dc:language>en-GB</dc:language>" in meta
    assert "creator" not in meta


def test_a_table_of_a_workbook_is_marked_as_one() -> None:
    book = openpyxl.load_workbook(io.BytesIO(made("xlsx")))
    assert list(book["Table_3"].tables) == ["Table_3_data"]
    assert [len(sheet.merged_cells.ranges) for sheet in book.worksheets] == [0] * 8
    book.close()
    content = unpacked(made("ods"))["content.xml"].decode()
    assert content.count("<table:table-header-rows>") == 7
    assert 'table:target-range-address="Table_4.A3:Table_4.J403"' in content.replace("$", "")
    assert "covered-table-cell" not in content


def test_the_dictionary_says_what_each_field_is() -> None:
    package = json.loads(unpacked(made("csv"))["datapackage.json"])
    resource = next(one for one in package["resources"] if one["name"] == "harm")
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    assert fields["attendance_rate_percent"]["type"] == "integer"
    assert fields["attendance_rate_of"]["title"] == "Attendance rate: of"
    assert fields["median_hours"] == {
        "name": "median_hours",
        "title": "Median hours of notice",
        "type": "number",
        "description": "What median hours of notice means, in one sentence.",
        "unit": "hours",
    }
    assert resource["schema"]["missingValues"] == ["", "[c]", "[z]"]
    assert package["convene"]["missing_values"]["[c]"].startswith("Confidential. A count below 5 is kept back")
    assert package["convene"]["fingerprint"] == f"sha256:{shown.fingerprint(WHOLE)}"
    assert "licenses" not in package
