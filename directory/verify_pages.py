"""The page behind the link that owners are sent: is all of this still right? Without signing in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from directory import verification
from directory.errors import ChangedMeanwhile, LinkGone
from directory.verification import LONGEST_WHO
from directory.wording import NotPlain
from web import forms
from web.forms import Mistakes, Problems
from web.pages import link_gone, page

AnyRequest = Request[Any, Any, Any]
Now = NamedDependency[datetime]


DONE = {"said": "Thank you. What you said is kept. If the rest is right, confirm it below."}


class Confirmed(msgspec.Struct):
    """The form: who says so, and what they were shown."""

    who: Annotated[str, forms.ask("Enter your role, such as missing coordinator", max_length=LONGEST_WHO)]
    seen: str = ""


@get("/verify/{link:str}", include_in_schema=False)
async def verify_page(request: AnyRequest, link: FromPath[str], now: Now) -> Template:
    """Opening the page changes nothing, and uses nothing up: mail scanners do it too."""
    try:
        return await _page(request, link, now)
    except LinkGone:
        return link_gone(request)


@post("/verify/{link:str}", include_in_schema=False)
async def verify_step(request: AnyRequest, link: FromPath[str], now: Now) -> Template | Redirect:
    """The entry is confirmed, or the page says why not."""
    form = await forms.read(request)
    try:
        problems = await _confirm(link, form, now)
        if problems is not None:
            return await _page(request, link, now, form, problems)
    except LinkGone:
        return link_gone(request)
    return Redirect(f"/verify/{link}", status_code=303)


async def _confirm(link: str, form: forms.Form, now: datetime) -> Problems | None:
    """Why the entry was not confirmed; None once it was.

    :raises LinkGone: when the link is over.
    """
    try:
        given = forms.fill(Confirmed, form)
        await verification.confirm(link, who=given.who, seen=given.seen, now=now)
    except Mistakes as mistakes:
        return mistakes.problems
    except NotPlain as refused:
        return Problems({"who": str(refused)})
    except ChangedMeanwhile as refused:
        return Problems({"": str(refused)})
    return None


async def _page(
    request: AnyRequest,
    link: str,
    now: datetime,
    values: dict[str, str] | None = None,
    problems: Problems | None = None,
) -> Template:
    asked = await verification.question(link, now=now)
    status = 400 if problems else 200
    return page(
        "directory/verify.html",
        request,
        done=DONE,
        status=status,
        asked=asked,
        link=link,
        values=values or {},
        problems=problems or {},
    )


router = Router("/", route_handlers=[verify_page, verify_step])
