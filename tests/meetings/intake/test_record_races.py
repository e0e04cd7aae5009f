"""Reports that come at the same moment."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from directory.areas import load_directory
from meetings.default_rules import load_default_rules
from meetings.episode_tables import Child, Episode
from meetings.intake import record
from meetings.intake.errors import RefusedReport
from meetings.intake.reports import EpisodeReport
from meetings.tables import Trigger


async def test_one_report_sent_eight_times_at_once_is_one_episode_with_one_trigger_a_rule(
    committed: None, first: Any, now: datetime
) -> None:
    await load_directory()
    await load_default_rules(now)
    done = await asyncio.gather(*[first(cse=True) for _ in range(8)])
    assert sorted(str(one.result) for one in done) == ["new"] + ["unchanged"] * 7
    assert (await Child.count(), await Episode.count(), await Trigger.count()) == (1, 1, 1)


async def test_one_reference_for_two_children_at_once_belongs_to_one_of_them(
    committed: None, first: Any, now: datetime
) -> None:
    await load_directory()
    await load_default_rules(now)
    done = await asyncio.gather(*[first(child=f"C{n}") for n in range(4)], return_exceptions=True)
    assert sum(isinstance(one, RefusedReport) for one in done) == 3
    assert (await Child.count(), await Episode.count()) == (1, 1)


async def test_a_reference_that_came_for_another_child_between_two_looks_changes_nothing_of_theirs(
    rolled_back: None, first: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever looks a moment too early finds no episode of this reference, and one of another child's afterwards."""
    await load_directory()
    await load_default_rules(now)
    await first(child="C0")
    stood = await Episode.select()
    looked, looks = record._child_of_episode, 0

    async def too_early(report: EpisodeReport) -> UUID | None:
        nonlocal looks
        looks += 1
        return None if looks == 1 else await looked(report)

    monkeypatch.setattr(record, "_child_of_episode", too_early)
    with pytest.raises(RefusedReport, match="belongs to another child"):
        await first(child="C1", cse=True)
    assert await Episode.select() == stood
