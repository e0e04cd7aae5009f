"""Two people act on one publication at once, or a process is killed between its steps."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import datetime
from typing import Any

import pytest

from audit.tables import Entry
from reports import periods, publishing, sealing
from reports import publishing_errors as errors
from reports.periods import Period
from reports.press import Drawn, Press
from reports.publication_tables import Publication, State
from tests.reports.publishing.conftest import (
    AFTER,
    ANALYST,
    LEAD,
    QUARTER,
    TYPE,
    Figures,
    approved,
    drafted,
    published,
    released,
)

pytestmark = pytest.mark.usefixtures("committed")


async def together(*work: Coroutine[Any, Any, Any]) -> list[Any]:
    """What each came to; a refusal is an outcome too."""
    return list(await asyncio.gather(*work, return_exceptions=True))


async def acts(action: str) -> int:
    return int(await Entry.count().where(Entry.action == action))


async def test_of_two_releases_at_once_one_counts(figures: Figures) -> None:
    publication = await drafted(figures)
    await approved(figures, publication)
    outcomes = await together(
        *(released(figures, publication, by=who) for who in ("first officer", "second officer"))
    )
    assert [type(one) for one in outcomes if isinstance(one, Exception)] == [errors.NotWhile]
    assert await acts("released a report") == 1


async def test_of_two_drafts_of_one_period_at_once_one_counts(figures: Figures) -> None:
    outcomes = await together(*(drafted(figures) for _ in range(3)))
    assert [type(one) for one in outcomes].count(errors.AlreadyDrafted) == 2
    assert await Publication.count() == 1


async def test_of_two_overlapping_releases_at_once_the_later_one_has_to_know_the_earlier(figures: Figures) -> None:
    both = [await drafted(figures), await drafted(figures, periods.month(2026, 8))]
    for publication in both:
        await approved(figures, publication)
    outcomes = await together(*(released(figures, publication) for publication in both))
    assert [type(one) for one in outcomes].count(errors.OthersReleased) == 1
    assert await Publication.count().where(Publication.state == State.RELEASED) == 1


async def test_who_approves_while_the_figures_are_drawn_afresh_does_not_approve_the_new_ones(
    figures: Figures,
) -> None:
    publication = await drafted(figures)

    async def drawn_meanwhile(period: Period, meeting_type: str, now: datetime) -> Drawn:
        """Somebody draws afresh after the approver's draft was read."""
        await publishing.redraw(publication, press=figures.press, by=ANALYST, now=AFTER)
        return await figures.draw(period, meeting_type, now)

    seen = (await publishing.found(publication)).sha256
    with pytest.raises(errors.NotWhile):
        await publishing.approve(
            publication, "Read.", seen=seen, press=Press(drawn_meanwhile, figures.hide), by=LEAD, now=AFTER
        )
    row = await publishing.found(publication)
    assert (row.state, row.drawn) == (State.DRAFTED, 2)


async def test_whoever_is_killed_while_a_report_is_drawn_leaves_nothing_behind(figures: Figures) -> None:
    begun = asyncio.Event()

    async def never(period: Period, meeting_type: str, now: datetime) -> Drawn:
        begun.set()
        await asyncio.sleep(3600)
        raise AssertionError("killed before")

    press = Press(never, figures.hide)
    work = asyncio.create_task(publishing.draft(QUARTER, TYPE, press=press, by=ANALYST, now=AFTER))
    await begun.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert await Publication.count() == 0
    publication = await drafted(figures)
    assert (await publishing.found(publication)).state == State.DRAFTED


async def test_whoever_is_killed_before_the_log_is_written_has_released_nothing(
    figures: Figures, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication = await drafted(figures)
    await approved(figures, publication)

    async def killed(*_: Any, **__: Any) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr("audit.trail.record", killed)
        with pytest.raises(asyncio.CancelledError):
            await released(figures, publication)
    assert (await publishing.found(publication)).state == State.APPROVED
    assert (await released(figures, publication)).state == State.RELEASED
    assert await acts("released a report") == 1


async def test_a_file_that_was_published_stays_the_same_to_the_byte_whatever_follows(figures: Figures) -> None:
    out = await published(figures)
    await published(figures, periods.month(2026, 6))
    await together(
        publishing.withdraw_draft(out.id, "No.", by=ANALYST, now=AFTER),
        publishing.redraw(out.id, press=figures.press, by=ANALYST, now=AFTER),
        publishing.draft(QUARTER, TYPE, press=figures.press, by=ANALYST, now=AFTER),
    )
    again = await publishing.found(out.id)
    assert again.content == out.content
    assert sealing.verify(again.content).sha256 == out.sha256
