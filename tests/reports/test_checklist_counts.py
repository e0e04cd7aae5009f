"""What meetings asked about is counted in the report of their period and type, each meeting in one column."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from directory.tables import Unit
from meetings import checklists
from meetings.checklist import COUNTED
from meetings.tables import MeetingType
from reports import committee, periods
from reports.document import Cell
from reports.figures import Asked
from tests.both_ways import both_ways
from tests.factories import DAY, MONDAY, call_off, make_meeting

pytestmark = pytest.mark.usefixtures("rolled_back")
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
NOVEMBER = periods.month(2026, 11)


async def rows(kind: MeetingType = MeetingType.MISSING) -> tuple[tuple[Cell, ...], ...]:
    asked = Asked(NOVEMBER.since, NOVEMBER.until, kind, NOW)
    report = committee.compile(await both_ways(asked), NOVEMBER, kind, NOW)
    return next((table.rows for table in report.tables if table.name == "checklist"), ())


async def test_each_meeting_held_is_in_one_column_of_each_question(home: Unit) -> None:
    held = [await make_meeting(home=home, starts_at=MONDAY - hours * DAY) for hours in range(4)]
    for meeting, said in zip(held, ("yes", "no", "unknown"), strict=False):
        await checklists.answer(meeting.id, {"textsafe": said}, by="tests", now=NOW)
    of = {row[0]: row[1:] for row in await rows()}
    assert of["TextSafe requested?"] == (1, 1, 1, 1, 4)
    assert of["Grab pack available?"] == (0, 0, 0, 4, 4)
    assert len(of) == len(COUNTED)


async def test_meetings_of_other_months_and_types_to_come_and_called_off_are_not_counted(home: Unit) -> None:
    await make_meeting(home=home, starts_at=MONDAY - 30 * DAY)
    await make_meeting(home=home, starts_at=NOW + DAY)
    await make_meeting(home=home, meeting_type=MeetingType.DISCUSSION)
    off = await make_meeting(home=home)
    await call_off(meeting=off, at=MONDAY - DAY)
    assert await rows() == ()
    assert {row[-1] for row in await rows(MeetingType.DISCUSSION)} == {1}
