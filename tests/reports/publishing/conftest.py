"""A press whose figures the test sets, and the two persons whom a publication needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from reports import periods, publishing
from reports.document import HIDDEN, Document
from reports.periods import Period
from reports.press import Drawn, Press
from reports.publication_tables import Publication
from reports.quantities import Earlier
from tests.reports.publishing.samples import report

DRAFTED = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)  # a Monday
AFTER = DRAFTED + timedelta(days=20)  # the window is over
QUARTER = periods.quarter(2026, 3)
TYPE = "missing strategy meeting"
ANALYST, LEAD, CHIEF = "analyst", "safeguarding lead", "chief officer"


@dataclass
class Figures:
    """What the records say, set by the test; and what the press was given to hide."""

    document: Document = field(default_factory=report)
    registers_open: int = 0
    waiting: int = 0
    fails: Exception | None = None
    earlier: list[Sequence[Earlier]] = field(default_factory=list)

    async def draw(self, period: Period, meeting_type: str, now: datetime) -> Drawn:
        if self.fails:
            raise self.fails
        document = msgspec.structs.replace(
            self.document, period=period.code, first=period.first, last=period.last, type=meeting_type, counted_at=now
        )
        return Drawn(document, self.registers_open, self.waiting)

    def hide(self, document: Document, threshold: int, earlier: Sequence[Earlier]) -> Document:
        """Hides small counts, and nothing that follows from them: that is tested where it is done."""
        self.earlier.append(earlier)

        def hidden(rows: tuple[tuple[object, ...], ...]) -> tuple[tuple[object, ...], ...]:
            return tuple(tuple(HIDDEN if type(c) is int and c < threshold else c for c in row) for row in rows)

        tables = [msgspec.structs.replace(table, rows=hidden(table.rows)) for table in document.tables]
        sections = tuple(
            msgspec.structs.replace(section, tables=(table,))
            for section, table in zip(document.sections, tables, strict=True)
        )
        return msgspec.structs.replace(document, threshold=threshold, sections=sections)

    @property
    def press(self) -> Press:
        return Press(self.draw, self.hide)


@pytest.fixture
def figures() -> Figures:
    return Figures()


async def drafted(figures: Figures, period: Period = QUARTER, now: datetime = DRAFTED) -> UUID:
    return await publishing.draft(period, TYPE, press=figures.press, by=ANALYST, now=now)


async def approved(figures: Figures, publication: UUID, by: str = LEAD, now: datetime = AFTER) -> None:
    seen = (await publishing.found(publication)).sha256
    await publishing.approve(publication, "I have read it.", seen=seen, press=figures.press, by=by, now=now)


async def released(figures: Figures, publication: UUID, by: str = CHIEF, now: datetime = AFTER) -> Publication:
    seen = (await publishing.found(publication)).sha256
    await publishing.release(publication, seen=seen, press=figures.press, by=by, now=now)
    return await publishing.found(publication)


async def published(figures: Figures, period: Period = QUARTER, now: datetime = DRAFTED) -> Publication:
    """Drafted, approved and released, each in its time."""
    publication = await drafted(figures, period, now)
    after = now + (AFTER - DRAFTED)
    await approved(figures, publication, now=after)
    return await released(figures, publication, now=after)
