"""The dataset of missing children and the meetings about them: counts by borough and month, totals derived only.

Recommendation 1 of the London Assembly's Missing children in London (2023) asks for one dataset; the committee had
found figures in which the individuals did not add up and were taken for incidents. Here both are counted, apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

import msgspec

from reports import dataset_columns as columns
from reports import periods
from reports.counts import Cut, MeetingCounts, SeatCounts, TriggerCounts
from reports.dataset_columns import sum_of
from reports.dataset_counts import Dataset, Incidents, Individuals, check
from reports.document import Cell, Column, Document, Kind, Link, Place, Section, Sum, Table
from reports.measures import attendance_rate
from reports.periods import Period
from reports.rates import Rate

BOROUGH = Cut.BOROUGH.value  # as in the report, so that the same count is known to be the same
MONTH = "month"
NOT_KNOWN = "Not known"
_ALL = {BOROUGH: "All boroughs", MONTH: "All months"}
_GROUPS: Sequence[tuple[str, str, tuple[Column, ...]]] = (
    ("kinds", "Incidents by kind, and by whether the police took the report", (*columns.KINDS, *columns.REPORTS)),
    ("care", "Incidents by care status and placement", (*columns.CARE, *columns.PLACEMENT)),
    ("lengths", "Incidents by how long the child was missing", columns.LENGTHS),
    ("police_grades", "Incidents by the grading of the police", columns.POLICE_GRADES),
    ("social_care_grades", "Incidents by the grading of social care", columns.SOCIAL_CARE_GRADES),
)
_SUMS: Mapping[str, tuple[Sum, ...]] = {
    "kinds": (sum_of("incidents", columns.KINDS), sum_of("incidents", columns.REPORTS)),
    "care": (sum_of("incidents", columns.CARE), sum_of("incidents", columns.PLACEMENT)),
    "lengths": (sum_of("incidents", columns.LENGTHS),),
    "police_grades": (sum_of("incidents", columns.POLICE_GRADES),),
    "social_care_grades": (sum_of("incidents", columns.SOCIAL_CARE_GRADES),),
}
_RATE_SUMS = (
    Sum("attendance_rate.part", ("attended", "deputy")),
    Sum("expected", ("attendance_rate.whole", "not_recorded")),
)
Counts = TypeVar("Counts")


def compile_dataset(dataset: Dataset, period: Period, meeting_type: str, now: datetime, software: str) -> Document:
    """The dataset of one period and type of meeting as a document, before disclosure control.

    :raises DoesNotReconcile: when incidents, individuals or outcomes do not agree; then nothing may be given out.
    """
    check(dataset)
    whole = Document(
        title="Missing children and the meetings about them: dataset",
        finding="",
        period=period.code,
        period_name=period.name,
        first=period.first,
        last=period.last,
        type=meeting_type,
        counted_at=now,
        software=software,
        sections=(_incidents(dataset), _individuals(dataset), _meetings(dataset, meeting_type)),
        caveats=tuple(columns.CAVEATS),
        links=tuple(_links(dataset)),
    )
    return said(whole)


def said(document: Document) -> Document:
    """The dataset with its finding made of the totals that it shows; a total that is kept back is not said."""
    tables = {table.name: table for table in document.tables}
    incidents, individuals = ((tables[name].total or ())[1] for name in ("kinds", "individuals"))
    when = periods.parse(document.period).when
    if incidents == 0:
        finding = f"{when} no incident began."
    elif isinstance(incidents, int) and isinstance(individuals, int):
        began, had = "incident" if incidents == 1 else "incidents", "child" if individuals == 1 else "children"
        finding = f"{when} {incidents:,} {began} of {individuals:,} {had} began."
    else:
        finding = f"{when} incidents began; how many, and of how many children, is kept back."
    return msgspec.structs.replace(document, finding=finding)


def _incidents(dataset: Dataset) -> Section:
    rows = _listed(dataset, dataset.incidents, Incidents())
    by_borough = [
        _table(name, caption, "incidents", (columns.INCIDENTS, *group), rows, sums=_SUMS[name])
        for name, caption, group in _GROUPS
    ]
    by_month = _table(
        "months",
        "Incidents by the month in which they began",
        "incidents",
        (columns.INCIDENTS, *columns.KINDS, *columns.REPORTS),
        _months(dataset.incidents_by_month),
        by=MONTH,
        sums=_SUMS["kinds"],
    )
    return Section(
        name="incidents",
        heading="Incidents",
        sentences=("An incident is one missing episode. A child who goes missing twice makes two.",),
        tables=(*by_borough, by_month),
    )


def _individuals(dataset: Dataset) -> Section:
    rows = _listed(dataset, dataset.individuals_of, Individuals())
    months = _months(dataset.individuals_by_month)
    return Section(
        name="individuals",
        heading="Individuals",
        sentences=(
            "An individual is one child, counted once in each row however many incidents there were.",
            "The rows are not added up: the total counts each child once, wherever and whenever it went missing.",
        ),
        tables=(
            _distinct("individuals", "Individuals by responsible borough", rows, dataset.individuals, BOROUGH),
            _distinct("individuals_by_month", "Individuals by month", months, dataset.individuals, MONTH),
        ),
    )


def _meetings(dataset: Dataset, meeting_type: str) -> Section:
    outcomes = sum_of("expected", columns.ATTENDANCE[1:7])
    return Section(
        name="meetings",
        heading="Triggers and meetings",
        sentences=(f"Of meetings of one type: {meeting_type}. Types are never mixed.",),
        tables=(
            _table(
                "triggers",
                "Triggers by what came of them",
                "first triggers",
                columns.TRIGGERS,
                _listed(dataset, dataset.triggers, TriggerCounts()),
                sums=(sum_of("due", columns.TRIGGERS[1:]),),
            ),
            _table(
                "meetings",
                "Meetings held and not held",
                "meetings",
                columns.MEETINGS,
                _listed(dataset, dataset.meetings, MeetingCounts()),
                sums=(sum_of("due", columns.MEETINGS[1:]),),
            ),
            _table(
                "not_convened",
                "Decisions to convene no meeting",
                "decisions not to convene",
                (columns.NOT_CONVENED,),
                _listed(dataset, dataset.not_convened, 0),
            ),
            _table(
                "attendance",
                "Police seats and what became of them",
                "police seats",
                columns.ATTENDANCE,
                _listed(dataset, dataset.seats, SeatCounts()),
                sums=(outcomes, *_RATE_SUMS),
            ),
        ),
    )


def _table(
    name: str,
    caption: str,
    of: str,
    measures: Sequence[Column],
    rows: Sequence[tuple[str, object]],
    *,
    by: str = BOROUGH,
    sums: tuple[Sum, ...] = (),
) -> Table:
    """A table whose total is the sum of its rows, column by column."""
    cells = [tuple(_cell(counts, column) for column in measures) for _, counts in rows]
    total = tuple(_added(column, [row[n] for row in cells]) for n, column in enumerate(measures))
    return Table(
        name=name,
        caption=caption,
        of=of,
        by=by,
        columns=(_label(by), *measures),
        rows=tuple((label, *row) for (label, _), row in zip(rows, cells, strict=True)),
        total=(_ALL[by], *total),
        sums=sums,
    )


def _distinct(name: str, caption: str, rows: Sequence[tuple[str, Individuals]], whole: Individuals, by: str) -> Table:
    """A table of individuals: each row, and the total, is a count of children by itself."""

    def cells(counts: Individuals) -> tuple[Cell, ...]:
        return tuple(_cell(counts, column) for column in columns.INDIVIDUALS)

    return Table(
        name=name,
        caption=caption,
        of="individuals",
        by=by,
        columns=(_label(by), *columns.INDIVIDUALS),
        rows=tuple((label, *cells(counts)) for label, counts in rows),
        total=(_ALL[by], *cells(whole)),
        adds=False,
        sums=(sum_of("individuals", columns.INDIVIDUALS[1:3]), sum_of("individuals", columns.INDIVIDUALS[4:6])),
        note="The total is a count of its own, and no sum of the rows.",
    )


def _cell(counts: object, column: Column) -> int | Rate:
    if isinstance(counts, int):
        return counts
    if column.kind is Kind.RATE:
        assert isinstance(counts, SeatCounts)
        return attendance_rate(counts)
    return int(getattr(counts, column.name))


def _added(column: Column, cells: Sequence[int | Rate]) -> int | Rate:
    rates = [cell for cell in cells if isinstance(cell, Rate)]
    if column.kind is Kind.RATE:
        return Rate(sum(rate.part for rate in rates), sum(rate.whole for rate in rates))
    return sum(cell for cell in cells if isinstance(cell, int))


def _links(dataset: Dataset) -> Iterable[Link]:
    """Incidents are individuals and their further incidents, row by row: who knows two of them knows the third."""
    tables = (
        ("kinds", "care", "individuals", [*_names(dataset, dataset.incidents), None]),
        ("months", "", "individuals_by_month", [*(label for label, _ in _months(dataset.incidents_by_month)), None]),
    )
    for incidents, care, individuals, rows in tables:
        for row in rows:
            parts = Place(individuals, row, "individuals"), Place(individuals, row, "further")
            yield Link(Place(incidents, row, "incidents"), parts)
            if care:
                parts = Place(individuals, row, "looked_after"), Place(individuals, row, "looked_after_further")
                yield Link(Place(care, row, "looked_after"), parts)


def _listed(dataset: Dataset, counts: Mapping[str, Counts], nothing: Counts) -> list[tuple[str, Counts]]:
    return [(name, counts.get(name, nothing)) for name in _names(dataset, counts)]


def _names(dataset: Dataset, counts: Mapping[str, object]) -> list[str]:
    """Every borough, then the other places that have figures, and last what is not known."""
    others = sorted(counts.keys() - {*dataset.boroughs, NOT_KNOWN})
    return [*dataset.boroughs, *others, *([NOT_KNOWN] if NOT_KNOWN in counts else [])]


def _months(counts: Mapping[str, Counts]) -> list[tuple[str, Counts]]:
    return [(f"{date.fromisoformat(f'{month}-01'):%B %Y}", counts[month]) for month in sorted(counts)]


def _label(by: str) -> Column:
    return Column(name=by.replace(" ", "_"), title=by.capitalize(), kind=Kind.WORDS)
