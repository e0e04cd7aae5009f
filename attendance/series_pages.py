"""The page of one series: its units and dates, and who answered which."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Template

from attendance.series_overview import series_overview
from attendance.timeline import ANSWERS as WORDS
from meetings.series_letters import how_often
from meetings.subjects import SERIES
from web.guards import Needs
from web.pages import page
from web.reading import View
from web.roles import Act

DONE = {
    "set-up": "The series is set up and its invitations are on their way.",
    "changed": "The change is made and every unit is being told.",
    "unchanged": "Nothing was changed: it is how the series was held. Nobody was told anything.",
    "unit-added": "The unit is added and is being invited.",
    "unit-removed": "The unit is removed and is being told.",
    "called-off": "Every coming date is called off and every unit is being told.",
    "too-late": "Nothing was changed: the series is called off, or its last date has passed.",
}


@get("/series/{reference:str}", include_in_schema=False, needs=Needs(Act.SEE, SERIES), opens=View("the series"))
async def series_page(
    request: Request[Any, Any, Any], reference: FromPath[str], now: NamedDependency[datetime]
) -> Template:
    """All about one series."""
    overview = await series_overview(reference, now)
    if overview is None:
        raise NotFoundException(f"There is no series {reference}.")
    return page(
        "attendance/series.html",
        request,
        done=DONE,
        overview=overview,
        series=overview.series,
        how_often=how_often(overview.rule),
        words=WORDS,
    )


handlers = [series_page]
