"""Health, education, the voluntary sector and the other partners; disputed leads; and what meetings asked."""

from __future__ import annotations

from typing import Final

from reports.counts import SeatCounts
from reports.document import Cell, Column, Section, Sum, Table
from reports.material import ALL, Material
from reports.measures import ATTENDANCE, ATTENDANCE_SUMS
from reports.sections.prose import EXPLAINED
from reports.tables import POLICE_UNIT, label, listed, only_seats, table

ALWAYS: Final = ("health", "education", "voluntary")
_ANSWERS: Final = (
    ("yes", "Yes"),
    ("no", "No"),
    ("unknown", "Unknown"),
    ("not_asked", "Not asked"),
    ("meetings", "Meetings"),
)
_DISPUTES: Final = (
    ("disputes", "Disputes"),
    ("in_time", "Settled in time"),
    ("late", "Settled late"),
    ("unsettled", "Not settled"),
)


def section(material: Material) -> Section | None:
    """Attendance of the other agencies, counted as that of the police is."""
    found = material.counted.partners
    if not found:
        return None
    kinds = listed(found, ALWAYS)
    shown = table(
        "partners",
        "Attendance of other agencies",
        ATTENDANCE,
        [only_seats(kind[:1].upper() + kind[1:], seats) for kind, seats in kinds.items()],
        only_seats("All other agencies", sum(kinds.values(), SeatCounts())),
        of="seats of other agencies",
        by="kind of agency",
        first="Agency",
        sums=ATTENDANCE_SUMS,
    )
    return Section(
        name="partners",
        heading="Health, education and other partners",
        sentences=EXPLAINED["partners"],
        tables=(shown,),
    )


def disputes(material: Material) -> Section:
    """A dispute stands in the row of each police unit of its meeting, so the total counts it once for each."""
    by_unit = {one.unit: one for one in material.counted.lead_disputes}
    named = [(unit.name, by_unit[unit.id]) for unit in material.counted.units if unit.id in by_unit]
    if not named:
        sentences: tuple[str, ...] = ("No dispute about the lead was raised in this period.",)
        return Section(name="disputes", heading="Disputed leads", sentences=sentences)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, *(getattr(one, column) for column, _ in _DISPUTES)) for name, one in named
    )
    shown = Table(
        name="disputes",
        caption="Disputed leads, each counted to every police unit of its meeting",
        of="disputed leads",
        by=POLICE_UNIT,
        columns=(label("Police unit"), *(Column(name=name, title=title) for name, title in _DISPUTES)),
        rows=rows,
        total=(ALL, *(sum(getattr(one, column) for _, one in named) for column, _ in _DISPUTES)),
        sums=(Sum("disputes", ("in_time", "late", "unsettled")),),
    )
    return Section(name="disputes", heading="Disputed leads", sentences=EXPLAINED["disputes"], tables=(shown,))


def checklist(material: Material) -> Section:
    """Each meeting held about a child is in one column of each question."""
    tallies = material.counted.checklist
    if not any(one.meetings for one in tallies):
        sentences: tuple[str, ...] = ("No meeting about a child was held in this period.",)
        return Section(name="checklist", heading="What meetings asked", sentences=sentences)
    shown = Table(
        name="checklist",
        caption="What meetings held about a child asked",
        of="meetings held about a child",
        by="question",
        columns=(label("Question"), *(Column(name=name, title=title) for name, title in _ANSWERS)),
        rows=tuple((one.item.asks, *(getattr(one, name) for name, _ in _ANSWERS)) for one in tallies),
        adds=False,
        sums=(Sum("meetings", ("yes", "no", "unknown", "not_asked")),),
    )
    return Section(name="checklist", heading="What meetings asked", sentences=EXPLAINED["checklist"], tables=(shown,))
