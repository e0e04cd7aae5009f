"""The page behind the link in a letter of the ladder: acknowledged without signing in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from attendance import acknowledging
from attendance.acknowledging import LONGEST_NAME
from attendance.errors import LinkGone, NameWanted
from meetings.letterhead import Letterhead
from web import forms
from web.pages import link_gone, page
from web.reading import View

AnyRequest = Request[Any, Any, Any]
DONE = {"acknowledged": "Thank you. It is recorded that you have this in hand."}


class Acknowledged(msgspec.Struct):
    """The form: who has it."""

    who: Annotated[str, forms.ask("Enter your role or your name", max_length=LONGEST_NAME)]


@get("/acknowledge/{link:str}", include_in_schema=False, opens=View("a ladder by its link", "ladder", "link"))
async def acknowledge_page(
    request: AnyRequest, link: FromPath[str], now: NamedDependency[datetime], letterhead: NamedDependency[Letterhead]
) -> Template:
    """Do you have this in hand? Opening the page changes nothing."""
    try:
        letter = _letter_of(link, letterhead)
        return await _page(request, letter, now)
    except LinkGone:
        return link_gone(request)


@post("/acknowledge/{link:str}", include_in_schema=False)
async def acknowledge_step(
    request: AnyRequest, link: FromPath[str], now: NamedDependency[datetime], letterhead: NamedDependency[Letterhead]
) -> Template | Redirect:
    """It is on record who has it in hand."""
    form = await forms.read(request)
    try:
        letter = _letter_of(link, letterhead)
        problems = await _acknowledge(letter, form, now)
        if problems is not None:
            return await _page(request, letter, now, problems=problems, values=form, status=400)
    except LinkGone:
        return link_gone(request)
    return Redirect(f"/acknowledge/{link}?done=acknowledged", status_code=303)


async def _acknowledge(letter: UUID, form: forms.Form, now: datetime) -> dict[str, str] | None:
    """Why it is not on record; None once it is.

    :raises LinkGone: when the ladder is over.
    """
    try:
        await acknowledging.acknowledge(letter, who=forms.fill(Acknowledged, form).who, now=now)
    except forms.Mistakes as mistakes:
        return dict(mistakes.problems)
    except NameWanted as refused:
        return {refused.field: str(refused)}
    return None


async def _page(request: AnyRequest, letter: UUID, now: datetime, **shown: Any) -> Template:
    asked = await acknowledging.asked(letter, now=now)
    shown.setdefault("values", {"who": asked.role})
    return page("attendance/acknowledge.html", request, done=DONE, asked=asked, **shown)


def _letter_of(link: str, letterhead: Letterhead) -> UUID:
    """:raises LinkGone: when Convene never made this link."""
    letter = letterhead.letter_of(link)
    if letter is None:
        raise LinkGone
    return letter


handlers = [acknowledge_page, acknowledge_step]
