"""A report as one HTML file: it asks for nothing outside itself, and can be read on a phone, by ear and on paper."""

from __future__ import annotations

import base64
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from reports.document import Document
from reports.documents.pictures import Draws, pictures
from reports.documents.shown import shown

_TEMPLATES = Path(__file__).parents[1] / "templates"


def write(document: Document, draws: Draws) -> bytes:
    """The page in UTF-8. Charts are images within it, so that nothing in one can meet anything of another."""
    drawn = pictures(document, draws)
    said = (
        _environment()
        .get_template("reports/file.html")
        .render(
            shown=shown(document),
            style=Markup((_TEMPLATES / "reports" / "file.css").read_text(encoding="utf-8")),  # noqa: S704  our own file
            pictures={name: _address(picture) for name, picture in drawn.items()},
        )
    )
    return said.encode()


def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)


def _address(picture: str) -> str:
    """The picture as an address that holds it."""
    return f"data:image/svg+xml;base64,{base64.b64encode(picture.encode()).decode()}"
