"""The meetings: three lists with their first rows on one page, and each list whole, page by page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Template

from attendance.challenge_listing import count_open
from attendance.listing import Part, awaiting_register, coming, past
from meetings.lead_listing import open_disputes
from web.guards import Needs
from web.pages import page, page_number
from web.reading import View
from web.roles import Act
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
SHOWN, PAGE = 25, 50  # rows where all three lists are on one page, and where one list is shown whole


@get("/meetings", include_in_schema=False, needs=Needs(Act.SEE), opens=View("the list of meetings"))
async def meetings_page(
    request: AnyRequest, now: NamedDependency[datetime], viewer: NamedDependency[Viewer]
) -> Template:
    """What waits for its register, what is coming and what is past: the first rows of each."""
    return page(
        "attendance/meetings.html",
        request,
        waiting=await awaiting_register(now, viewer, size=SHOWN),
        coming=await coming(now, viewer, size=SHOWN),
        past=await past(viewer, size=SHOWN),
        disputes=len(await open_disputes(viewer)),
        challenges=await count_open(viewer),
    )


@get(
    "/meetings/registers",
    include_in_schema=False,
    needs=Needs(Act.SEE),
    opens=View("the list of registers that wait"),
)
async def registers_page(
    request: AnyRequest, now: NamedDependency[datetime], viewer: NamedDependency[Viewer]
) -> Template:
    """Every meeting whose register is open, the oldest first."""
    number = page_number(request)
    return _whole(request, "registers", number, await awaiting_register(now, viewer, page=number, size=PAGE))


@get("/meetings/coming", include_in_schema=False, needs=Needs(Act.SEE), opens=View("the list of coming meetings"))
async def coming_page(
    request: AnyRequest, now: NamedDependency[datetime], viewer: NamedDependency[Viewer]
) -> Template:
    """Every meeting to come, the soonest first."""
    number = page_number(request)
    return _whole(request, "coming", number, await coming(now, viewer, page=number, size=PAGE))


@get("/meetings/past", include_in_schema=False, needs=Needs(Act.SEE), opens=View("the list of past meetings"))
async def past_page(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
    """Every meeting that was held or called off, the newest first."""
    number = page_number(request)
    return _whole(request, "past", number, await past(viewer, page=number, size=PAGE))


def _whole(request: AnyRequest, code: str, number: int, part: Part) -> Template:
    return page("attendance/meetings_list.html", request, code=code, number=number, part=part)


handlers = [meetings_page, registers_page, coming_page, past_page]
