"""Where each release lies in the open-data folder, and the page and the list that lead to all of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, Final

import msgspec

from reports.document import in_file_names
from web.filters import day
from web.moments import london_date

# The file's name in the folder, the format it is made in ("" for the published file itself), and what it is.
FILES: Final = (
    ("report.html", "html", "Report to read in a browser"),
    ("report.pdf", "pdf", "Report to print (PDF)"),
    ("report.ods", "ods", "Tables (OpenDocument spreadsheet)"),
    ("report.xlsx", "xlsx", "Tables (Excel workbook)"),
    ("data.zip", "csv", "Tables (CSV) with their data dictionary"),
    ("report.json", "", "The published file, which can be checked by itself"),
)
_STYLE: Final = (
    "body{font-family:Arial,sans-serif;line-height:1.5;color:#0b0c0c;background:#fff;max-width:60rem;margin:0 auto;"
    "padding:1rem}h1{font-size:1.8rem}h2{font-size:1.3rem;margin-top:2.5rem}a{color:#1d70b8}"
    "a:focus{outline:3px solid #0b0c0c;background:#fd0}li{margin:.3rem 0}.quiet{color:#484949}"
    ".hash{font-family:monospace;overflow-wrap:anywhere}"
)


@dataclass(frozen=True)
class Release:
    """One revision in the folder: the SHA-256 of each file by its name; which revision supersedes it, 0 for none."""

    publication: str
    period: str
    period_name: str
    type: str
    revision: int
    title: str
    finding: str
    released_at: datetime
    sha256: str
    reason: str
    files: Mapping[str, str]
    superseded: int = 0

    @property
    def folder(self) -> str:
        return folder_of(self.period, self.type, self.revision)


def folder_of(period: str, meeting_type: str, revision: int) -> str:
    """As "2026-Q3/missing-strategy-meeting/r1": lower-case words, so that it is the same on every system."""
    kind = re.sub(r"[^a-z0-9]+", "-", meeting_type.lower()).strip("-")
    return f"{in_file_names(period)}/{kind}/r{revision}"


def index_json(releases: Sequence[Release]) -> bytes:
    """The list for machines: each revision with the hash of each file. The same bytes for the same releases."""
    listed: list[dict[str, Any]] = [
        {
            "publication": one.publication,
            "period": one.period,
            "period_name": one.period_name,
            "type": one.type,
            "revision": one.revision,
            "title": one.title,
            "finding": one.finding,
            "released_at": one.released_at,
            "publication_sha256": one.sha256,
            "reason": one.reason,
            "superseded_by": one.superseded or None,
            "files": [
                {"path": f"{one.folder}/{name}", "sha256": one.files[name], "means": means}
                for name, _, means in FILES
            ],
        }
        for one in releases
    ]
    return msgspec.json.format(msgspec.json.encode({"releases": listed}), indent=2) + b"\n"


def index_html(releases: Sequence[Release]) -> bytes:
    """The page for people: the newest period first, corrected reports marked and kept."""
    body = "".join(map(_section, releases)) or "<p>No report has been published yet.</p>"
    return (
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Police attendance at strategy meetings: published reports</title><style>{_STYLE}</style></head>"
        "<body><main><h1>Police attendance at strategy meetings: published reports</h1>"
        "<p>Each report is published once and never altered. Where figures were corrected there is a newer revision, "
        "which says what changed and why; the earlier one stays here. Small counts are hidden and shown as [c].</p>"
        '<p>The same list for machines: <a href="index.json">index.json</a>.</p>'
        f"{body}</main></body></html>\n"
    ).encode()


def _section(one: Release) -> str:
    named = f"{one.period_name[:1].upper()}{one.period_name[1:]}, {one.type}"
    revision = f", revision {one.revision}" if one.revision > 1 or one.superseded else ""
    links = "".join(
        f'<li><a href="{escape(f"{one.folder}/{name}")}">{escape(means)}</a>: {name}<br>'
        f'<span class="quiet">SHA-256 <span class="hash">{one.files[name]}</span></span></li>'
        for name, _, means in FILES
    )
    notes = [f"Published on {day(london_date(one.released_at))}."]
    if one.reason:
        notes.append(f"It corrects revision {one.revision - 1}: {one.reason}")
    marked = (
        f"<p><strong>Superseded by revision {one.superseded}.</strong> Kept as it was published.</p>"
        if one.superseded
        else ""
    )
    return (
        f'<section aria-labelledby="{_id(one)}"><h2 id="{_id(one)}">{escape(named + revision)}</h2>{marked}'
        f"<p>{escape(one.finding)}</p><p>{escape(' '.join(notes))}</p><ul>{links}</ul>"
        f'<p class="quiet">The hash in the letter to the committee, which report.json carries: SHA-256 '
        f'<span class="hash">{one.sha256}</span></p>'
        "</section>"
    )


def _id(one: Release) -> str:
    return one.folder.replace("/", "-").lower()
