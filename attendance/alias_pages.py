"""The addresses that answer for invited ones: what was learnt, when and by whom; each can be forgotten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from attendance import aliases
from attendance.subjects import ALIAS
from web.guards import Needs
from web.pages import page
from web.roles import Act
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
DONE = {
    "forgotten": "Forgotten. Answers from that address wait for a person from now on; those that counted stand.",
    "not-known": "Nothing was changed: it was forgotten already.",
}


@get("/aliases", include_in_schema=False, needs=Needs(Act.RUN))
async def aliases_page(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
    """Every alias in use, and those that were forgotten."""
    known = await aliases.learnt(viewer)
    return page(
        "attendance/aliases.html",
        request,
        done=DONE,
        in_use=[one for one in known if one.forgotten_at is None],
        forgotten=[one for one in known if one.forgotten_at is not None],
    )


@post("/aliases/{alias:int}/forgotten", include_in_schema=False, needs=Needs(Act.RUN, ALIAS))
async def forget_step(request: AnyRequest, alias: FromPath[int], now: NamedDependency[datetime]) -> Redirect:
    """The alias is used no more."""
    known = 0 < alias < 2**63 and await aliases.forget(alias, by=str(request.user.id), now=now)
    return Redirect(f"/aliases?done={'forgotten' if known else 'not-known'}", status_code=303)


handlers = [aliases_page, forget_step]
