"""The page behind the link in a handover notice: acknowledged without signing in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from attendance import handovers as with_ladder
from meetings import handovers
from meetings.errors import MeetingError, NoSuchHandover
from meetings.handover_tables import Handover, HandoverState
from meetings.letters import Letterhead
from web import forms
from web.pages import link_gone, page
from web.reading import View

AnyRequest = Request[Any, Any, Any]
ACTOR = "handover link"
DONE = {"acknowledged": "It is recorded that your unit knows of the move."}


@get("/handover/{link:str}", include_in_schema=False, opens=View("a move by its link", "handover", "link"))
async def handover_link_page(
    request: AnyRequest, link: FromPath[str], now: NamedDependency[datetime], letterhead: NamedDependency[Letterhead]
) -> Template:
    """Does your unit know of the move? Opening the page changes nothing."""
    row = await _behind(link, letterhead, now)
    return await _page(request, row) if row else link_gone(request)


@post("/handover/{link:str}", include_in_schema=False)
async def handover_link_step(
    request: AnyRequest, link: FromPath[str], now: NamedDependency[datetime], letterhead: NamedDependency[Letterhead]
) -> Template | Redirect:
    """The receiving unit knows of the move."""
    row = await _behind(link, letterhead, now)
    if row is None:
        return link_gone(request)
    form = await forms.read(request)
    try:
        await with_ladder.acknowledge(row.id, form.get("who", ""), via="link", by=ACTOR, now=now)
    except NoSuchHandover:
        return link_gone(request)
    except MeetingError as refused:
        return await _page(request, row, status=400, values=form, problems={refused.field: str(refused)})
    return Redirect(f"/handover/{link}?done=acknowledged", status_code=303)


async def _behind(link: str, letterhead: Letterhead, now: datetime) -> Handover | None:
    """The handover that the link is for; None for one that Convene never made, is overtaken, or is too old."""
    found: UUID | None = letterhead.handover_of(link)
    row = await Handover.objects().where(Handover.id == found).first() if found else None
    if row is None or row.state == HandoverState.OVERTAKEN or now > handovers.link_ends(row):
        return None
    return row


async def _page(request: AnyRequest, row: Handover, **shown: Any) -> Template:
    (one,) = await handovers.listed([row])
    return page(
        "attendance/handover_link.html",
        request,
        done=DONE,
        one=one,
        row=row,
        acknowledged=row.state == HandoverState.ACKNOWLEDGED,
        longest=handovers.LONGEST_WHO,
        **shown,
    )


handlers = [handover_link_page, handover_link_step]
