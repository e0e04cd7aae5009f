"""Flags from before their time was kept count from the report, as they did then."""

from datetime import datetime, timedelta
from importlib import import_module

import pytest

from meetings.episode_tables import Episode
from tests.factories import make_episode

MIGRATION = "meetings.piccolo_migrations.meetings_2026_11_22t03_12_00_000000"


@pytest.mark.usefixtures("rolled_back")
async def test_a_flag_whose_time_was_not_kept_counts_from_the_report(now: datetime) -> None:
    flagged, told, none = [await make_episode(home_place="E09000022") for _ in range(3)]
    await Episode.update({Episode.cce: True}).where(Episode.id == flagged.id)
    await Episode.update({Episode.cse: True, Episode.flagged_at: now}).where(Episode.id == told.id)
    manager = await import_module(MIGRATION).forwards()
    for run in manager.raw:
        await run()
    rows = {row["id"]: row["flagged_at"] for row in await Episode.select(Episode.id, Episode.flagged_at)}
    assert rows == {flagged.id: flagged.reported_at, told.id: now, none.id: None}
    assert now - flagged.reported_at > timedelta(days=1)
