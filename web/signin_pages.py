"""The pages for signing in and out."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, Router, get, post
from litestar.datastructures import Cookie
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.params import FromPath
from litestar.response import Redirect, Template
from litestar.types import ASGIApp, Receive, Scope, Send

from web import askings, browsers, forms, sessions, signin, throttle
from web.appointing import viewer_of
from web.errors import too_many
from web.guessing import number_of
from web.letters import safe_path
from web.pages import cookie_name, front_door, page, utc_now
from web.sessions import Visitor
from web.signin import Standing
from web.tables import Person, SignIn
from web.throttle import Kind
from web.viewer import Viewer

DONE = {"out": "You are signed out."}
NOT_PAGES = ("/static/", "/live", "/ready", "/api/", "/schema")
_WRONG_CODE = "That is not the code of the newest letter, or it is used, too old, or was tried too often"
AnyRequest = Request[Any, Any, Any]


class Sessions(ASGIMiddleware):
    """Each request for a page knows who is signed in (`request.user`, or None), and with which posts."""

    scopes = (ScopeType.HTTP,)
    should_bypass_for_scope = staticmethod(lambda scope: scope["path"].startswith(NOT_PAGES))

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        scope["user"], scope["state"]["viewer"] = await _known(session_of(Request(scope)), utc_now())
        await next_app(scope, receive, send)


async def _known(session: str, now: datetime) -> tuple[Person | None, Viewer | None]:
    """Who is signed in with this session's token, and with which posts."""
    if not session:
        return None, None
    async with SignIn._meta.db.transaction():
        person = await sessions.person_of(session, now=now)
        return person, await viewer_of(person.id, now=now) if person else None


@get("/sign-in", include_in_schema=False)
async def ask(request: AnyRequest) -> Response[Any]:
    """The question for the address; people who are signed in are led on."""
    onward = safe_path(request.query_params.get("next", "/"))
    if request.user is not None:
        return Redirect(onward, status_code=303)
    ended = request.query_params.get("done") == "ended"  # a form was sent after the session had ended
    return _question(request, onward, done=DONE, ended=ended)


@post("/sign-in", include_in_schema=False)
async def ask_posted(request: AnyRequest) -> Response[Any]:
    """The asking is taken down, in the same way for every address; who has an account is not looked up here."""
    form = await forms.read(request)
    onward, number, now = safe_path(form.get("next", "/")), number_of(request), utc_now()
    if await throttle.count(Kind.ASKING, number, now=now):
        return too_many(request)
    try:
        asked = await askings.ask(
            form.get("email", ""), asked=_asked(request), next_path=onward, network=number, now=now
        )
    except signin.NotAnAddress:
        problems = forms.Problems(email="Enter an email address, like name@council.gov.uk")
        return _question(request, onward, status=400, values=form, problems=problems)
    response = Redirect(_with_next("/sign-in/sent", onward), status_code=303)
    response.cookies.append(cookie_of(request, "asked", asked, askings.ASKING_LIFE.seconds))
    return response


@get("/sign-in/sent", include_in_schema=False)
async def sent(request: AnyRequest) -> Template:
    """What to do next, and the place for the code; it says nothing about any address."""
    return _sent(request, safe_path(request.query_params.get("next", "/")))


@post("/sign-in/code", include_in_schema=False)
async def code_posted(request: AnyRequest) -> Response[Any]:
    """The code of the letter is used, and the browser has a fresh session."""
    form = await forms.read(request)
    onward, number = safe_path(form.get("next", "/")), number_of(request)
    if await throttle.is_held_up(Kind.CODE, number, now=utc_now()):
        return too_many(request)
    try:
        session = await signin.use_code(form.get("code", ""), visitor_of(request), now=utc_now())
    except signin.LinkSpent:
        await throttle.count(Kind.CODE, number, now=utc_now())
        return _sent(request, onward, status=400, problems=forms.Problems(code=_WRONG_CODE))
    return entered(request, session, onward)


@get("/sign-in/{token:str}", include_in_schema=False)
async def confirm(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    """One button: opening the link uses nothing up, because mail scanners open links as well."""
    onward = safe_path(request.query_params.get("next", "/"))
    match await signin.standing(token, visitor_of(request), now=utc_now()):
        case Standing.GONE:
            return _spent(request)
        case Standing.ELSEWHERE:
            return _elsewhere(request, onward)
    return page("web/sign_in_confirm.html", request, onward=onward)


@post("/sign-in/{token:str}", include_in_schema=False)
async def confirm_posted(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    """The link is used, and the browser has a fresh session."""
    form = await forms.read(request)
    try:
        session = await signin.use_link(token, visitor_of(request), now=utc_now())
    except signin.LinkSpent:
        return _spent(request)
    return entered(request, session, safe_path(form.get("next", "/")))


@post("/sign-out", include_in_schema=False)
async def leave(request: AnyRequest) -> Response[Any]:
    """The session is over, here and for whoever else has its cookie."""
    provider = await sessions.sign_out(session_of(request), now=utc_now())
    response = Redirect(f"/sign-in?done=out&from={provider}" if provider else "/sign-in?done=out", status_code=303)
    response.cookies.append(cookie_of(request, "session", "", 0))
    return response


def session_of(request: AnyRequest) -> str:
    """The token of the session that the browser says it has, or ""."""
    return kept(request, "session")


def _asked(request: AnyRequest) -> str:
    return kept(request, "asked")


def kept(request: AnyRequest, kind: str) -> str:
    return request.cookies.get(cookie_name(kind, front_door(request).secure), "")


def visitor_of(request: AnyRequest) -> Visitor:
    words = browsers.in_words(request.headers.get("user-agent", ""))
    return Visitor(session=session_of(request), asked=_asked(request), words=words)


def entered(request: AnyRequest, session: str, onward: str) -> Redirect:
    """The session's cookie lasts as long as the browser runs; the asking's has done its work."""
    response = Redirect(onward, status_code=303)
    response.cookies.append(cookie_of(request, "session", session, None))
    if _asked(request):
        response.cookies.append(cookie_of(request, "asked", "", 0))
    return response


def _question(request: AnyRequest, onward: str, **shown: Any) -> Template:
    """The sign-in page: through an organisation, where there is one, or by letter."""
    providers = front_door(request).providers
    left = providers.get(request.query_params.get("from", ""))
    return page(
        "web/sign_in.html",
        request,
        onward=onward,
        providers=[client.provider for client in providers.values()],
        left=left.provider if left else None,
        **shown,
    )


def _sent(request: AnyRequest, onward: str, **shown: Any) -> Template:
    return page("web/sign_in_sent.html", request, onward=onward, asked=bool(_asked(request)), **shown)


def _elsewhere(request: AnyRequest, onward: str) -> Template:
    return page("web/sign_in_elsewhere.html", request, onward=onward)


def _spent(request: AnyRequest) -> Template:
    return page("web/sign_in_spent.html", request, status=404)


def _with_next(path: str, onward: str) -> str:
    return path if onward == "/" else f"{path}?next={quote(onward, safe='/')}"


def cookie_of(request: AnyRequest, kind: str, value: str, max_age: int | None) -> Cookie:
    """One that scripts and other sites cannot use; with a `max_age` of 0 it is taken away."""
    secure = front_door(request).secure
    return Cookie(
        cookie_name(kind, secure),
        value=value,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
        max_age=max_age,
    )


router = Router("/", route_handlers=[ask, ask_posted, sent, code_posted, confirm, confirm_posted, leave])
