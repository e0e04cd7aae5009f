"""A report with every kind of cell, as long and as wide as the committee's, and with words that mean harm."""

from __future__ import annotations

from datetime import UTC, date, datetime

from reports.document import HIDDEN, Cell, Chart, Column, Document, Kind, Section, Sum, Table
from reports.rates import Rate

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    'He said "no", then left',
    "right \u202eto left\u2069 and a null \x00 and a bell \x07",
    "a very long name " * 20,
    "[a link](https://harm.example) and $$a note$$",
    "<script>alert(1)</script> & <b>bold</b>",
    "#let x = 1; #panic() *bold* _it_ `raw` $x$",
    "日本 \U0001f600",
    "…",
    "[c]",
)


def column(name: str, title: str, kind: Kind = Kind.COUNT, unit: str = "") -> Column:
    return Column(name=name, title=title, kind=kind, unit=unit, means=f"What {title.lower()} means, in one sentence.")


COLUMNS = (
    column("unit", "Police unit", Kind.WORDS),
    column("expected", "Expected"),
    column("attended", "Attended"),
    column("attendance_rate", "Attendance rate", Kind.RATE),
    column("interval", "95% interval", Kind.INTERVAL),
    column("median_hours", "Median hours of notice", Kind.NUMBER, "hours"),
    column("remark", "Remark", Kind.WORDS),
)


def row(label: str, n: int) -> tuple[Cell, ...]:
    """A row whose cells are of every kind in turn; its numbers tell its place."""
    whole = 1000 * n + 7
    rate = Rate(whole - n, whole)
    cells: tuple[Cell, ...] = (whole, whole - n, rate, rate.interval, n + 0.25, "recorded in full")
    if n % 5 == 2:
        cells = (HIDDEN, HIDDEN, HIDDEN, HIDDEN, HIDDEN, "")
    if n % 5 == 3:
        cells = (0, 0, Rate(0, 0), Rate(0, 0).interval, None, "nothing was counted")
    return label, *cells


HARM = Table(
    name="harm",
    caption="Attendance of each police unit",
    of="police seats",
    by="police unit",
    columns=COLUMNS,
    rows=tuple(row(label, n) for n, label in enumerate(HOSTILE, 1)),
    total=row("=All police units", 21),
    sums=(Sum("expected", ("attended",)),),
    note="A seat is a place that one unit must fill at one meeting.",
)
LONG = Table(
    name="long",
    caption="Every place",
    of="police seats",
    by="place",
    columns=COLUMNS,
    rows=tuple(row(f"Place{n:03}", n) for n in range(1, 401)),
)
WIDE = Table(
    name="wide",
    caption="Every measure of each police unit",
    of="police seats",
    by="police unit",
    columns=(COLUMNS[0], *(column(f"rate_{n}", f"Recording completeness {n}", Kind.RATE) for n in range(1, 21))),
    rows=tuple(
        (f"Central North BCU {m}", *(Rate(m * 100 + n, 2000 + n) for n in range(1, 21))) for m in range(1, 15)
    ),
    total=("All police units", *(Rate(1400 + n, 28000) for n in range(1, 21))),
)
EMPTY = Table(name="empty", caption="Not convened", of="decisions", by="reason", columns=COLUMNS[:2], rows=())
CHART = Chart(
    name="funnel",
    kind="funnel",
    table="wide",
    title="Attendance of each unit beside London's",
    finding="Two units lie below the limits: Central North BCU 1 and Central North BCU 2.",
    alt="A funnel plot of 14 units. Twelve lie within the limits of London's rate, two below.",
)
WHOLE = Document(
    title="Attendance of police units",
    finding="From July to September 2026 police units came to 83% of meetings (1200 of 1440).",
    period="2026-Q3",
    period_name="July to September 2026",
    first=date(2026, 7, 1),
    last=date(2026, 9, 30),
    type="missing strategy meeting",
    counted_at=datetime(2026, 10, 9, 8, 0, tzinfo=UTC),
    software="Convene 0.1.0",
    threshold=5,
    sections=(
        Section(name="attendance", heading="Attendance", sentences=("=1+1 is no formula.",), tables=(HARM, EMPTY)),
        Section(name="measures", heading="Every measure", charts=(CHART,), tables=(WIDE,)),
        Section(name="places", heading="Places", tables=(LONG,)),
    ),
    caveats=("Rates cover recorded triggers only.", "Deputies count as attended."),
    rules=("A strategy meeting is due within 72 hours (invented for this test).",),
)


def drawn(chart: Chart, table: Table) -> str:
    """A picture in place of the real charts: a bar a row, and one label."""
    bars = "".join(f'<rect x="{20 * n}" y="{150 - 5 * n}" width="12" height="{5 * n}"/>' for n in range(1, 15))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="480" height="170" viewBox="0 0 480 170">'
        f'{bars}<text x="20" y="165" font-family="Noto Sans" font-size="11">{len(table.rows)} units</text></svg>'
    )
