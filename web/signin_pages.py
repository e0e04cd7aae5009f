"""The pages for signing in and out."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures import Cookie
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ASGIApp, Receive, Scope, Send

from web import forms, signin
from web.appointing import viewer_of
from web.letters import safe_path
from web.pages import cookie_name, front_door, page, utc_now

SAME_FOR_ALL = 0.25  # seconds an answer takes at least, so that its time does not tell who has an account
DONE = {"out": "You are signed out."}
NOT_PAGES = ("/static/", "/live", "/ready", "/api/", "/schema")
AnyRequest = Request[Any, Any, Any]


class Sessions(ASGIMiddleware):
    """Each request for a page knows who is signed in (`request.user`, or None), and with which posts."""

    scopes = (ScopeType.HTTP,)
    should_bypass_for_scope = staticmethod(lambda scope: scope["path"].startswith(NOT_PAGES))

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        request: AnyRequest = Request(scope)
        person = await signin.person_of(_session(request), now=utc_now())
        scope["user"] = person
        scope["state"]["viewer"] = await viewer_of(person.id, now=utc_now()) if person else None
        await next_app(scope, receive, send)


@get("/sign-in", include_in_schema=False)
async def ask(request: AnyRequest) -> Response[Any]:
    """The question for the address; people who are signed in are led on."""
    onward = safe_path(request.query_params.get("next", "/"))
    if request.user is not None:
        return Redirect(onward, status_code=303)
    ended = request.query_params.get("done") == "ended"  # a form was sent after the session had ended
    return page("web/sign_in.html", request, onward=onward, done=DONE, ended=ended)


@post("/sign-in", include_in_schema=False)
async def ask_posted(request: AnyRequest) -> Response[Any]:
    """The same answer for every address, after about the same time."""
    began = time.monotonic()
    form = await forms.read(request)
    onward, door = safe_path(form.get("next", "/")), front_door(request)
    try:
        await signin.send_link(
            form.get("email", ""), sender=door.sender, next_path=onward, now=utc_now(), posted_at=door.clock()
        )
    except signin.NotAnAddress:
        problems = forms.Problems(email="Enter an email address, like name@council.gov.uk")
        return page("web/sign_in.html", request, status=400, onward=onward, values=form, problems=problems)
    await asyncio.sleep(max(0.0, began + SAME_FOR_ALL - time.monotonic()))
    return Redirect("/sign-in/sent", status_code=303)


@get("/sign-in/sent", include_in_schema=False)
async def sent(request: AnyRequest) -> Response[Any]:
    """What to do next; it says nothing about any address."""
    return page("web/sign_in_sent.html", request)


@get("/sign-in/{token:str}", include_in_schema=False)
async def confirm(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    """One button: opening the link uses nothing up, because mail scanners open links as well."""
    if not await signin.is_good(token, now=utc_now()):
        return _spent(request)
    return page("web/sign_in_confirm.html", request, onward=safe_path(request.query_params.get("next", "/")))


@post("/sign-in/{token:str}", include_in_schema=False)
async def confirm_posted(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    """The link is used, and the browser has a fresh session."""
    form = await forms.read(request)
    try:
        session = await signin.use_link(token, replaces=_session(request), now=utc_now())
    except signin.LinkSpent:
        return _spent(request)
    response = Redirect(safe_path(form.get("next", "/")), status_code=303)
    response.cookies.append(_cookie(request, session))
    return response


@post("/sign-out", include_in_schema=False)
async def leave(request: AnyRequest) -> Response[Any]:
    """The session is over, here and for whoever else has its cookie."""
    await signin.sign_out(_session(request), now=utc_now())
    response = Redirect("/sign-in?done=out", status_code=303)
    response.cookies.append(_cookie(request, ""))
    return response


def _spent(request: AnyRequest) -> Response[Any]:
    return page("web/sign_in_spent.html", request, status=404)


def _session(request: AnyRequest) -> str:
    return request.cookies.get(cookie_name("session", front_door(request).secure), "")


def _cookie(request: AnyRequest, session: str) -> Cookie:
    """The session's cookie, for as long as the browser runs; an empty one is taken away at once."""
    secure = front_door(request).secure
    return Cookie(
        cookie_name("session", secure),
        value=session,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
        max_age=None if session else 0,
    )


router = Router("/", route_handlers=[ask, ask_posted, sent, confirm, confirm_posted, leave])
