"""The report at the command line: as it was released, else as it could be, or with every count."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from meetings.tables import MeetingType
from reports import drawing_up, on_demand, periods
from reports.disclosure import THRESHOLD
from reports.document import thaw
from reports.making import Format

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
QUARTER, KIND = periods.parse("2026-Q3"), MeetingType.MISSING.value


@pytest.mark.usefixtures("rolled_back")
async def test_the_full_report_is_the_one_of_the_page_and_says_that_it_must_not_be_published() -> None:
    said = await on_demand.report(QUARTER, KIND, Format.JSON, full=True, now=NOW)
    page = await drawing_up.draw_up(QUARTER, KIND, NOW)
    assert thaw(said.content) == said.document == drawing_up.not_for_publication(page)
    assert said.document.title.endswith("not for publication")
    assert "must not be published" in said.document.caveats[0]
    assert said.document.sections == page.sections
    assert said.document.threshold == 0
    assert said.source == "every count, not for publication"


@pytest.mark.usefixtures("rolled_back")
async def test_what_is_not_released_yet_hides_small_counts() -> None:
    said = await on_demand.report(QUARTER, KIND, Format.JSON, full=False, now=NOW)
    assert said.document.threshold == THRESHOLD
    assert said.source == "not released yet; counts below 5 hidden"
