"""Pressing the button twice, on a committed database."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from meetings import feeds
from meetings.feed_tables import Feed, FeedKind
from meetings.letters import Letterhead
from web import signin


@pytest.mark.usefixtures("committed")
async def test_pressing_twice_makes_one_calendar(letterhead: Letterhead, now: datetime) -> None:
    by = await signin.add_person("coordinator@council.example", "Missing coordinator", now=now)
    made = await asyncio.gather(
        *(feeds.make(FeedKind.COORDINATOR, "", by=by, now=now, letterhead=letterhead) for _ in range(4))
    )
    assert len(set(made)) == await Feed.count() == 1
