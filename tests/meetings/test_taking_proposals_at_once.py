"""Two coordinators send the same proposed time in the same second: the second is told, and nobody is asked twice."""

from __future__ import annotations

import asyncio
from datetime import datetime
from uuid import UUID

import pytest

from meetings.errors import UnsuitableTime
from meetings.letters import Letterhead
from meetings.slot_words import choice
from meetings.tables import Meeting
from meetings.taking_proposals import set_up_as_proposed
from meetings.times_shown import Joining
from meetings.wanting import times_for, wanted
from tests.meetings.waiting_children import BY, child_waiting
from web.viewer import MACHINE

pytestmark = pytest.mark.usefixtures("committed", "london")
ONLINE = Joining(link="https://meet.example/r/7")


async def test_of_two_children_with_the_same_units_one_gets_the_time_and_the_other_is_told(
    now: datetime, letterhead: Letterhead
) -> None:
    children = [await child_waiting(now), await child_waiting(now)]
    chosen = {child: await first_choice(child, now) for child in children}
    assert len(set(chosen.values())) == 1, "both were shown the same time"

    async def send(child: UUID) -> str:
        asked = await wanted(child, now, MACHINE)
        return await set_up_as_proposed(
            asked, chosen[child], ONLINE, by=BY, now=now, letterhead=letterhead, viewer=MACHINE
        )

    ended = await asyncio.gather(*map(send, children), return_exceptions=True)
    assert [type(end) for end in ended if isinstance(end, BaseException)] == [UnsuitableTime]
    assert await Meeting.count() == 1


async def first_choice(child: UUID, now: datetime) -> str:
    return choice((await times_for(await wanted(child, now, MACHINE), now)).slots[0]).value
