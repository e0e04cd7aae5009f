"""What people are shown when a request cannot be served: what happened, what was kept, what to do next."""

from __future__ import annotations

import secrets
import traceback
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import asyncpg
import structlog
from litestar import MediaType, Request, Response
from litestar.datastructures import Cookie
from litestar.exceptions import HTTPException, PermissionDeniedException
from litestar.exceptions.responses import create_exception_response
from litestar.response import Redirect, Template
from litestar.types import ExceptionHandlersMap

from web.pages import cookie_name, front_door, navigation, page
from web.roles import Act
from web.time_limits import TookTooLong
from web.viewer import Viewer

log = structlog.get_logger()
AnyRequest = Request[Any, Any, Any]


class NotSignedIn(Exception):
    """Nobody is signed in, and this address is for people who are."""


@dataclass(frozen=True)
class Words:
    """An error page: its heading, what happened and what was kept, and what to do next."""

    title: str
    happened: str
    next: str


_NOTHING_SAVED = "Nothing was saved."
_WORDS = {
    400: Words(
        "This could not be read",
        f"The address or the form that arrived is not one that Convene understands. {_NOTHING_SAVED}",
        "Go back, check what you entered, and send it again.",
    ),
    403: Words(
        "You may not do this",
        f"Your account does not allow it. {_NOTHING_SAVED}",
        "Ask the people who run Convene for you if you think you should be able to.",
    ),
    404: Words(
        "Page not found",
        "There is nothing at this address. Nothing was changed.",
        "Check the address, or find what you were looking for in the lists of meetings and episodes.",
    ),
    408: Words(
        "This took too long to arrive",
        f"What you sent did not arrive whole within half a minute. {_NOTHING_SAVED}",
        "Check your connection, and send it again.",
    ),
    413: Words(
        "This is too large",
        "At most 10 MB can be sent at once. Nothing of it was kept.",
        "Go back and send a smaller file, or the same in several parts.",
    ),
}
_TOO_MANY = Words(
    "Too many tries",
    "The network that you use asked for too many letters, or tried too many codes or links that are wrong. "
    "Nothing was changed.",
    "Wait 15 minutes, then try again. A link from a letter works all the same if it is right and unused.",
)
_OLD_FORM = Words(
    "This form is too old to be taken",
    "The page was open for too long, or came from elsewhere. What you entered was not saved.",
    "Go back, load the page again, and send the form once more. Copy long texts before you do.",
)
_BROKEN = Words(
    "Sorry, something went wrong",
    "This is a fault in Convene, not in what you did. An act is saved whole or not at all: nothing was half-saved.",
    "Look whether it was saved, and if not, try again in a few minutes.",
)
_AWAY = Words(
    "Convene cannot reach its database",
    "This is no fault of yours. An act is saved whole or not at all: nothing was half-saved.",
    "Try again in a minute. Mail that comes in meanwhile is kept by the mail server.",
)
_TOO_LONG = Words(
    "This took too long",
    "Convene stopped looking, so that everybody else is served. An act is saved whole or not at all.",
    "Ask for less at once: a shorter period, a narrower search. If that does not help, tell who runs Convene.",
)
_SLOW = (asyncpg.QueryCanceledError, TookTooLong)
_DATABASE_AWAY = (OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError, asyncpg.InterfaceError)


def http_error(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """An error page for people, JSON for the JSON door."""
    if error.status_code >= 500:
        return unknown_error(request, error)
    if _is_api(request):
        return create_exception_response(request, error)
    if isinstance(error, PermissionDeniedException) and "CSRF" in error.detail:
        return _old_form(request)
    if error.status_code == 403 and request.url.path == "/" and (begin := _beginning(request)):
        return Redirect(begin, status_code=303)
    words = _WORDS.get(error.status_code, _WORDS[400])
    if error.status_code == 403 and error.detail not in ("", "Forbidden"):
        words = Words(words.title, f"{error.detail} {_NOTHING_SAVED}", words.next)
    if error.status_code == 404 and error.detail not in ("", "Not Found"):
        words = Words("Not found", f"{error.detail} Nothing was changed.", words.next)
    return _page(request, words, error.status_code, emergency=error.status_code == 404 and _in_emergency(request))


def _beginning(request: AnyRequest) -> str:
    """Where whoever may not read what waits begins instead; "" where there is nothing for them."""
    viewer = request.scope["state"].get("viewer")
    if viewer and viewer.may_everywhere(Act.OPERATE):
        return "/status"  # what an administrator must not miss
    sections = navigation("/", front_door(request).demo, viewer) if viewer else []
    return str(sections[0]["href"]) if sections else ""


def too_many(request: AnyRequest) -> Template:
    """Whoever tries so often is held up for a while."""
    return _page(request, _TOO_MANY, 429)


def unknown_error(request: AnyRequest, error: Exception) -> Response[Any]:
    """A 500 page, or a 503 one while the database is away, with a reference.

    The log has it with the error's type and place, and no value of anybody's.
    """
    reference = secrets.token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    log.error(
        "request failed",
        reference=reference,
        error=type(error).__name__,
        method=request.method,
        path=request.scope.get("path_template", ""),
        where=[f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames],
    )
    status, words = _kind_of(error)
    if _is_api(request):
        detail = f"{words.title}, reference {reference}. Send the same again: repeating is harmless."
        content = {"status_code": status, "detail": detail}
        return Response(content, status_code=status, media_type=MediaType.JSON)
    return _page(request, words, status, reference=reference)


def _kind_of(error: Exception) -> tuple[int, Words]:
    if isinstance(error, _SLOW):
        return 503, _TOO_LONG
    return (503, _AWAY) if isinstance(error, _DATABASE_AWAY) else (500, _BROKEN)


def not_signed_in(request: AnyRequest, error: NotSignedIn) -> Response[Any]:
    """The JSON door says 401; people are led to the sign-in page, and back to where they were afterwards."""
    if _is_api(request):
        content = {"status_code": 401, "detail": "Sign in first."}
        return Response(content, status_code=401, media_type=MediaType.JSON)
    if request.method != "GET":
        return Redirect("/sign-in?done=ended", status_code=303)
    query = f"?{request.url.query}" if request.url.query else ""
    back = quote(request.url.path + query, safe="/")
    return Redirect("/sign-in" if back == "/" else f"/sign-in?next={back}", status_code=303)


def _old_form(request: AnyRequest) -> Response[Any]:
    """The token's cookie goes too: one that an earlier secret signed would fail for ever."""
    response = _page(request, _OLD_FORM, 403)
    door = front_door(request)
    response.cookies.append(
        Cookie(cookie_name("csrf", door.secure), value="", max_age=0, path="/", secure=door.secure, httponly=True)
    )
    return response


def _in_emergency(request: AnyRequest) -> bool:
    """Whether they may take access to a case that is not theirs; the same where there is none at this address."""
    viewer = request.scope.get("state", {}).get("viewer")
    return isinstance(viewer, Viewer) and viewer.may(Act.BREAK_GLASS)


def _page(
    request: AnyRequest, words: Words, status: int, reference: str = "", *, emergency: bool = False
) -> Template:
    return page("web/error.html", request, status=status, words=words, reference=reference, emergency=emergency)


def _is_api(request: AnyRequest) -> bool:
    return request.url.path.startswith("/api/")


HANDLERS: ExceptionHandlersMap = {
    NotSignedIn: not_signed_in,
    HTTPException: http_error,
    Exception: unknown_error,
}
