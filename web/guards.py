"""Who may enter."""

from __future__ import annotations

from typing import Any

from litestar.connection import ASGIConnection
from litestar.exceptions import PermissionDeniedException
from litestar.handlers import BaseRouteHandler

from web.errors import NotSignedIn


def signed_in(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Only for people who are signed in.

    :raises NotSignedIn: for anybody else; pages lead to the sign-in page, the JSON door says 401.
    """
    if connection.scope.get("user") is None:
        raise NotSignedIn


def keeps_rules(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Only for people who keep the rules; stands behind `signed_in`.

    :raises PermissionDeniedException: for anybody else, who may read the rules all the same.
    """
    person = connection.scope.get("user")
    if person is None or not person.keeps_rules:
        raise PermissionDeniedException("Everybody may read the rules; only people who keep them may change them.")


def publishes(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Only for people who publish reports; stands behind `signed_in`.

    :raises PermissionDeniedException: for anybody else, who may read what is published and what is drafted.
    """
    person = connection.scope.get("user")
    if person is None or not person.publishes:
        raise PermissionDeniedException(
            "Everybody may read the publications; only people who publish reports may act."
        )
