"""The demonstration's units are on duty, off duty, and some of them silent."""

from datetime import datetime, timedelta

import pytest

from demo.hours import tell_hours
from directory.availability import Free, Period
from directory.duty_hours import next_on_duty
from directory.tables import Unit, UnitKind
from meetings.diaries import diaries


@pytest.mark.usefixtures("rolled_back", "london")
async def test_some_units_are_free_some_off_duty_and_of_some_nothing_is_known(now: datetime) -> None:
    await tell_hours(now)
    units = await Unit.objects()
    hour = Period(now, now + timedelta(hours=1))

    found = await diaries([unit.id for unit in units], hour)

    police = {found[unit.id].at(hour) for unit in units if unit.kind == UnitKind.BCU}
    others = {found[unit.id].at(hour) for unit in units if unit.kind == UnitKind.SOCIAL_CARE}
    assert police == {Free.FREE, Free.OFF_DUTY}
    assert others == {Free.FREE, Free.UNKNOWN}
    said = set((await next_on_duty([unit.id for unit in units], now)).values())
    assert "No duty hours known" in said
    assert "On duty now, until 4pm" in said
    assert any(sentence.startswith("Next on duty ") for sentence in said)
