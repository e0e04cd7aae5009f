"""The calendar draws up each period's draft once: on its day, after weeks of standstill, by two, when killed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from audit import trail
from notifications import troubles
from reports import publishing
from reports.calendar_round import draw_up_due
from reports.calendar_tables import CalendarRun, Every, ReportCalendar
from reports.document import Document
from reports.periods import Period
from reports.press import Drawn, Press
from reports.publication_tables import Publication, State
from reports.quantities import Earlier
from reports.rates import DoesNotReconcile
from reports.report_calendars import Terms, add, change
from tests.reports.calendar.drafts import MISSING
from tests.reports.publishing.samples import report

DAY = timedelta(days=1)
TENTH = datetime(2026, 10, 14, 8, 0, tzinfo=UTC)  # 9 in London, ten working days after the third quarter


def a_press(*, registers_open: int = 0, wrong: str = "") -> Press:
    """Draws the tests' small report; `wrong` is the code of a period whose figures do not add up."""

    async def draw(period: Period, meeting_type: str, now: datetime) -> Drawn:
        if period.code == wrong:
            raise DoesNotReconcile("Seats of all units", 6, 7)
        document = report(period=period.code, first=period.first, last=period.last, counted_at=now)
        document = msgspec.structs.replace(document, type=meeting_type, period_name=period.name)
        return Drawn(document, registers_open=registers_open)

    def hide(document: Document, threshold: int, earlier: Sequence[Earlier]) -> Document:
        return msgspec.structs.replace(document, threshold=threshold)

    return Press(draw, hide)


async def recurs(
    every: Every = Every.QUARTER, since: date = date(2026, 9, 1), challenge_days: int = 10, threshold: int = 5
) -> None:
    terms = Terms(since=since, challenge_days=challenge_days, threshold=threshold)
    await add(every, MISSING, terms, by="tests", now=TENTH)


async def drafts() -> list[str]:
    rows = await Publication.select(Publication.period).order_by(Publication.period)
    return [row["period"] for row in rows]


@pytest.mark.usefixtures("rolled_back")
class TestOnItsDay:
    async def test_the_draft_is_drawn_up_and_not_a_moment_before(self) -> None:
        await recurs()
        assert await draw_up_due(a_press(), now=TENTH - timedelta(seconds=1)) == 0
        assert await draw_up_due(a_press(), now=TENTH) == 1
        assert await drafts() == ["2026-Q3"]

    async def test_it_is_published_on_the_terms_of_the_calendar(self) -> None:
        await recurs(challenge_days=3, threshold=8)
        await draw_up_due(a_press(), now=TENTH)
        row = await Publication.objects().first()
        assert row is not None
        assert (row.threshold, row.drafted_by) == (8, "calendar of reports")
        assert row.challenge_until == datetime(2026, 10, 19, 23, 0, tzinfo=UTC)  # the end of Monday in London

    async def test_it_is_drawn_up_once(self) -> None:
        await recurs()
        for hours in range(3):
            await draw_up_due(a_press(), now=TENTH + timedelta(hours=hours))
        assert await Publication.count() == 1
        assert await CalendarRun.count() == 1

    async def test_after_weeks_of_standstill_all_that_was_missed_the_oldest_first(self) -> None:
        await recurs(Every.MONTH, date(2026, 6, 1))
        assert await draw_up_due(a_press(), now=datetime(2026, 11, 18, 10, tzinfo=UTC)) == 5
        rows = await CalendarRun.select(CalendarRun.period).order_by(CalendarRun.id)
        assert [row["period"] for row in rows] == ["2026-06", "2026-07", "2026-08", "2026-09", "2026-10"]

    async def test_a_calendar_that_rests_draws_nothing_up(self) -> None:
        await recurs()
        row = await ReportCalendar.objects().first()
        assert row is not None
        await change(row.id, Terms(since=date(2026, 9, 1), active=False), by="tests", now=TENTH)
        assert await draw_up_due(a_press(), now=TENTH) == 0

    async def test_what_somebody_drafted_by_hand_is_not_drafted_again(self) -> None:
        await recurs()
        by_hand = await publishing.draft(
            Period("2026-Q3", "Q3", "In Q3", date(2026, 7, 1), date(2026, 9, 30)),
            MISSING,
            press=a_press(),
            by="somebody",
            now=TENTH - DAY,
        )
        assert await draw_up_due(a_press(), now=TENTH) == 1
        run = await CalendarRun.objects().first()
        assert run is not None
        assert run.publication == by_hand
        assert await Publication.count() == 1

    async def test_a_draft_that_was_withdrawn_is_not_drawn_up_again(self) -> None:
        await recurs()
        await draw_up_due(a_press(), now=TENTH)
        await Publication.update({Publication.state: State.WITHDRAWN}).where(Publication.period == "2026-Q3")
        assert await draw_up_due(a_press(), now=TENTH + DAY) == 0
        assert await Publication.count() == 1

    async def test_open_registers_are_waited_for_two_days(self) -> None:
        await recurs()
        press = a_press(registers_open=2)
        assert await draw_up_due(press, now=TENTH) == 0
        assert await draw_up_due(press, now=TENTH + 2 * DAY - timedelta(seconds=1)) == 0
        assert await draw_up_due(press, now=TENTH + 2 * DAY) == 1
        row = await Publication.objects().first()
        assert row is not None
        assert row.registers_open == 2

    async def test_figures_that_do_not_add_up_are_said_and_stop_no_other(self) -> None:
        await recurs(Every.MONTH, date(2026, 8, 1))
        assert await draw_up_due(a_press(wrong="2026-08"), now=TENTH) == 1
        assert await drafts() == ["2026-09"]
        (trouble,) = await troubles.standing()
        assert trouble.said == (
            "The report for August 2026 cannot be drawn up. Seats of all units: the parts come to 6, the total is 7."
        )
        assert await draw_up_due(a_press(), now=TENTH) == 1
        assert await troubles.standing() == []


@pytest.mark.usefixtures("committed")
class TestFaults:
    async def test_two_workers_draw_up_one_draft(self) -> None:
        await recurs(Every.MONTH, date(2026, 8, 1))
        await asyncio.gather(*(draw_up_due(a_press(), now=TENTH) for _ in range(4)))
        assert await drafts() == ["2026-08", "2026-09"]
        assert await CalendarRun.count() == 2

    async def test_killed_between_the_draft_and_its_run_there_is_one_draft(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await recurs()
        with monkeypatch.context() as patched:
            patched.setattr(trail, "record", _dies)
            patched.setattr(publishing, "_record", _nothing)
            assert await draw_up_due(a_press(), now=TENTH) == 0
        assert (await drafts(), await CalendarRun.count()) == (["2026-Q3"], 0)
        assert await draw_up_due(a_press(), now=TENTH) == 1
        assert (await drafts(), await CalendarRun.count()) == (["2026-Q3"], 1)


async def _dies(*_: object, **__: object) -> None:
    raise SystemError("the worker was killed")


async def _nothing(*_: object, **__: object) -> None:
    """The draft is not recorded in this test: the trail is what dies in it."""
