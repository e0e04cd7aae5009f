"""Each page of a case that was shown is in the log of acts: who opened what. One place, for all pages.

A route says what it opens where it is made: `@get("/meetings/{reference:str}", needs=…, opens=View("the meeting"))`.
The entry is written when the answer is ready and before it leaves, in the same transaction as the page's own reading:
nothing is shown that is not logged, and nothing is logged as opened that was refused or not found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from audit import reading
from web.guards import Needs
from web.pages import front_door

BY_LINK = "sealed link"
_LINK = "link"  # the parameter of the path, wherever a letter leads to a page
_LONGEST = 120  # characters of an entry's subject
_SEARCHES = ("q", "person", "case")  # typed by people, and could hold a name: only that they searched is kept


@dataclass(frozen=True)
class View:
    """What a page shows, in words. It is of the thing that its route is about, or else a list.

    Where a route is open to whoever has its link, or is guarded by the act alone, `kind` and `parameter` say of what
    the page is, and which parameter of the path names it.
    """

    what: str
    kind: str = ""
    parameter: str = ""

    def of(self, needs: object) -> tuple[str, str]:
        """The kind of thing that is shown, and the parameter of the path that names it; none names a list."""
        if self.kind:
            return self.kind, self.parameter
        subject = needs.subject if isinstance(needs, Needs) else None
        return (subject.kind, subject.parameter) if subject else ("list", "")


class Readings(ASGIMiddleware):
    """Within the transaction that a page reads in, if it has one."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        view = scope["route_handler"].opt.get("opens")
        if view is None or Request[Any, Any, Any](scope).method != "GET":
            await next_app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                await _record(view, Request(scope))
            await send(message)

        await next_app(scope, receive, answer)


async def _record(view: View, request: Request[Any, Any, Any]) -> None:
    kind, parameter = view.of(request.route_handler.opt.get("needs"))
    named = str(request.path_params.get(parameter, request.url.path))
    if parameter == _LINK:
        named = str(UUID(hex=named.partition(".")[0]))  # what it is about; the seal after it is what opens the page
    person = request.scope.get("user")
    by_person = person is not None and _LINK not in request.path_params
    await reading.opened(
        str(person.id) if by_person else BY_LINK,
        view.what,
        f"{kind}:{named}"[:_LONGEST],
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
