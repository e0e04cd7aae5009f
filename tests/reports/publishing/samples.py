"""A small report of one quarter, as tests publish it; what a test does not say changes nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime

from reports.document import Cell, Column, Document, Kind, Section, Table
from reports.rates import Rate

COUNTED = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
COLUMNS = (
    Column(name="unit", title="Police unit", kind=Kind.WORDS),
    Column(name="expected", title="Expected", means="Seats on the invitation list of the meetings held."),
    Column(name="rate", title="Attendance rate", kind=Kind.RATE, means="(Attended + deputy) ÷ recorded."),
)


def row(unit: str, expected: Cell, rate: Cell) -> tuple[Cell, ...]:
    return (unit, expected, rate)


ROWS = (row("Central East", 40, Rate(31, 40)), row("South", 60, Rate(48, 60)))
TOTAL = row("All police units", 100, Rate(79, 100))


def report(
    rows: tuple[tuple[Cell, ...], ...] = ROWS,
    total: tuple[Cell, ...] | None = TOTAL,
    *,
    period: str = "2026-Q3",
    first: date = date(2026, 7, 1),
    last: date = date(2026, 9, 30),
    finding: str = "From July to September 2026 police units came to 79% of seats (79 of 100).",
    counted_at: datetime = COUNTED,
) -> Document:
    table = Table(
        name="attendance",
        caption="Attendance of each police unit",
        of="police seats",
        by="police unit",
        columns=COLUMNS,
        rows=rows,
        total=total,
    )
    return Document(
        title="Police attendance at strategy meetings",
        finding=finding,
        period=period,
        period_name="July to September 2026",
        first=first,
        last=last,
        type="missing strategy meeting",
        counted_at=counted_at,
        software="Convene 0.1.0, queries 3f9a2b71c04d",
        sections=(Section(name="attendance", heading="Attendance", tables=(table,)),),
        caveats=("Numbers are small.",),
        rules=("HIGH: a strategy meeting within 24 hours.",),
    )
