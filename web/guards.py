"""Who may enter."""

from __future__ import annotations

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from web.errors import NotSignedIn


def signed_in(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Only for people who are signed in.

    :raises NotSignedIn: for anybody else; pages lead to the sign-in page, the JSON door says 401.
    """
    if connection.scope.get("user") is None:
        raise NotSignedIn
