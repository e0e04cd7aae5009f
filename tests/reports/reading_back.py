"""Files read back as their receivers read them: each table as its heads and its rows."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import odfdo
import openpyxl
from pypdf import PdfReader

from reports.documents.archive import unpacked

Grid = list[list[Any]]


class _Tables(HTMLParser):
    """The cells of every table of a page, row by row, by the name of the table."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, Grid] = {}
        self._rows: Grid = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = dict(attrs).get("id") or ""
        if tag == "div" and name.startswith("table-"):
            self._rows = self.tables[name.removeprefix("table-")] = []
        if tag == "tr":
            self._rows.append([])
        if tag in ("td", "th"):
            self._rows[-1].append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self._rows[-1][-1] += data


def of_html(content: bytes) -> dict[str, Grid]:
    """The tables of the page by name, the first row their heads."""
    parser = _Tables()
    parser.feed(content.decode())
    return parser.tables


def of_package(content: bytes) -> dict[str, Grid]:
    """The CSV files of the archive by name; a cell is a number where the dictionary says that its field is one."""
    files = unpacked(content)
    return {
        one["name"]: _typed(one, list(csv.reader(io.StringIO(files[one["path"]].decode("utf-8-sig"), newline=""))))
        for one in json.loads(files["datapackage.json"])["resources"]
    }


def _typed(resource: dict[str, Any], lines: Grid) -> Grid:
    kinds = [field["type"] for field in resource["schema"]["fields"]]
    missing = resource["schema"]["missingValues"]
    read = {"integer": int, "number": float}
    rows = [
        [cell if cell in missing else read.get(kind, str)(cell) for kind, cell in zip(kinds, line, strict=True)]
        for line in lines[1:]
    ]
    return [lines[0], *rows]


def of_ods(content: bytes) -> dict[str, Grid]:
    """The sheets by name, each with every row of it."""
    book = odfdo.Document(io.BytesIO(content))
    return {
        sheet.name or "": [
            [float(cell) if isinstance(cell, Decimal) else cell for cell in row] for row in sheet.iter_values()
        ]
        for sheet in book.body.tables
    }


def of_xlsx(content: bytes) -> dict[str, Grid]:
    """The sheets by name, each with every row of it."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheets = {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets}
    book.close()
    return sheets


def of_pdf(content: bytes) -> str:
    """All the text of the pages, one space between words."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())
