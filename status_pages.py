"""The page that says to administrators, in words, whether the installation works."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import Request, Router, get
from litestar.di import NamedDependency
from litestar.response import Template

import status
from web.guards import CLOSED, Needs
from web.pages import front_door, page
from web.roles import Act


@get("/status", include_in_schema=False, needs=Needs(Act.OPERATE))
async def status_page(request: Request[Any, Any, Any], now: NamedDependency[datetime]) -> Template:
    """Question by question, and when each round of the worker last ended."""
    turns = await status.turns(now)
    lines = await status.lines(now, turns, demo=front_door(request).demo)
    return page("web/status.html", request, lines=lines, turns=turns)


router = Router("/", guards=CLOSED, route_handlers=[status_page])
