"""A silent unit from its invitation to the meeting, the clock moved on every half hour: who is written to when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from directory.rungs import Rung
from tests.attendance.ladder.conftest import (
    DIRECTOR,
    DUTY,
    INSPECTOR,
    LADDER,
    SERGEANT,
    SUPERINTENDENT,
    in_directory,
    on_ladder,
)
from web.moments import LONDON

HALF_HOUR = timedelta(minutes=30)
INVITED = "missing.team@central-north.police.example"
UNITS = (("Central North", "bcu", INVITED, ("home police",)),)


@pytest.mark.parametrize(
    ("starts_at", "told"),
    [
        (datetime(2026, 11, 20, 10, tzinfo=UTC), ["Thu 10:00", "Thu 12:00", "Thu 14:00", "Thu 16:00"]),
        (datetime(2026, 11, 23, 10, tzinfo=UTC), ["Fri 10:00", "Fri 12:00", "Fri 14:00", "Fri 16:00"]),
        (datetime(2026, 10, 26, 10, tzinfo=UTC), ["Fri 10:00", "Fri 12:00", "Fri 14:00", "Fri 16:00"]),
        (datetime(2027, 3, 30, 9, tzinfo=UTC), ["Thu 10:00", "Thu 12:00", "Thu 14:00", "Thu 16:00"]),
    ],
    ids=["on a Friday", "on a Monday", "the day after the clocks went back", "after Easter, with the clocks forward"],
)
async def test_each_rung_is_told_once_at_its_own_time_up_to_the_last(
    rolled_back: None, convene: Any, round_at: Any, sent: Any, starts_at: datetime, told: list[str]
) -> None:
    invited_at = starts_at - timedelta(days=6)
    await convene(starts_at=starts_at, invited_at=invited_at, units=UNITS, quorum=())
    await in_directory("Central North", INVITED)
    await in_directory("Central North", DUTY, rank=2, role="duty desk")
    for rung, (email, role) in LADDER.items():
        await on_ladder(None if rung is Rung.DIRECTOR else "Central North", rung, email, role)

    letters: dict[str, set[str]] = {}
    now = starts_at - timedelta(days=6)
    while now < starts_at + HALF_HOUR:
        await round_at(now)
        for address in await sent.since():
            letters.setdefault(f"{now.astimezone(LONDON):%a %H:%M}", set()).add(address)
        now += HALF_HOUR

    everybody = [{DUTY, INVITED}, {SERGEANT}, {INSPECTOR}, {SUPERINTENDENT, DIRECTOR}]
    assert list(letters) == told
    assert all(who <= expected for who, expected in zip(letters.values(), everybody, strict=True))
    assert DUTY in letters[told[0]]
    assert letters[told[3]] == {SUPERINTENDENT, DIRECTOR}
