"""A report as an OpenDocument spreadsheet, the format that public bodies publish in first."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import timedelta
from xml.sax.saxutils import quoteattr

import odfdo

from reports.document import Document
from reports.documents.archive import archive, unpacked
from reports.documents.flat import Plain
from reports.documents.sheets import Book, Sheet, book

LANGUAGE = "en-GB"
_PARAGRAPH, _CELL = '<style:paragraph-properties fo:text-align="{}"/>', "<style:table-cell-properties {}/>"
_BOLD = '<style:text-properties fo:font-weight="bold"{}/>'
_WRAPPED = 'fo:wrap-option="wrap" style:vertical-align="top"'
_STYLES = (
    ("table-cell", "title", _BOLD.format(' fo:font-size="16pt"')),
    ("table-cell", "heading", _BOLD.format(' fo:font-size="13pt"')),
    ("table-cell", "head", _CELL.format(f'{_WRAPPED} fo:border-bottom="0.75pt solid #000000"') + _BOLD.format("")),
    ("table-cell", "words", _CELL.format(_WRAPPED) + _PARAGRAPH.format("start")),
    ("table-cell", "number", _CELL.format('style:vertical-align="top"') + _PARAGRAPH.format("end")),
    ("table-column", "label", '<style:table-column-properties style:column-width="6.5cm"/>'),
    ("table-column", "narrow", '<style:table-column-properties style:column-width="3cm"/>'),
    ("table-column", "wordy", '<style:table-column-properties style:column-width="14cm"/>'),
)
_THUMBNAIL = "Thumbnails/thumbnail.png"  # the library's, of an empty sheet


def write(document: Document) -> bytes:
    """The spreadsheet. Words are text and never formulas; the same document gives the same bytes."""
    told = book(document)
    made = odfdo.Document("spreadsheet")
    _describe(made, told, document)
    for family, name, properties in _STYLES:
        style = f'<style:style style:name="{name}" style:family="{family}">{properties}</style:style>'
        made.insert_style(style, automatic=True)
    sheets = (_contents(told), *told.words, *told.tables)
    made.body.clear()
    made.body.append(_cover(told))
    for sheet in sheets:
        made.body.append(_sheet(sheet, links=sheet is sheets[0]))
    made.body.append(_marked(sheets))
    out = io.BytesIO()
    made.save(out)
    return _packed(out.getvalue(), document)


def _describe(made: odfdo.Document, told: Book, document: Document) -> None:
    """The properties of the file: what it is and in which language. Nobody is named."""
    at = document.counted_at.replace(tzinfo=None, microsecond=0)
    inside = made.meta.get_element("//office:meta")
    assert inside is not None, "every document describes itself"
    inside.clear()
    made.meta.title, made.meta.subject, made.meta.language = told.title, told.subject, LANGUAGE
    made.meta.set_creation_date(at)
    made.meta.set_modification_date(at)
    made.meta.set_editing_cycles(1)
    made.meta.set_editing_duration(timedelta())


def _cover(told: Book) -> odfdo.Table:
    sheet = _empty("Cover", ("wordy",))
    sheet.append(_row([told.title], "title"))
    for heading, lines in told.cover:
        sheet.append(_row([heading], "heading"))
        for line in lines:
            sheet.append(_row([line], "words"))
    return sheet


def _contents(told: Book) -> Sheet:
    rows = tuple((sheet.label, sheet.title) for sheet in (*told.words, *told.tables))
    above = ("This worksheet contains one table.",)
    return Sheet("Contents", "Contents", above, ("Sheet", "What it shows"), rows, wordy=True)


def _sheet(sheet: Sheet, *, links: bool = False) -> odfdo.Table:
    """A sheet whose table has a row of heads that programs and readers by ear know as such."""
    widths = ["label", *(["wordy" if sheet.wordy else "narrow"] * (len(sheet.heads) - 1))]
    made = _empty(sheet.label, widths)
    made.append(_row([sheet.title], "title"))
    for line in sheet.above:
        made.append(_row([line], ""))
    heads = odfdo.Element.from_tag("table:table-header-rows")
    heads.append(_row(sheet.heads, "head"))
    made.append(heads)
    for row in sheet.rows:
        made.append(_row(row, "words", links=links))
    return made


def _empty(label: str, widths: Sequence[str]) -> odfdo.Table:
    sheet = odfdo.Table(label)
    for style in widths:
        sheet.append(odfdo.Element.from_tag(f"<table:table-column table:style-name={quoteattr(style)}/>"))
    return sheet


def _row(values: Sequence[Plain], style: str, *, links: bool = False) -> odfdo.Row:
    row = odfdo.Row()
    for n, value in enumerate(values):
        numeric = isinstance(value, int | float) or value in ("[c]", "[z]")
        cell = odfdo.Cell(value, style=("number" if style == "words" and numeric else style) or None)
        if links and n == 0:
            cell.clear()
            cell.set_attribute("office:value-type", "string")
            link = odfdo.Element.from_tag("text:p")
            link.append(odfdo.Link(f"#{value}.A1", text=str(value)))
            cell.append(link)
        row.append(cell)
    return row


def _marked(sheets: Sequence[Sheet]) -> odfdo.Element:
    """The range of each table with its heads, as LibreOffice lists them under "Define range"."""
    ranges = odfdo.Element.from_tag("table:database-ranges")
    for sheet in sheets:
        top = len(sheet.above) + 2
        last = f"{_letters(len(sheet.heads))}{top + len(sheet.rows)}"
        ranges.append(
            odfdo.Element.from_tag(
                f'<table:database-range table:name="{sheet.label}_data" table:contains-header="true" '
                f'table:target-range-address="{sheet.label}.A{top}:{sheet.label}.{last}"/>'
            )
        )
    return ranges


def _letters(column: int) -> str:
    """How spreadsheets call a column, from 1: A to Z, then AA."""
    return ("" if column <= 26 else _letters((column - 1) // 26)) + chr(ord("A") + (column - 1) % 26)


def _packed(content: bytes, document: Document) -> bytes:
    """The file without the library's thumbnail and with the document's time in place of the clock's."""
    files = {name: held for name, held in unpacked(content).items() if not name.endswith("/") and name != _THUMBNAIL}
    manifest = files["META-INF/manifest.xml"].decode().splitlines(keepends=True)
    files["META-INF/manifest.xml"] = "".join(line for line in manifest if _THUMBNAIL not in line).encode()
    return archive(files, document.counted_at, stored=frozenset({"mimetype"}))
