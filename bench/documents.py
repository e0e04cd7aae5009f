"""How long each file of a full report takes, and how large it is: `./run bench documents`. Prints, asserts nothing.

The report has 14 units, 20 tables and 16 charts of three years. Each file is made as in the product: in a process of
its own, with the start of Python and the loading of its libraries. Times are the best of `--rounds`.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from datetime import UTC, date, datetime

from reports.document import Chart, Column, Document, Kind, Section, Table, freeze
from reports.funnel import funnel
from reports.making import Format, made
from reports.rates import Rate
from reports.runs import run_charts

UNITS = [f"Unit {n:02} BCU" for n in range(1, 15)]
COLUMNS = (
    Column(name="unit", title="Police unit", kind=Kind.WORDS),
    *(Column(name=f"count_{n}", title=f"Count of kind {n}", means="What was counted.") for n in range(1, 8)),
    Column(name="rate", title="Attendance rate", kind=Kind.RATE, means="Attended or sent a deputy."),
    Column(name="interval", title="95% interval", kind=Kind.INTERVAL, means="Wilson score interval."),
)


def report() -> Document:
    """A report as large as the committee's; its numbers mean nothing."""
    months = [
        (unit, date(2024 + n // 12, n % 12 + 1, 1), Rate(60 + (7 * n + place) % 30, 100))
        for place, unit in enumerate(UNITS)
        for n in range(36)
    ]
    run_tables, run_pictures = run_charts(months, {})
    funnels = [
        funnel([(unit, Rate(60 + n + k, 100)) for n, unit in enumerate(UNITS)], whole="London") for k in (0, 9)
    ]
    tables = [_renamed(table, n) for n, (table, _) in enumerate(funnels)]
    pictures = [_moved(chart, n) for n, (_, chart) in enumerate(funnels)]
    plain = [_counts(n) for n in range(20 - len(tables) - len(run_tables))]
    return Document(
        title="Attendance of police units",
        finding="A finding of one sentence.",
        period="2026-27",
        period_name="financial year 2026 to 2027",
        first=date(2026, 4, 1),
        last=date(2027, 3, 31),
        type="missing strategy meeting",
        counted_at=datetime(2027, 4, 9, 8, 0, tzinfo=UTC),
        software="Convene",
        threshold=5,
        sections=(
            Section(name="units", heading="Each unit", charts=tuple(pictures), tables=tuple(tables)),
            Section(name="months", heading="Month by month", charts=run_pictures, tables=run_tables),
            Section(name="counts", heading="Counts", tables=tuple(plain)),
        ),
    )


def _counts(n: int) -> Table:
    rows = [(unit, *range(n, n + 7), Rate(80 + n, 120), Rate(80 + n, 120).interval) for unit in UNITS]
    return Table(name=f"counts_{n}", caption=f"Counts {n}", of="seats", by="unit", columns=COLUMNS, rows=tuple(rows))


def _renamed(table: Table, n: int) -> Table:
    return Table(**{**{name: getattr(table, name) for name in table.__struct_fields__}, "name": f"funnel_{n}"})


def _moved(chart: Chart, n: int) -> Chart:
    moved = {"name": f"funnel_{n}", "table": f"funnel_{n}"}
    return Chart(**{**{name: getattr(chart, name) for name in chart.__struct_fields__}, **moved})


async def _print(rounds: int) -> None:
    document = report()
    charts = sum(len(section.charts) for section in document.sections)
    print(f"{len(UNITS)} units, {len(document.tables)} tables, {charts} charts")
    for kind in Format:
        took = []
        for _ in range(rounds):
            began = time.perf_counter()
            content = await made(freeze(document), kind)
            took.append(time.perf_counter() - began)
        print(f"{kind:5} {min(took):6.1f} s {len(content) / 1000:9,.0f} kB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    asyncio.run(_print(parser.parse_args().rounds))


if __name__ == "__main__":
    main()
