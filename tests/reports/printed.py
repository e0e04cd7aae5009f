"""A report as it was printed: the tables of its page, and the rows of its files."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser

from tests.browsing import Browser


class Tables(HTMLParser):
    """The tables of a page by caption: rows of (tag, scope, text)."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, list[list[tuple[str, str, str]]]] = {}
        self._caption = self._text = self._scope = ""
        self._rows: list[list[tuple[str, str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._rows = []
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("caption", "th", "td"):
            self._text, self._scope = "", dict(attrs).get("scope") or ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        text = " ".join(self._text.split())
        if tag == "caption":
            self._caption = text
        elif tag in ("th", "td"):
            self._rows[-1].append((tag, self._scope, text))
        elif tag == "table":
            self.found[self._caption] = self._rows

    def texts(self, caption: str) -> list[list[str]]:
        return [[text for _, _, text in row] for row in self.found[caption]]


async def read_file(browser: Browser, address: str) -> list[dict[str, str]]:
    answer = await browser.get(address)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def printed_from_file(row: dict[str, str], name: str) -> str:
    """What the page should print for the file's cells of this heading."""
    if f"{name}: part" in row:
        percent = row[f"{name} (%)"]
        shown = f"{percent}%" if percent else "–"
        return f"{shown} ({row[f'{name}: part']} of {row[f'{name}: of']})"
    if f"{name}: from (%)" in row:
        low, high = row[f"{name}: from (%)"], row[f"{name}: to (%)"]
        return f"{low}% to {high}%" if low else "–"
    return row[name] or "–"
