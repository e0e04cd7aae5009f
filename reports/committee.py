"""The committee's report, drawn up from counts that were first made to reconcile. Nothing in it is hidden yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from reports import linking, reconciliation, saying
from reports.counts import Counted
from reports.document import Document, Section
from reports.material import Material, RuleInForce, unit_rows
from reports.periods import Period
from reports.sections import (
    attendance,
    beside_london,
    both_forces,
    cuts,
    meetings,
    over_time,
    partners,
    quality,
    triggers,
)
from reports.sections.prose import CAVEATS

if TYPE_CHECKING:
    from reports.boundaries import Break


def compile(  # noqa: A001  # called as committee.compile, and nothing here compiles code
    counted: Counted,
    period: Period,
    type: str,  # noqa: A002  # the word of the domain, as in Document
    now: datetime,
    *,
    software: str = "",
    breaks: Mapping[str, Sequence[Break]] | None = None,
    rules: Sequence[RuleInForce] = (),
    boroughs: Sequence[str] = (),
) -> Document:
    """The whole report of one period and type of meeting, for those who may see every meeting.

    :param now: when the figures stood so, in UTC.
    :param breaks: by the name of a unit, when the places that it polices changed.
    :param rules: the rules in force on any day of the period.
    :param boroughs: those that are listed even with zeros.
    :raises DoesNotReconcile: naming the figure and both numbers; then no figure may be shown.
    """
    rows, total = unit_rows(counted)
    material = Material(
        counted=counted,
        period=period,
        type=type,
        now=now,
        rows=rows,
        total=total,
        breaks=breaks or {},
        boroughs=boroughs,
        rules=rules,
    )
    document = _document(material, software)
    linking.check(document)
    return saying.say(document)


def _document(material: Material, software: str) -> Document:
    """All sections, with what each table leads to; not yet what they say."""
    sections, period = saying.with_room(_sections(material)), material.period
    tables = {table.name: table for section in sections for table in section.tables}
    return Document(
        title=f"Police attendance at {material.meetings}",
        finding="",
        period=period.code,
        period_name=period.name,
        first=period.first,
        last=period.last,
        type=material.type,
        counted_at=material.now,
        software=software,
        sections=sections,
        caveats=CAVEATS,
        rules=tuple(rule.sentence for rule in material.rules),
        links=linking.links(tables),
    )


def _sections(material: Material) -> tuple[Section, ...]:
    """In the order in which a chair reads: what was found, how sure it is, what it depends on, how it was counted."""
    ways = reconciliation.check(material)
    found = (
        attendance.key_numbers(material),
        attendance.by_unit(material),
        beside_london.section(material),
        over_time.section(material),
        both_forces.section(material),
        meetings.asked_of_units(material),
        meetings.held(material),
        triggers.section(material),
        triggers.reviews(material),
        cuts.boroughs(material),
        cuts.types(material),
        cuts.circumstances(material),
        partners.section(material),
        partners.disputes(material),
        partners.checklist(material),
        quality.section(material, ways),
    )
    return tuple(section for section in found if section is not None)
