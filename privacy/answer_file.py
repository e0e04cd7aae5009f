"""What is held of somebody, as a file that a person can read and a machine too. Pure."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from directory.csv_text import plain

_STYLE: Final = (
    "body{font-family:Arial,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;line-height:1.4}"
    "table{border-collapse:collapse;margin:0 0 2rem}th,td{border:1px solid #767676;padding:.3rem .5rem;"
    "text-align:left;vertical-align:top}caption{text-align:left;font-weight:bold;font-size:1.2rem;padding:.5rem 0}"
)


@dataclass(frozen=True)
class Section:
    """One kind of row: its columns by name, and a text or nothing for each."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Mapping[str, str]]


def pack(title: str, about: Sequence[str], sections: Sequence[Section]) -> bytes:
    """The answer as a zip: a page to read, the same as JSON, and a CSV file a section."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("read-me-first.html", _page(title, about, sections))
        archive.writestr("all.json", _json(title, about, sections))
        for number, section in enumerate(sections, start=1):
            if section.rows:
                archive.writestr(f"{number:02}-{section.name}.csv", _csv(section))
    return out.getvalue()


def heading(column: str) -> str:
    """A column's name for people."""
    words = column.replace("_", " ")
    return words[:1].upper() + words[1:]


def _page(title: str, about: Sequence[str], sections: Sequence[Section]) -> str:
    tables = "".join(_table(section) for section in sections if section.rows)
    empty = ", ".join(escape(section.title) for section in sections if not section.rows)
    nothing = f"<h2>Nothing is held under</h2><p>{empty}.</p>" if empty else ""
    said = "".join(f"<p>{escape(sentence)}</p>" for sentence in about)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>{said}{tables}{nothing}</body></html>"
    )


def _table(section: Section) -> str:
    head = "".join(f'<th scope="col">{escape(heading(column))}</th>' for column in section.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(row[column])}</td>" for column in section.columns) + "</tr>"
        for row in section.rows
    )
    caption = f"<caption>{escape(section.title)}</caption>"
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _json(title: str, about: Sequence[str], sections: Sequence[Section]) -> str:
    held = {section.name: [dict(row) for row in section.rows] for section in sections}
    return json.dumps({"title": title, "about": list(about), "held": held}, ensure_ascii=False, indent=2)


def _csv(section: Section) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([heading(column) for column in section.columns])
    writer.writerows([plain(row[column]) for column in section.columns] for row in section.rows)
    return out.getvalue().encode("utf-8-sig")
