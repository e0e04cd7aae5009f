"""What the journey leaves behind: its report as files and as a table in the terminal."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from rich.table import Table as Shown

from demo.tally import Line
from reports.document import Document, Kind, Table, printed
from reports.documents import csv

_TEMPLATES = Path(__file__).parent / "templates"


def write(report: Document, folder: Path) -> list[Path]:
    """The report is in the folder as one page and as a file for each table; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    about = {"First day": report.first.isoformat(), "Last day": report.last.isoformat()}
    files = {"report.html": _page(report)} | {f"{t.name}.csv": csv.write(t, about) for t in report.tables}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


def attendance(table: Table) -> Shown:
    """The attendance of each unit for the terminal, as the report's page has it."""
    shown = Shown(title=table.caption, show_footer=True)
    for column, cell in zip(table.columns, table.total or (), strict=True):
        name = column.kind is Kind.WORDS
        shown.add_column(column.title, footer=printed(cell), justify="left" if name else "right", no_wrap=name)
    for row in table.rows:
        shown.add_row(*map(printed, row))
    return shown


def books(lines: list[Line]) -> Shown:
    """Every count that was held against another."""
    shown = Shown(title="Counted on two sides")
    for head in ("What", "One side", "", "The other side", "", ""):
        shown.add_column(head, justify="right" if not head else "left")
    for line in lines:
        verdict = "agree" if line.agrees else "DIFFER"
        shown.add_row(line.what, line.one_side, f"{line.one:,}", line.other_side, f"{line.other:,}", verdict)
    return shown


def table(report: Document, name: str) -> Table:
    """The table of this name."""
    return next(one for one in report.tables if one.name == name)


def _page(report: Document) -> bytes:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["printed"] = printed
    return environment.get_template("demo/journey.html").render(report=report).encode()
