"""Addresses that no page can have are turned away before anything looks them up."""

from __future__ import annotations

import re

from litestar.enums import ScopeType
from litestar.exceptions import NotFoundException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

_LONGEST_PART = 255  # octets: no file of ours has a longer name
_NO_NUMBER = re.compile(r"[+-]?\d{19,}")  # more than PostgreSQL's bigint holds for certain
_NUL = re.compile(rb"%00|\x00")


class Possible(ASGIMiddleware):
    """Whatever is asked for could be there: PostgreSQL takes no NUL and no larger number, the file system no name."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """:raises NotFoundException: when it could not."""
        if not is_possible(scope["path"], scope["query_string"]):
            raise NotFoundException("There is nothing at this address.")
        await next_app(scope, receive, send)


def is_possible(path: str, query: bytes) -> bool:
    """Whether a page, a file or a row could be meant."""
    parts = path.split("/")
    longest = max(len(part.encode(errors="replace")) for part in parts)
    too_large = any(_NO_NUMBER.fullmatch(part) for part in parts)
    return "\x00" not in path and not _NUL.search(query) and longest <= _LONGEST_PART and not too_large
