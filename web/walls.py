"""Each request asks the database on behalf of whoever sent it, and a page reads all it shows at one moment."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from web.acting import Acting, Way, turn

WAYS = {"sign-in": Way.SIGN_IN, "sign-out": Way.SIGN_IN, "api": Way.SOURCE, "feeds": Way.FEED}
LINKS = frozenset({"answer", "acknowledge", "handover", "actions", "outcomes", "verify", "proposed"})
_READ = frozenset({Way.PERSON, Way.LINK, Way.FEED})
NOT_PAGES = ("/static/", "/live", "/ready", "/schema")


class BeforeSignIn(ASGIMiddleware):
    """Who sends the request is looked up before anybody is known: accounts and sessions can be read, no case."""

    scopes = (ScopeType.HTTP,)
    should_bypass_for_scope = staticmethod(lambda scope: scope["path"].startswith(NOT_PAGES))

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        with turn(Acting(Way.SIGN_IN)):
            await next_app(scope, receive, send)


class OnBehalf(ASGIMiddleware):
    """What the request may see and change is what the person, or the sealed link, may.

    A page's statements share one transaction, which ends before the answer leaves: nobody's slow connection holds it.
    A handler that waits for more than the database (files made apart) says `waits=True`: each statement is its own.
    The verbs behind forms open their own.
    """

    scopes = (ScopeType.HTTP,)
    should_bypass_for_scope = staticmethod(lambda scope: scope["path"].startswith(NOT_PAGES))

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        shown = acting_in(scope)
        with turn(shown):
            if not _reads_at_once(scope, shown):
                await next_app(scope, receive, send)
                return
            from piccolo_conf import DB  # imported late: it reads DATABASE_URL

            async with AsyncExitStack() as reading:
                await reading.enter_async_context(DB.transaction(of_one_moment=shown.way is Way.PERSON))

                async def answer(message: Message) -> None:
                    await reading.aclose()
                    await send(message)

                await next_app(scope, receive, answer)


def _reads_at_once(scope: Scope, shown: Acting) -> bool:
    """Whether it is a page of somebody's that asks nothing but the database: signing in may ask others."""
    method: str = Request[Any, Any, Any](scope).method
    return method in ("GET", "HEAD") and shown.way in _READ and not scope["route_handler"].opt.get("waits")


def acting_in(scope: Scope) -> Acting:
    """Behind a guard a person acts; at an open door whoever came that way, signed in or not."""
    handler: Any = scope["route_handler"]
    person = scope.get("user")
    if handler.resolve_guards():
        return Acting(Way.PERSON, person=person.id) if person is not None else Acting(Way.NONE)
    first, *rest = scope["path"].strip("/").split("/")
    if first in LINKS:
        return Acting(Way.LINK, subject=_named_in(rest))
    return Acting(WAYS.get(first, Way.NONE))


def _named_in(rest: list[str]) -> UUID | None:
    """What the link is about by its own word: the page checks its seal, and the wall shows nothing else meanwhile."""
    for part in rest:
        word = part.partition(".")[0]
        if len(word) == 32 and all(letter in "0123456789abcdef" for letter in word):
            return UUID(hex=word)
    return None
