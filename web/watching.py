"""Every request leaves one line in the log and is counted: by its route, never by its address or by who asked."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()
QUIET = ("/static/", "/live", "/ready")  # asked for all day by browsers and machines: counted, and not logged


class Watched:
    """The application, with what it was asked.

    `answered` counts by method, route and status, `seconds` adds up by method and route, `in_hand` wait.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.answered: Counter[tuple[str, str, int]] = Counter()
        self.seconds: Counter[tuple[str, str]] = Counter()
        self.in_hand = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500  # a request that ends without an answer is a fault

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self.in_hand += 1
        try:
            await self._app(scope, receive, noted)
        finally:
            self.in_hand -= 1
            self._note(scope, status, time.perf_counter() - began)

    def _note(self, scope: Any, status: int, took: float) -> None:
        method, route = _known_method(scope["method"]), str(scope.get("path_template") or "none")
        self.answered[method, route, status] += 1
        self.seconds[method, route] += took  # type: ignore[assignment]  # a Counter adds fractions as well
        if not route.startswith(QUIET):
            log.info("request", method=method, route=route, status=status, ms=round(took * 1000))


def _known_method(method: str) -> str:
    """One of the few that mean something, so that nobody fills the counts with words of their own."""
    return method if method in ("GET", "HEAD", "POST", "OPTIONS") else "OTHER"
