"""Browsers of people with different roles, at whatever time a test says it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import pytest
import pytest_asyncio
from litestar import Litestar

from tests.attendance.clocked import Clock, clocked_app
from tests.browsing import Browser, sign_in_as
from web.roles import Role
from web.viewer import Post


@pytest.fixture(scope="session")
def app() -> Litestar:
    return clocked_app()


@pytest.fixture(autouse=True)
def _on_time(now: datetime) -> None:
    Clock.at = now


@pytest_asyncio.fixture
async def administrator(app: Litestar, rolled_back: None) -> AsyncIterator[Browser]:
    """Sets periods, and sees no case."""
    async with Browser(app) as client:
        yield await sign_in_as(client, "admin@council.example", "Administrator", posts=[Post(Role.ADMINISTRATOR)])


@pytest_asyncio.fixture
async def coordinator(app: Litestar, rolled_back: None) -> AsyncIterator[Browser]:
    """Runs cases, and answers nobody's request."""
    async with Browser(app) as client:
        yield await sign_in_as(client, "coordinator@council.example", "Coordinator", posts=[Post(Role.COORDINATOR)])


@pytest_asyncio.fixture
async def manager(app: Litestar, rolled_back: None) -> AsyncIterator[Browser]:
    """Answers requests, of every authority."""
    async with Browser(app) as client:
        yield await sign_in_as(client, "manager@council.example", "Manager, Lambeth", posts=[Post(Role.MANAGER)])


@pytest_asyncio.fixture
async def second_manager(app: Litestar, rolled_back: None) -> AsyncIterator[Browser]:
    """A colleague of that one."""
    async with Browser(app) as client:
        yield await sign_in_as(client, "second@council.example", "Head of service", posts=[Post(Role.MANAGER)])
