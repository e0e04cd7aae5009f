"""Every night the released reports are compared with the records, so that no late correction stays silent."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from audit.tables import Entry
from reports import corrections_due, periods, publishing
from reports.document import HIDDEN
from reports.press import released_document
from reports.publication_tables import Recheck
from reports.rates import DoesNotReconcile, Rate
from tests.reports.publishing.conftest import AFTER, ANALYST, Figures, approved, published, released
from tests.reports.publishing.samples import ROWS, report, row

LATE = report((ROWS[0], row("South", 60, Rate(49, 60))), row("All police units", 100, Rate(80, 100)))
NIGHT, NEXT = AFTER + timedelta(hours=12), AFTER + timedelta(days=1)


async def acts() -> list[str]:
    rows = await Entry.select(Entry.action).where(Entry.actor == corrections_due.ACTOR).order_by(Entry.id)
    return [row["action"] for row in rows]


async def test_a_late_correction_is_found_the_next_night_and_told_once(rolled_back: None, figures: Figures) -> None:
    out = await published(figures)
    assert await corrections_due.compare_released(figures.press, NIGHT) == 1
    assert await corrections_due.due() == {}
    figures.document = LATE
    assert await corrections_due.compare_released(figures.press, NIGHT) == 0
    assert await corrections_due.compare_released(figures.press, NEXT) == 1
    assert await corrections_due.due() == {out.id: (2, NEXT)}
    later = NEXT + timedelta(days=1)
    await corrections_due.compare_released(figures.press, later)
    assert await corrections_due.due() == {out.id: (2, NEXT)}
    assert await acts() == ["found that a published report differs from the records"]


async def test_figures_that_are_right_again_are_due_no_more(rolled_back: None, figures: Figures) -> None:
    await published(figures)
    figures.document = LATE
    await corrections_due.compare_released(figures.press, NIGHT)
    figures.document = report()
    await corrections_due.compare_released(figures.press, NEXT)
    assert await corrections_due.due() == {}
    assert (await acts())[1:] == ["found it right again"]


async def test_a_revision_settles_what_was_due(rolled_back: None, figures: Figures) -> None:
    out = await published(figures)
    figures.document = LATE
    await corrections_due.compare_released(figures.press, NIGHT)
    second = await publishing.revise(out.id, "Late.", press=figures.press, by=ANALYST, now=NIGHT)
    assert out.id in await corrections_due.due()
    later = NIGHT + timedelta(days=7)
    await approved(figures, second, now=later)
    await released(figures, second, now=later)
    assert await corrections_due.due() == {}
    await corrections_due.compare_released(figures.press, later)
    assert await corrections_due.due() == {}


async def test_what_is_hidden_is_never_due(rolled_back: None, figures: Figures) -> None:
    figures.document = report((row("South", 3, None),), None)
    out = await published(figures)
    assert HIDDEN in released_document(out).tables[0].rows[0]
    figures.document = report((row("South", 4, None),), None)
    await corrections_due.compare_released(figures.press, NIGHT)
    assert await corrections_due.due() == {}


async def test_one_report_that_cannot_be_compared_keeps_no_other_from_its_turn(
    rolled_back: None, figures: Figures
) -> None:
    await published(figures)
    other = await published(figures, periods.month(2026, 6))
    drawing = figures.draw

    async def draw(period: periods.Period, *rest: object) -> object:
        if period.code == "2026-Q3":
            raise DoesNotReconcile("by unit, expected", 99, 100)
        return await drawing(period, *rest)  # type: ignore[arg-type]

    figures.draw = draw  # type: ignore[assignment,method-assign]
    assert await corrections_due.compare_released(figures.press, NIGHT) == 1
    (checked,) = await Recheck.select()
    assert checked["publication"] == other.id


@pytest.mark.usefixtures("committed")
async def test_two_workers_at_once_compare_each_report_once(figures: Figures) -> None:
    await published(figures)
    figures.document = LATE
    both = await asyncio.gather(*(corrections_due.compare_released(figures.press, NIGHT) for _ in range(2)))
    assert sorted(both) in ([0, 1],)
    assert await acts() == ["found that a published report differs from the records"]
