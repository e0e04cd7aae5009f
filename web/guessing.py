"""Strangers who try addresses: what leads nowhere is counted by where they come from."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from web import throttle
from web.errors import too_many
from web.pages import front_door, utc_now
from web.throttle import Kind

AnyRequest = Request[Any, Any, Any]
_LEADS_NOWHERE = (401, 404)
_MACHINES = "/api/"  # counted too, and told 401 for ever: a source system that lost its token is no guesser


class Misses(ASGIMiddleware):
    """A link that leads nowhere counts as a guess where nobody is signed in; of too many, all are answered alike.

    A link that is right is never held up, whoever else guesses from the same network: what it carries has 128 bits
    or more, and is found by nobody who was not given it. The limit keeps guesses cheap and lets the operator know.
    """

    scopes = (ScopeType.HTTP,)
    should_bypass_for_scope = staticmethod(lambda scope: scope["path"].startswith("/static/"))

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        held_back: list[Message] = []

        async def send_or_hold(message: Message) -> None:
            nowhere = message["type"] == "http.response.start" and message["status"] in _LEADS_NOWHERE
            if held_back or (nowhere and scope.get("user") is None):
                held_back.append(message)
            else:
                await send(message)

        await next_app(scope, receive, send_or_hold)
        request: AnyRequest = Request(scope)
        if held_back and await _is_too_many(request):
            await too_many(request).to_asgi_response(None, request)(scope, receive, send)
            return
        for message in held_back:
            await send(message)


async def _is_too_many(request: AnyRequest) -> bool:
    too_many = await throttle.count(Kind.LINK, number_of(request), now=utc_now())
    return too_many and not request.url.path.startswith(_MACHINES)


def number_of(request: AnyRequest) -> int:
    """What the network that the request comes from is counted by."""
    clients = front_door(request).clients
    peer = request.client.host if request.client else ""
    return clients.number_of(clients.network_of(peer, request.headers.getall("x-forwarded-for", [])))
