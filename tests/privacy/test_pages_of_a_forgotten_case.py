"""The pages of a case that was forgotten still open, and show nothing of who it was."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import pytest
import pytest_asyncio
from litestar import Litestar

from privacy.forgetting import forget
from tests.browsing import Browser, sign_in_as
from tests.privacy.cases import NAMED, make_case


@pytest_asyncio.fixture
async def desk(app: Litestar, rolled_back: None) -> AsyncIterator[Browser]:
    """Somebody who sees every case."""
    async with Browser(app) as client:
        yield await sign_in_as(client, "desk@council.example", "City desk")


@pytest.mark.parametrize(
    "address",
    [
        "/meetings/{meeting}",
        "/meetings/{meeting}/register",
        "/meetings/{meeting}/actions",
        "/meetings/{meeting}/checklist",
        "/episodes/{episode}",
        "/episodes?show=all",
        "/waiting/{child}",
        "/post",
        "/follow-up",
        "/ladders",
        "/challenges",
    ],
)
async def test_each_page_opens_and_names_nobody(address: str, desk: Browser, now: datetime) -> None:
    case = await make_case()
    page = address.format(meeting=case.meeting.reference, episode=case.episode.id, child=case.child.id)
    before = await desk.get(page)
    assert before.status_code == 200 or "/waiting/" in page
    await forget(case.child.id, by="tests", why="period", now=now)
    after = await desk.get(page)
    assert after.status_code == before.status_code
    assert [name for name in NAMED if name in after.text] == []
