"""A report as open data: one CSV file a table (RFC 4180), and a dictionary that programs read.

A Data Package with a Table Schema for each table, after specs.frictionlessdata.io, version 1. The licence is the
publisher's to give, so none is claimed.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Sequence

from reports.document import Document, in_file_names
from reports.documents.archive import archive
from reports.documents.flat import HIDDEN, NOTHING, Field, Flat, Plain, flat
from reports.documents.shown import fingerprint, kept_back
from reports.documents.words import clean

ABOUT = (
    Field("report_period", "Period", "string", "The period that the report is about."),
    Field("report_first_day", "First day", "date", "The first day of the period."),
    Field("report_last_day", "Last day", "date", "The last day of the period, which is part of it."),
    Field("report_type", "Meeting type", "string", "The type of meeting. Types are never mixed in one rate."),
    Field(
        "row_kind", "Row or total", "string", "Whether the line is a row, or the total of the rows: never add both."
    ),
)


def write(document: Document) -> bytes:
    """The archive: datapackage.json first, then a file a table. The same document gives the same bytes."""
    files = {f"{table.name}.csv": _lines(document, flat(table)) for table in document.tables}
    package = json.dumps(_package(document, files), ensure_ascii=False, indent=2) + "\n"
    return archive({"datapackage.json": package.encode(), **files}, document.counted_at)


def _lines(document: Document, table: Flat) -> bytes:
    """The table with what it is about before each row, so that files can be put under one another.

    Begins with a byte order mark: without it Excel misreads letters beyond ASCII.
    """
    about = (document.period, document.first.isoformat(), document.last.isoformat(), clean(document.type))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([field.name for field in _fields(table)])
    for n, row in enumerate(table.rows, 1):
        writer.writerow([*about, _kind(table, n), *row])
    return out.getvalue().encode("utf-8-sig")


def _kind(table: Flat, n: int) -> str:
    return "total" if table.has_total and n == len(table.rows) else "row"


def _fields(table: Flat) -> tuple[Field, ...]:
    return (*ABOUT, *table.fields)


def _package(document: Document, files: dict[str, bytes]) -> dict[str, object]:
    resources = [_resource(document, flat(table), files[f"{table.name}.csv"]) for table in document.tables]
    return {
        "profile": "tabular-data-package",
        "name": f"convene-{in_file_names(document.period.lower())}",
        "title": clean(f"{document.title}: {document.period_name}, {document.type}"),
        "description": clean(document.finding),
        "created": document.counted_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "resources": resources,
        "convene": {
            "software": clean(document.software),
            "fingerprint": f"sha256:{fingerprint(document)}",
            "threshold": document.threshold,
            "missing_values": _missing(document),
            "caveats": [clean(caveat) for caveat in document.caveats],
            "rules": [clean(rule) for rule in document.rules],
        },
    }


def _missing(document: Document) -> dict[str, str]:
    """What stands instead of a number, and what it means."""
    nothing = {NOTHING: "Not applicable: nothing was counted, so there is nothing to say."}
    return {HIDDEN: kept_back(document)} | nothing if document.threshold else nothing


def _resource(document: Document, table: Flat, content: bytes) -> dict[str, object]:
    schema: dict[str, object] = {
        "fields": [_described(field) for field in _fields(table)],
        "missingValues": ["", *_missing(document)],
    }
    if key := _key(table):
        schema["primaryKey"] = key
    return {
        "profile": "tabular-data-resource",
        "name": table.name.lower(),
        "path": f"{table.name}.csv",
        "title": table.caption,
        "description": " ".join([*([table.note] if table.note else []), *_findings(document, table.name)]),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {
            "delimiter": ",",
            "lineTerminator": "\r\n",
            "quoteChar": '"',
            "doubleQuote": True,
            "header": True,
        },
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": schema,
    }


def _findings(document: Document, table: str) -> list[str]:
    """What the charts drawn of the table show."""
    charts = (chart for section in document.sections for chart in section.charts)
    return [clean(chart.finding) for chart in charts if chart.table == table]


def _described(field: Field) -> dict[str, str]:
    described = {
        "name": field.name,
        "title": field.title,
        "type": field.type,
        "description": field.means or field.title,
    }
    if field.type == "date":
        described["format"] = "default"
    return described | ({"unit": field.unit} if field.unit else {})


def _key(table: Flat) -> list[str]:
    """The fewest first columns of words that tell every row from every other; none where even all do not."""
    kinds = [_kind(table, n) for n in range(1, len(table.rows) + 1)]
    words = [n for n, field in enumerate(table.fields) if field.type == "string"]
    for many in range(1, len(words) + 1):
        told = [(kind, *_at(row, words[:many])) for kind, row in zip(kinds, table.rows, strict=True)]
        if len(set(told)) == len(told):
            first = [field.name for field in ABOUT if field.name not in ("report_first_day", "report_last_day")]
            return [*first, *(table.fields[n].name for n in words[:many])]
    return []


def _at(row: Sequence[Plain], places: Sequence[int]) -> tuple[Plain, ...]:
    return tuple(row[n] for n in places)
