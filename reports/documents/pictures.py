"""The charts of a document, each drawn from the cells of its own table and nothing else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from reports.document import Chart, Document, Table

AT_ONCE = 2  # one is specified while another is painted


class Draws(Protocol):
    """Draws one chart as SVG; `charts.svg` does."""

    def __call__(self, chart: Chart, table: Table, /) -> str: ...


def pictures(document: Document, draws: Draws) -> dict[str, str]:
    """The SVG of every chart by the chart's name.

    :raises KeyError: when a chart names a table that the document does not hold.
    """
    tables = {table.name: table for table in document.tables}
    charts = (chart for section in document.sections for chart in section.charts)
    with ThreadPoolExecutor(AT_ONCE) as drawing:
        begun = {chart.name: drawing.submit(draws, chart, tables[chart.table]) for chart in charts}
        return {name: drawn.result() for name, drawn in begun.items()}
