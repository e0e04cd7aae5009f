"""A browser without a screen, and the coordinator who uses it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
import pytest_asyncio

from tests.browsing import CITY_DESK, COORDINATOR, Browser, application


@pytest_asyncio.fixture
async def browser(rolled_back: None) -> AsyncIterator[Browser]:
    async with Browser(application()) as client:
        yield client


@pytest.fixture
def real_now() -> datetime:
    """Sign-in goes by the real time, whatever the application's clock says."""
    return datetime.now(UTC)


@pytest_asyncio.fixture
async def coordinator(rolled_back: None, real_now: datetime) -> UUID:
    from web import signin

    return await signin.add_person(
        COORDINATOR, "Missing coordinator, Lambeth", "lambeth", appointments=CITY_DESK, now=real_now
    )
