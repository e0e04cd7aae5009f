"""No request holds the process for ever: neither one whose body trickles in, nor one whose answer takes too long."""

from __future__ import annotations

import asyncio

from litestar.enums import ScopeType
from litestar.exceptions import HTTPException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, HTTPReceiveMessage, Receive, Scope, Send, WebSocketReceiveMessage

TO_ARRIVE = 30.0  # seconds for the whole body
TO_ANSWER = 120.0  # seconds for the whole request; the largest import takes a fraction


class TookTooLong(Exception):
    """The answer was not there in time, and is given up."""


class InTime(ASGIMiddleware):
    """Each request is answered within `to_answer` seconds, its body there within `to_arrive`, or it is given up."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, to_arrive: float = TO_ARRIVE, to_answer: float = TO_ANSWER) -> None:
        self.to_arrive, self.to_answer = to_arrive, to_answer

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """
        :raises HTTPException: 408, when the body is late.
        :raises TookTooLong: when the answer is.
        """
        try:
            async with asyncio.timeout(self.to_answer) as limit:
                await next_app(scope, self._hurried(receive), send)
        except TimeoutError as late:
            if limit.expired():
                raise TookTooLong from late
            raise

    def _hurried(self, receive: Receive) -> Receive:
        """The body until its end, all of it by one moment; then whatever the server says, however late."""
        latest = asyncio.get_running_loop().time() + self.to_arrive
        whole = False

        async def hurried() -> HTTPReceiveMessage | WebSocketReceiveMessage:
            nonlocal whole
            if whole:
                return await receive()
            try:
                async with asyncio.timeout_at(latest):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(status_code=408) from None
            whole = not (message["type"] == "http.request" and message.get("more_body"))
            return message

        return hurried
