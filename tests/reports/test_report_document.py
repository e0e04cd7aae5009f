"""A report is frozen as bytes that say all of it, and thawed again as it was."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest

from reports.document import HIDDEN, Column, Document, Kind, Section, Table, freeze, printed, thaw
from reports.rates import Rate

TABLE = Table(
    name="attendance",
    caption="Attendance of each police unit",
    of="police seats",
    by="police unit",
    columns=(
        Column(name="unit", title="Police unit", kind=Kind.WORDS),
        Column(name="expected", title="Expected"),
        Column(name="attendance_rate", title="Attendance rate", kind=Kind.RATE),
        Column(name="interval", title="95% interval", kind=Kind.INTERVAL),
        Column(name="median_hours", title="Median hours", kind=Kind.NUMBER, unit="hours"),
    ),
    rows=(
        ("Essex Police", 12, Rate(10, 12), Rate(10, 12).interval, 20.25),
        ("Kent Police", HIDDEN, HIDDEN, None, 3.0),
    ),
    total=("All police units", 15, Rate(11, 15), Rate(11, 15).interval, None),
)
REPORT = Document(
    title="Attendance of police units",
    finding="Police came.",
    period="2026-Q3",
    period_name="July to September 2026",
    first=date(2026, 7, 1),
    last=date(2026, 9, 30),
    type="missing strategy meeting",
    counted_at=datetime(2026, 10, 9, 8, 0, tzinfo=UTC),
    software="0.1.0",
    threshold=5,
    sections=(Section(name="attendance", heading="Attendance", tables=(TABLE,)),),
)


def test_a_report_that_was_frozen_thaws_as_it_was() -> None:
    assert thaw(freeze(REPORT)) == REPORT


def test_the_same_report_freezes_to_the_same_bytes() -> None:
    assert freeze(thaw(freeze(REPORT))) == freeze(REPORT)


def test_what_is_no_report_does_not_thaw() -> None:
    with pytest.raises(msgspec.ValidationError):
        thaw(b'{"title": "half a report"}')


def test_a_report_knows_its_tables_in_order() -> None:
    assert REPORT.tables == (TABLE,)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (1234, "1,234"),
        (20.25, "20.2"),
        (None, "–"),
        (HIDDEN, "[c]"),
        (Rate(10, 12), "83% (10 of 12)"),
        (Rate(10, 12).interval, "55% to 95%"),
        ("Essex Police", "Essex Police"),
    ],
)
def test_cells_are_printed_for_people(cell: object, words: str) -> None:
    assert printed(cell) == words  # type: ignore[arg-type]  # each case is one kind of cell
