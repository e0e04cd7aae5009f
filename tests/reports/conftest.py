"""The coordinator's browser, at the tests' time, and a home and a destination unit in the directory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from litestar import Litestar

from directory.tables import Unit, UnitKind
from meetings.tables import Meeting, Seat
from reports import figures
from tests.both_ways import both_ways
from tests.browsing import CITY_DESK, COORDINATOR, At, Browser, application
from tests.factories import make_meeting, make_seat, make_unit

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def counted_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a page or file shows was posted before, and equals a recount from the records."""
    monkeypatch.setattr(figures, "count", both_ways)


@pytest.fixture(scope="session")
def convene(database: None) -> Litestar:
    """The application; its templates are read once for all tests."""
    return application(clock=At(NOW))


@pytest_asyncio.fixture
async def visitor(rolled_back: None, convene: Litestar) -> AsyncIterator[Browser]:
    """A browser in which nobody is signed in."""
    async with Browser(convene) as client:
        yield client


@pytest_asyncio.fixture
async def browser(visitor: Browser) -> Browser:
    """A browser in which the coordinator is signed in."""
    from web import signin

    real_now = datetime.now(UTC)
    person = await signin.add_person(
        COORDINATOR, "Missing coordinator, Lambeth", "lambeth", appointments=CITY_DESK, now=real_now
    )
    await visitor.sign_in(await signin.make_link(person, "http://convene.example", now=real_now))
    return visitor


@pytest_asyncio.fixture
async def home(rolled_back: None) -> Unit:
    return await make_unit(code="CN", name="Central North BCU")


@pytest_asyncio.fixture
async def destination(rolled_back: None) -> Unit:
    return await make_unit(code="EA", name="East Area BCU")


@pytest_asyncio.fixture
async def city(rolled_back: None) -> Unit:
    return await make_unit(code="COLP", name="City of London Police", kind=UnitKind.FORCE)


@pytest_asyncio.fixture
async def meeting(home: Unit) -> Meeting:
    return await make_meeting(home=home)


@pytest_asyncio.fixture
async def seat(meeting: Meeting, home: Unit) -> Seat:
    return await make_seat(meeting=meeting, unit=home)
