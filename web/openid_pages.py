"""The way through one's own organisation and back; sign-in stays where it is for everybody else."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote

import structlog
from litestar import Request, Response, Router, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from web import openid
from web.letters import safe_path
from web.openid import Errand, NotThrough
from web.openid_client import ProviderClient
from web.pages import front_door, page, utc_now
from web.signin_pages import cookie_of, entered, kept, visitor_of

log = structlog.get_logger()
TIME_FOR_IT = 600  # seconds: a password, a second factor, and a telephone that has to be found
AnyRequest = Request[Any, Any, Any]


@get("/sign-in/with/{provider:str}", include_in_schema=False)
async def go(request: AnyRequest, provider: FromPath[str]) -> Response[Any]:
    """On to the organisation's own sign-in page; this browser alone keeps what the answer is checked against."""
    client = _client(request, provider)
    errand, onward = Errand(provider, openid.new_secret()), safe_path(request.query_params.get("next", "/"))
    try:
        there = await openid.way_there(client, errand, _back(request, provider))
    except NotThrough as why:
        return _not_through(request, client, why)
    response = Redirect(there, status_code=303)
    response.cookies.append(cookie_of(request, "openid", f"{errand.secret}.{quote(onward, safe='')}", TIME_FOR_IT))
    return response


@get("/sign-in/with/{provider:str}/back", include_in_schema=False)
async def back(request: AnyRequest, provider: FromPath[str]) -> Response[Any]:
    """The browser comes back with the answer: the person is in, or is told why not. An errand is run once."""
    client = _client(request, provider)
    secret, _, onward = kept(request, "openid").partition(".")
    now, done = utc_now(), cookie_of(request, "openid", "", 0)
    response: Response[Any]
    try:
        if not secret:
            raise NotThrough("other", "no errand")
        answer = {name: request.query_params.get(name, "") for name in request.query_params}
        proof = await openid.proven(client, Errand(provider, secret), answer, _back(request, provider), now=now)
        session = await openid.enter(client.provider, proof, visitor_of(request), now=now)
        response = entered(request, session, safe_path(unquote(onward)))
    except NotThrough as why:
        response = _not_through(request, client, why)
    response.cookies.append(done)
    return response


@get("/sign-in/with/{provider:str}/out", include_in_schema=False)
async def out(request: AnyRequest, provider: FromPath[str]) -> Redirect:
    """On to where one signs out of the organisation as well, if it has such a page."""
    client = _client(request, provider)
    there = await openid.way_out(client, f"{front_door(request).sender.base_url}/sign-in")
    return Redirect(there or "/sign-in?done=out", status_code=303)


def _client(request: AnyRequest, provider: str) -> ProviderClient:
    client = front_door(request).providers.get(provider)
    if client is None:
        raise NotFoundException("There is no such organisation to sign in through.")
    return client


def _back(request: AnyRequest, provider: str) -> str:
    """The redirect address: one of its own for each organisation, as registered there."""
    return f"{front_door(request).sender.base_url}/sign-in/with/{provider}/back"


def _not_through(request: AnyRequest, client: ProviderClient, why: NotThrough) -> Response[Any]:
    log.warning("not signed in through an organisation", provider=client.provider.name, why=why.code, reason=str(why))
    status = 503 if why.code == "away" else 403
    only = client.provider.only
    return page(
        "web/sign_in_not_through.html", request, status=status, provider=client.provider, why=why.code, only=only
    )


router = Router("/", route_handlers=[go, back, out])
