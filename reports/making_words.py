"""What is said between who wants a file of a report and the process that makes it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

LARGEST = 40 * 1024 * 1024  # octets of a frozen report, and of a file made of one


class Format(StrEnum):
    """What a report can be made into. CSV is an archive of one file a table with its data dictionary."""

    HTML = "html"
    PDF = "pdf"
    ODS = "ods"
    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"

    @property
    def ending(self) -> str:
        """How the name of such a file ends."""
        return "zip" if self is Format.CSV else self.value

    @property
    def media_type(self) -> str:
        """As browsers and mail programs are told."""
        return _MEDIA_TYPES[self]

    @property
    def words(self) -> str:
        """What people call it."""
        return _WORDS[self]


_MEDIA_TYPES = {
    Format.HTML: "text/html; charset=utf-8",
    Format.PDF: "application/pdf",
    Format.ODS: "application/vnd.oasis.opendocument.spreadsheet",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.CSV: "application/zip",
    Format.JSON: "application/json",
}
_WORDS = {
    Format.HTML: "Web page (HTML)",
    Format.PDF: "Document to print (PDF)",
    Format.ODS: "Spreadsheet (ODS)",
    Format.XLSX: "Excel workbook (XLSX)",
    Format.CSV: "Open data (CSV with its dictionary, ZIP)",
    Format.JSON: "The figures as they are kept (JSON)",
}


class Step(msgspec.Struct, frozen=True, tag="step"):
    """So many of the charts are drawn."""

    done: int
    many: int


class End(msgspec.Struct, frozen=True, tag="end"):
    """The file follows, so long; or it could not be made, and this kind of error is why."""

    size: int
    why: str = ""
