"""Two coordinators set the same meeting up at the same moment."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from meetings import scheduling, setting_up
from meetings.errors import NothingWaiting
from meetings.letters import Letterhead
from meetings.tables import Meeting
from notifications.tables import OutboundMail
from tests.meetings.waiting_children import BY, child_waiting, tomorrow, units_of
from web.viewer import MACHINE

pytestmark = pytest.mark.usefixtures("committed", "london")


async def test_one_trigger_makes_one_meeting_and_one_set_of_invitations(
    now: datetime, letterhead: Letterhead
) -> None:
    child = await child_waiting(now)
    units = await units_of(child, now)
    both = await asyncio.gather(
        *(
            setting_up.set_up(child, tomorrow(now), units, by=BY, now=now, letterhead=letterhead, viewer=MACHINE)
            for _ in range(2)
        ),
        return_exceptions=True,
    )
    assert {type(result) for result in both} == {str, NothingWaiting}
    assert await Meeting.count() == 1
    assert await OutboundMail.count() == len(units)


async def test_a_failure_half_way_leaves_no_meeting_and_no_letter(
    now: datetime, letterhead: Letterhead, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = await child_waiting(now)
    units = await units_of(child, now)

    async def fail(*_: object, **__: object) -> None:
        raise ConnectionError("the database went away")

    monkeypatch.setattr(scheduling, "happened", fail)
    with pytest.raises(ConnectionError):
        await setting_up.set_up(child, tomorrow(now), units, by=BY, now=now, letterhead=letterhead, viewer=MACHINE)
    assert await Meeting.count() == 0
    assert await OutboundMail.count() == 0
