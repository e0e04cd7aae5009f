"""Each page of a case that was shown is in the log of acts: who opened what. One place, for all pages.

The entry is written when the answer is ready and before it leaves, in the same transaction as the page's own reading:
nothing is shown that is not logged, and nothing is logged as opened that was refused or not found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from audit import reading
from web.pages import front_door

BY_LINK = "sealed link"
_LONGEST = 120  # characters of an entry's subject
_SEARCHES = ("q", "person", "case")  # typed by people, and could hold a name: only that they searched is kept


@dataclass(frozen=True)
class Opened:
    """What a page shows, in words, and of which kind of thing; `parameter` of the path names it, "" for a list."""

    what: str
    kind: str
    parameter: str = ""


_MEETING = "/meetings/{reference}"
_POST = "/post/{mail}"
PAGES: Mapping[str, Opened] = {
    "/": Opened("the list of what waits", "list"),
    "/waiting/{child}": Opened("what waits for a child", "child", "child"),
    "/plan": Opened("the plan of all that waits", "list"),
    "/plan/{plan}": Opened("a plan", "plan", "plan"),
    "/meetings": Opened("the list of meetings", "list"),
    "/meetings/about": Opened("the form for a meeting about a place or group", "list"),
    _MEETING: Opened("the meeting", "meeting", "reference"),
    f"{_MEETING}/answers/{{invitation}}": Opened("the form for an answer", "meeting", "reference"),
    f"{_MEETING}/actions": Opened("the actions", "meeting", "reference"),
    f"{_MEETING}/actions/{{action}}": Opened("an action", "meeting", "reference"),
    f"{_MEETING}/calling-off": Opened("the form to call it off", "meeting", "reference"),
    f"{_MEETING}/checklist": Opened("the checklist", "meeting", "reference"),
    f"{_MEETING}/lead": Opened("the lead", "meeting", "reference"),
    f"{_MEETING}/list": Opened("the list of children", "meeting", "reference"),
    f"{_MEETING}/register": Opened("the register", "meeting", "reference"),
    f"{_MEETING}/register/not-held": Opened("the form that it was not held", "meeting", "reference"),
    f"{_MEETING}/register/teams": Opened("a Teams file's people", "meeting", "reference"),
    f"{_MEETING}/review": Opened("the review", "meeting", "reference"),
    f"{_MEETING}/seats": Opened("the seats", "meeting", "reference"),
    f"{_MEETING}/time": Opened("the form to move it", "meeting", "reference"),
    "/series": Opened("the list of series", "list"),
    "/series/{reference}": Opened("the series", "series", "reference"),
    "/series/{reference}/calling-off": Opened("the form to call the series off", "series", "reference"),
    "/series/{reference}/change": Opened("the form to change the series", "series", "reference"),
    "/series/{reference}/units": Opened("the units of the series", "series", "reference"),
    "/episodes": Opened("the list of episodes", "list"),
    "/episodes/{episode}": Opened("the episode", "episode", "episode"),
    "/episodes/{episode}/{step}": Opened("the form to change the episode", "episode", "episode"),
    "/episodes/{episode}/interviews": Opened("the interviews", "episode", "episode"),
    "/handovers": Opened("the list of moves", "list"),
    "/handovers/{reference}": Opened("a move", "handover", "reference"),
    "/follow-up": Opened("the list of what to follow up", "list"),
    "/follow-up/{code}": Opened("a list of what to follow up", "list"),
    "/follow-up/not-convened": Opened("the decisions not to meet", "list"),
    "/disputes": Opened("the disputes about leads", "list"),
    "/challenges": Opened("the challenges", "list"),
    "/challenges/{challenge}": Opened("a challenge", "challenge", "challenge"),
    "/seats/{seat}/challenge": Opened("the outcome of a seat", "seat", "seat"),
    "/seats/{seat}/deputy": Opened("the form for a seat's deputy", "seat", "seat"),
    "/ladders": Opened("the ladders", "list"),
    "/ladders/{ladder}/hold": Opened("a ladder", "ladder", "ladder"),
    "/ladders/{ladder}/hurry": Opened("a ladder", "ladder", "ladder"),
    "/post": Opened("the post", "list"),
    _POST: Opened("a message", "mail", "mail"),
    f"{_POST}/who": Opened("a message", "mail", "mail"),
    f"{_POST}/returned": Opened("a message", "mail", "mail"),
    "/invitations/{invitation}/next-contact": Opened("an invitation", "invitation", "invitation"),
    "/proposals/{number}": Opened("a proposed time", "proposal", "number"),
    "/deputies/{number}": Opened("a named deputy", "deputy", "number"),
    "/break-glass/review": Opened("the list of emergency access", "list"),
    "/break-glass/{access}/review": Opened("an emergency access", "access", "access"),
    "/requests": Opened("the list of requests for what is held", "list"),
    "/requests/{reference}": Opened("a request for what is held", "request", "reference"),
    "/requests/{reference}/answer.zip": Opened("what is held, as a file", "request", "reference"),
    "/log": Opened("the log of acts", "list"),
    "/log/unusual": Opened("the list of unusual reading", "list"),
    "/log/meetings/{reference}": Opened("the log of the meeting", "meeting", "reference"),
    "/log/meetings/{reference}/file.csv": Opened("the log of the meeting as a file", "meeting", "reference"),
    "/log/people/{person}": Opened("the log of a person", "person", "person"),
    "/log/people/{person}/file.csv": Opened("the log of a person as a file", "person", "person"),
    "/directory": Opened("the directory", "list"),
    "/answer/{link}": Opened("an invitation by its link", "invitation", "link"),
    "/answer/series/{link}": Opened("a series' invitation by its link", "series invitation", "link"),
    "/acknowledge/{link}": Opened("a ladder by its link", "ladder", "link"),
    "/handover/{link}": Opened("a move by its link", "handover", "link"),
    "/actions/{link}": Opened("an action by its link", "action", "link"),
    "/outcomes/{link}": Opened("a unit's outcomes by their link", "outcomes", "link"),
    "/outcomes/{link}/{seat}": Opened("an outcome by its link", "seat", "seat"),
}
"""Every page that shows cases, by the path of its route. Who opens one by a link in a letter is not known by name."""


class Readings(ASGIMiddleware):
    """Within the transaction that a page reads in, if it has one."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        opened = PAGES.get(scope.get("path_template", ""))
        if opened is None or Request[Any, Any, Any](scope).method != "GET":
            await next_app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                await _record(opened, Request(scope))
            await send(message)

        await next_app(scope, receive, answer)


async def _record(opened: Opened, request: Request[Any, Any, Any]) -> None:
    named = str(request.path_params.get(opened.parameter, request.url.path))
    if opened.parameter == "link":
        named = str(UUID(hex=named.partition(".")[0]))  # what it is about; the seal after it is what opens the page
    person = request.scope.get("user")
    by_person = person is not None and opened.parameter != "link"
    await reading.opened(
        str(person.id) if by_person else BY_LINK,
        opened.what,
        f"{opened.kind}:{named}"[:_LONGEST],
        now=front_door(request).clock(),
        detail=_detail(request),
    )


def _detail(request: Request[Any, Any, Any]) -> dict[str, object]:
    """Which page of a list, and that words were searched for; never the words."""
    asked = request.query_params
    number = asked.get("page") or asked.get("number") or ""
    detail: dict[str, object] = {"page": int(number)} if number.isdecimal() else {}
    if any(asked.get(name, "").strip() for name in _SEARCHES):
        detail["searched"] = True
    return detail
