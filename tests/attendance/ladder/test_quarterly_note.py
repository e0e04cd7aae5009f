"""The quarterly note: on the first working day after a quarter, with counts by unit and no child."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from attendance.climbing import climb
from attendance.escalations import raise_escalation
from attendance.ladder import Cause
from attendance.ladder_counts import counted, in_words, quarter_before, quarter_of_key
from attendance.ladder_tables import Escalation
from attendance.quarter import raise_for_the_quarter
from directory import ladder
from directory.rungs import Rung
from meetings.letterhead import Letterhead
from meetings.tables import Meeting, MeetingType
from tests.attendance.ladder.conftest import SINCE
from tests.factories import make_meeting, make_unit

FIRST_WORKING_DAY = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)  # Friday is New Year's Day
LAST_QUARTER = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
PARTNERS = "partners@london.example"


@pytest.fixture
async def unit(rolled_back: None) -> UUID:
    row = await make_unit(code="CN", name="Central North")
    found: UUID = row.id
    for of, rung, email in ((found, Rung.SUPERVISOR, "ds@cn.example"), (None, Rung.PARTNERS, PARTNERS)):
        await ladder.add(of, rung=rung, role="role", email=email, active_from=SINCE, by="t", now=LAST_QUARTER)
    return found


async def climbed(unit: UUID, letterhead: Letterhead, key: str = "no-show:1", at: datetime = LAST_QUARTER) -> None:
    await raise_escalation(cause=Cause.NO_SHOW, key=key, unit=unit, about="Nobody came.", wanted="Act.", now=at)
    await climb(letterhead=letterhead, now=at)


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2027, 1, 4), date(2026, 10, 1)),
        (date(2026, 12, 31), date(2026, 7, 1)),
        (date(2026, 4, 1), date(2026, 1, 1)),
        (date(2028, 2, 29), date(2027, 10, 1)),
    ],
)
def test_the_quarter_before_a_day(day: date, first: date) -> None:
    assert quarter_before(day) == first


def test_a_quarter_lies_between_londons_midnights() -> None:
    first, last = quarter_of_key("quarter:2026-07-01")
    assert (first, last) == (datetime(2026, 6, 30, 23, tzinfo=UTC), datetime(2026, 9, 30, 23, tzinfo=UTC))


async def test_it_is_due_at_nine_on_the_first_working_day_and_once(unit: UUID, letterhead: Letterhead) -> None:
    await climbed(unit, letterhead)
    assert not await raise_for_the_quarter(FIRST_WORKING_DAY - timedelta(minutes=1))
    assert await raise_for_the_quarter(FIRST_WORKING_DAY)
    assert not await raise_for_the_quarter(FIRST_WORKING_DAY + timedelta(days=1))


async def test_a_quarter_without_ladders_has_no_note(unit: UUID) -> None:
    assert not await raise_for_the_quarter(FIRST_WORKING_DAY)


async def test_it_counts_each_unit_and_names_no_child(unit: UUID, letterhead: Letterhead, sent: Any) -> None:
    await climbed(unit, letterhead)
    await raise_for_the_quarter(FIRST_WORKING_DAY)
    await sent.since()
    await climb(letterhead=letterhead, now=FIRST_WORKING_DAY)
    subject, text = (await sent.since())[PARTNERS]
    assert subject == "Quarterly note: London"
    assert "From October to December 2026 we asked the ladder of 1 unit 1 time to act" in " ".join(text.split())
    assert "Central North: 1 raised, 1 open, 1 acknowledged by nobody; 1 step sent, 0 acknowledged" in text


async def test_a_ladder_that_stopped_before_its_first_step_is_not_counted(unit: UUID) -> None:
    await raise_escalation(
        cause=Cause.NO_SHOW, key="no-show:1", unit=unit, about="Nobody came.", wanted="Act.", now=LAST_QUARTER
    )
    (line,) = await counted(*quarter_of_key("quarter:2026-10-01"))
    assert line.raised == 0
    assert await Escalation.count() == 1


@pytest.mark.parametrize(("about_a_child", "raised"), [(True, 1), (False, 0)])
async def test_the_ladder_of_a_meeting_about_a_place_is_in_no_count_of_strategy_meetings(
    unit: UUID, letterhead: Letterhead, about_a_child: bool, raised: int
) -> None:
    home = await make_unit(code="EA")
    meeting = await make_meeting(home=home, starts_at=LAST_QUARTER + timedelta(days=1))
    if not about_a_child:
        await Meeting.update({Meeting.child: None, Meeting.type: MeetingType.CONTEXT}).where(Meeting.id == meeting.id)
    await raise_escalation(
        cause=Cause.NO_SHOW, key="n:1", unit=unit, meeting=meeting.id, about="No.", wanted="Act.", now=LAST_QUARTER
    )
    await climb(letterhead=letterhead, now=LAST_QUARTER)
    lines = {line.unit: line.raised for line in await counted(*quarter_of_key("quarter:2026-10-01"))}
    assert lines["Central North"] == raised


async def test_the_counts_of_a_unit(unit: UUID, letterhead: Letterhead) -> None:
    from attendance.acknowledging import acknowledge
    from attendance.ladder_tables import EscalationLetter

    await climbed(unit, letterhead)
    first = await EscalationLetter.objects().first()
    assert first is not None
    await acknowledge(first.id, who="sergeant", now=LAST_QUARTER)
    await climbed(unit, letterhead, key="no-show:2", at=LAST_QUARTER + timedelta(hours=1))
    (line,) = await counted(*quarter_of_key("quarter:2026-10-01"))
    assert (line.raised, line.open, line.unacknowledged) == (2, 1, 1)
    assert (line.steps_sent, line.steps_acknowledged) == (2, 1)
    assert in_words(line) == "2 raised, 1 open, 1 acknowledged by nobody; 2 steps sent, 1 acknowledged"
