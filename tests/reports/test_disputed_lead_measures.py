"""Disputed leads are counted to every police unit of their meeting alike: no figure says who was right."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from directory.tables import Unit
from meetings.lead_tables import LeadDispute
from meetings.tables import MeetingType
from reports import committee, periods
from reports.figures import Asked
from tests.both_ways import both_ways
from tests.factories import DAY, HOUR, MONDAY, make_meeting

pytestmark = pytest.mark.usefixtures("rolled_back")
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
NOVEMBER = periods.month(2026, 11)


def asked(kind: MeetingType = MeetingType.MISSING) -> Asked:
    return Asked(NOVEMBER.since, NOVEMBER.until, kind, NOW)


async def disputed(
    home: Unit, destination: Unit, *, raised_at: datetime = MONDAY, settled_at: datetime | None = None
) -> None:
    """A dispute to be settled in a day."""
    meeting = await make_meeting(home=home, destination=destination)
    await LeadDispute.insert(
        LeadDispute(
            id=uuid4(),
            meeting=meeting.id,
            units=[home.id, destination.id],
            raised_at=raised_at,
            due_at=raised_at + DAY,
            settled_at=settled_at,
        )
    )


async def test_each_dispute_counts_once_to_each_of_both_units(home: Unit, destination: Unit) -> None:
    await disputed(home, destination, settled_at=MONDAY + DAY)
    await disputed(destination, home, settled_at=MONDAY + DAY + HOUR)
    await disputed(home, destination)
    report = committee.compile(await both_ways(asked()), NOVEMBER, MeetingType.MISSING.value, NOW)
    disputes = next(table for table in report.tables if table.name == "disputes")
    rows = {row[0]: row[1:] for row in disputes.rows}
    assert rows == {home.name: (3, 1, 1, 1), destination.name: (3, 1, 1, 1)}
    assert disputes.total is not None
    assert disputes.total[1:] == (6, 2, 2, 2)


async def test_those_of_other_months_and_other_types_are_not_counted(home: Unit, destination: Unit) -> None:
    await disputed(home, destination, raised_at=MONDAY - 20 * DAY)
    await disputed(home, destination, raised_at=NOW + HOUR)
    assert (await both_ways(asked())).lead_disputes == []
    await disputed(home, destination)
    assert (await both_ways(asked(MeetingType.DISCUSSION))).lead_disputes == []
    assert len((await both_ways(asked())).lead_disputes) == 2
