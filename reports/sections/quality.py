"""How complete the records are, and the proof that every figure adds up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reports.counts import Quality, SeatCounts
from reports.document import Cell, Section, Sum, Table
from reports.material import Material
from reports.measures import ATTENDANCE, EXPECTED, NOT_RECORDED, OUTCOMES, RECORDING, RECORDING_SUMS
from reports.sections.prose import EXPLAINED
from reports.tables import POLICE_UNIT, SEATS, label, table
from web import filters

_SHOWN: Final = tuple(m for m in ATTENDANCE if m.column in ("expected", *OUTCOMES))


def section(material: Material, ways: Mapping[str, SeatCounts]) -> Section:
    """Completeness by unit, what is still open, and the reconciliation."""
    recording = table(
        "recording",
        "How far each attendance rate can be trusted",
        (EXPECTED, NOT_RECORDED, *RECORDING),
        material.seated,
        material.total,
        of=SEATS,
        by=POLICE_UNIT,
        sums=RECORDING_SUMS,
    )
    return Section(
        name="quality",
        heading="How complete the records are",
        sentences=(*EXPLAINED["quality"], *_open(material.counted.quality)),
        tables=(recording, _reconciliation(material, ways)),
    )


def _open(quality: Quality) -> tuple[str, ...]:
    """What may still change the figures."""
    if quality.posted_at is None:
        return ()
    said = [f"The records are in these figures up to {filters.london(quality.posted_at)}."]
    if quality.waiting:
        said.append("Some meetings changed since then and are not in them yet.")
    if quality.challenges_open:
        said.append("Some challenges by units are not answered yet, and may still change a figure.")
    return tuple(said)


def _reconciliation(material: Material, ways: Mapping[str, SeatCounts]) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (words[:1].upper() + words[1:], *_counts(seats)) for words, seats in ways.items()
    )
    return Table(
        name="reconciliation",
        caption="The same police seats, added up in every way",
        of=SEATS,
        by="way of counting",
        columns=(label("Added up"), *(measure.as_column() for measure in _SHOWN)),
        rows=rows,
        total=("In all", *_counts(material.total.seats)),
        adds=False,
        sums=(Sum("expected", OUTCOMES),),
    )


def _counts(seats: SeatCounts) -> tuple[int, ...]:
    return tuple(getattr(seats, measure.column) for measure in _SHOWN)
