"""The button of the answer page with which a police unit says that it does not lead the meeting."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import Request, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from attendance import lead_link
from attendance.errors import LinkGone
from attendance.series_link_pages import invitation_of
from meetings.letters import Letterhead
from web.pages import link_gone

AnyRequest = Request[Any, Any, Any]
DONE = {
    "not-the-lead": "It is recorded that your unit says it is not the lead. A coordinator and the chair see it now.",
}


@post("/answer/{link:str}/not-the-lead", include_in_schema=False)
async def not_the_lead_step(
    request: AnyRequest, link: FromPath[str], now: NamedDependency[datetime], letterhead: NamedDependency[Letterhead]
) -> Template | Redirect:
    """The unit says that it is not the lead: who leads is disputed."""
    try:
        await lead_link.say_not_lead(invitation_of(link, letterhead), now=now)
    except LinkGone:
        return link_gone(request)
    return Redirect(f"/answer/{link}?done=not-the-lead", status_code=303)


handlers = [not_the_lead_step]
