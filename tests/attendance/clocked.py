"""The application under the tests' own letterhead, at whatever time a test says it is."""

from __future__ import annotations

from datetime import datetime

from litestar import Litestar

from tests.conftest import SECRET


class Clock:
    """What time the application believes it is."""

    at: datetime


def clocked_app() -> Litestar:
    """The application; the links and addresses in its letters open, because it has the letterhead's secret."""
    from app import create_app
    from settings import load_settings

    told = {"DATABASE_URL": "postgresql://nowhere/", "CONVENE_SECRET": SECRET, "CONVENE_DEMO": "yes"}
    return create_app(load_settings(told), clock=lambda: Clock.at)
