"""The page of one's own sessions: where one is signed in, and how to end that."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Router, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from web import sessions
from web.guards import CLOSED, Needs
from web.pages import page, utc_now
from web.roles import Act
from web.signin_pages import session_of

AnyRequest = Request[Any, Any, Any]
DONE = {
    "ended": "That session is ended. Whoever had it must sign in again.",
    "others": "Every other session is ended. You are signed in here only.",
}


@get("/sessions", include_in_schema=False, needs=Needs(Act.ENTER))
async def sessions_page(request: AnyRequest) -> Template:
    """Each live session: in which browser, since when, last used when, and which is this one."""
    own = await sessions.of_person(request.user.id, this=session_of(request), now=utc_now())
    return page("web/sessions.html", request, done=DONE, own=own)


@post("/sessions/{session:uuid}/end", include_in_schema=False, needs=Needs(Act.ENTER))
async def session_end(request: AnyRequest, session: FromPath[UUID]) -> Redirect:
    """The session is over at once; somebody else's is answered as one that never was."""
    if not await sessions.end_one(session, person=request.user.id, now=utc_now()):
        raise NotFoundException("You have no such session, or it has ended.")
    return Redirect("/sessions?done=ended", status_code=303)


@post("/sessions/end", include_in_schema=False, needs=Needs(Act.ENTER))
async def others_end(request: AnyRequest) -> Redirect:
    """Every session of the person is over but the one that asks."""
    person = request.user.id
    await sessions.end_all_of(person, by=str(person), but=session_of(request), now=utc_now())
    return Redirect("/sessions?done=others", status_code=303)


router = Router("/", guards=CLOSED, route_handlers=[sessions_page, session_end, others_end])
