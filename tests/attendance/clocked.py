"""The application under the tests' own letterhead, at whatever time a test says it is."""

from __future__ import annotations

from datetime import datetime

from litestar import Litestar

from tests.browsing import application
from tests.conftest import SECRET


class Clock:
    """What time the application believes it is."""

    at: datetime


def clocked_app() -> Litestar:
    """The application; the links and addresses in its letters open, because it has the letterhead's secret."""
    return application({"CONVENE_SECRET": SECRET}, _now)


def _now() -> datetime:
    return Clock.at
