"""A small directory, the suggested rules, and reports from one case system."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from directory.areas import load_directory
from meetings.default_rules import load_default_rules
from meetings.intake.record import Reported, report_episode, report_move
from meetings.intake.reports import EpisodeReport, MoveReport

LAMBETH, BRENT, KENT = "E09000022", "E09000005", "E23000032"
Report = Callable[..., Awaitable[Reported]]


@pytest_asyncio.fixture
async def directory(rolled_back: None, now: datetime) -> None:
    """London's places and police units, and the suggested rules."""
    await load_directory()
    await load_default_rules(now)


@pytest.fixture
def report(now: datetime) -> Report:
    """Reports an episode: the first time of child C1, missing for an hour, unless told otherwise."""

    async def send(reference: str = "E1", *, at: datetime = now, **said: Any) -> Reported:
        return await report_episode(
            EpisodeReport(source="case-system", issuer="lambeth", source_reference=reference, **said),
            actor="case-system",
            now=at,
        )

    return send


@pytest.fixture
def first(report: Report, now: datetime) -> Report:
    """Reports a new episode with what every first report needs."""

    async def send(reference: str = "E1", *, at: datetime = now, **said: Any) -> Reported:
        needed = {"child": "C1", "started_at": at - timedelta(hours=1), "home_place": LAMBETH}
        return await report(reference, at=at, **(needed | said))

    return send


@pytest.fixture
def move(now: datetime) -> Report:
    """Reports that the placement of child C1 moved from Lambeth to Kent."""

    async def send(reference: str = "M1", *, at: datetime = now, **said: Any) -> Reported:
        facts: dict[str, Any] = {
            "child": "C1",
            "moved_at": at - timedelta(hours=1),
            "home_place": LAMBETH,
            "from_place": LAMBETH,
            "to_place": KENT,
        }
        sent = MoveReport(source="case-system", issuer="lambeth", source_reference=reference, **(facts | said))
        return await report_move(sent, actor="case-system", now=at)

    return send
