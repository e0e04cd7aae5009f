"""Which links a page offers: none that leads whoever looks to a page that their appointments do not include."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from jinja2 import pass_context
from jinja2.runtime import Context
from litestar import Request
from litestar.exceptions import HTTPException

from web.guards import Needs


@pass_context
def opens(context: Context, href: str) -> bool:
    """Whether whoever looks at this page may open what stands at this address, as far as can be told from here.

    Of a unit or a case that the page itself is about it is known what they may do with it. Of another one only
    what they may do at all: its own page says the rest.
    """
    request, viewer = context.get("request"), context.get("viewer")
    if not isinstance(request, Request) or viewer is None or not href.startswith("/"):
        return True
    needs, parameters = _needs(request, urlsplit(href).path)
    if needs is None:
        return True
    if needs.subject is None:
        return bool(viewer.may_everywhere(needs.act) if needs.everywhere else viewer.may(needs.act))
    if _same(request, parameters.get(needs.subject.parameter)):
        return needs.act in request.scope["state"].get("acts", ())
    return bool(viewer.may(needs.act))


def _needs(request: Request[Any, Any, Any], path: str) -> tuple[Needs | None, Mapping[str, Any]]:
    """What the route of this address asks of its viewer; None where it asks nothing or there is none."""
    try:
        _, handler, _, parameters, _ = request.app.asgi_router.handle_routing(path=path, method="GET")
    except HTTPException:
        return None, {}
    needs = handler.opt.get("needs")
    return (needs if isinstance(needs, Needs) else None), parameters


def _same(request: Request[Any, Any, Any], named: object) -> bool:
    """Whether the page that is being shown is about the one of this name."""
    here = request.scope.get("route_handler")
    needs = here.opt.get("needs") if here is not None else None
    if not isinstance(needs, Needs) or needs.subject is None:
        return False
    return str(request.path_params.get(needs.subject.parameter)) == str(named)
