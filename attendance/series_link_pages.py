"""The page behind the link in an invitation to a series: answered for every date or one, without signing in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from attendance import series_link
from attendance.errors import LinkGone, UnknownAnswer, UnsuitableDeputy
from attendance.rules import LONGEST_COMMENT, Decision, Fate
from attendance.timeline import ANSWERS as WORDS
from meetings.letters import Letterhead
from meetings.series_letters import how_often
from web import forms
from web.filters import london
from web.pages import link_gone, page
from web.reading import View

AnyRequest = Request[Any, Any, Any]
MOST_SHOWN = 15
DONE = {
    "answered": "Your answer is recorded.",
    "named": "It is recorded who comes instead on that date. A coordinator decides, and then invites them by mail.",
}
CHOICES = [
    ("ACCEPTED", "Accept", "Somebody from the unit attends."),
    ("TENTATIVE", "Tentative", "The unit does not know yet."),
    ("DECLINED", "Decline", "Nobody from the unit can attend."),
]
_NOT_COUNTED = "For {} of {} dates the time was changed or a later answer counts already. Look at them below."


class Answered(msgspec.Struct):
    """The form: the answer, for which date ("" for all), and the version of the series that the page showed."""

    answer: Annotated[str, forms.ask("Choose accept, tentative or decline")]
    shown: Annotated[int, forms.ask("Look at the dates again, then answer")]
    date: UUID | None = None


class Named(msgspec.Struct):
    """The form: who comes instead, to which one date."""

    deputy: Annotated[str, forms.ask("Enter the mail address of who comes instead")]
    on: Annotated[UUID, forms.ask("Choose the date to which they come")]
    shown: Annotated[int, forms.ask("Look at the dates again, then name who comes")]
    about: Annotated[str, forms.ask("Write a shorter note", max_length=LONGEST_COMMENT)] = ""


@get(
    "/answer/series/{link:str}",
    include_in_schema=False,
    opens=View("a series' invitation by its link", "series invitation", "link"),
)
async def series_link_page(
    request: AnyRequest, link: FromPath[str], now: NamedDependency[datetime], letterhead: NamedDependency[Letterhead]
) -> Template:
    """Can your unit attend? Opening the page changes nothing."""
    try:
        return await _page(request, invitation_of(link, letterhead), now)
    except LinkGone:
        return link_gone(request)


@post("/answer/series/{link:str}", include_in_schema=False)
async def series_link_step(
    request: AnyRequest, link: FromPath[str], now: NamedDependency[datetime], letterhead: NamedDependency[Letterhead]
) -> Template | Redirect:
    """The unit's answer is recorded, for every date or for one; or who comes instead to one."""
    form = await forms.read(request)
    try:
        invitation = invitation_of(link, letterhead)
        naming = form.get("step") == "name"
        problems = await (_problems_of_naming if naming else _problems_with)(invitation, form, now)
        if problems:
            return await _page(request, invitation, now, problems=problems, values=form, status=400)
    except LinkGone:
        return link_gone(request)
    return Redirect(f"/answer/series/{link}?done={'named' if naming else 'answered'}", status_code=303)


async def _problems_with(invitation: UUID, form: forms.Form, now: datetime) -> dict[str, str]:
    """Why the form's answer was not taken, or does not count; nothing once it stands."""
    try:
        filled = forms.fill(Answered, form)
        decided = await series_link.answer(invitation, filled.answer, date=filled.date, shown=filled.shown, now=now)
    except forms.Mistakes as mistakes:
        return {field if field == "answer" else "": what for field, what in mistakes.problems.items()}
    except UnknownAnswer as unknown:
        return {unknown.field: str(unknown)}
    return _why_not(decided)


async def _problems_of_naming(invitation: UUID, form: forms.Form, now: datetime) -> dict[str, str]:
    """Why nobody was named, or why it does not count; nothing once it waits for a coordinator."""
    try:
        new = forms.fill(Named, form)
        decided = await series_link.name_deputy(
            invitation, new.deputy, date=new.on, shown=new.shown, now=now, note=new.about
        )
    except forms.Mistakes as mistakes:
        return {name if name in ("deputy", "on", "about") else "": what for name, what in mistakes.problems.items()}
    except UnsuitableDeputy as refused:
        return {refused.field: str(refused)}
    return _why_not([decided])


def _why_not(decided: list[Decision]) -> dict[str, str]:
    lost = sum(one.fate not in (Fate.APPLIED, Fate.DUPLICATE) for one in decided)
    return {"": _NOT_COUNTED.format(lost, len(decided))} if lost else {}


def invitation_of(link: str, letterhead: Letterhead) -> UUID:
    """The invitation that a link was made for, to a meeting or to a series.

    :raises LinkGone: when we made no such link.
    """
    invitation = letterhead.invitation_of(link)
    if invitation is None:
        raise LinkGone
    return invitation


async def _page(request: AnyRequest, invitation: UUID, now: datetime, **shown: Any) -> Template:
    asked = await series_link.asked(invitation, now=now)
    dates = asked.dates[:MOST_SHOWN]
    return page(
        "attendance/series_link.html",
        request,
        done=DONE,
        asked=asked,
        series=asked.series,
        how_often=how_often(asked.rule),
        dates=dates,
        which=[("", "Every date to come"), *((str(one.invitation), london(one.meeting.starts_at)) for one in dates)],
        one_date=[
            ("", "Choose a date"),
            *((str(one.invitation), london(one.meeting.starts_at)) for one in dates if one.meeting.starts_at > now),
        ],
        choices=CHOICES,
        words=WORDS,
        **shown,
    )


handlers = [series_link_page, series_link_step]
