"""The page behind the link in an invitation: answered without signing in, and without a calendar."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from attendance import answer_link
from attendance.errors import LinkGone, UnknownAnswer
from attendance.rules import Decision, Fate
from attendance.timeline import ANSWERS as WORDS
from meetings.letters import Letterhead
from web import forms
from web.pages import page

AnyRequest = Request[Any, Any, Any]
DONE = {"answered": "Your answer is recorded."}
CHOICES = [
    ("ACCEPTED", "Accept", "Somebody from the unit attends."),
    ("TENTATIVE", "Tentative", "The unit does not know yet."),
    ("DECLINED", "Decline", "Nobody from the unit can attend."),
]
NOT_COUNTED = {
    5: "The meeting was over when you answered. Your answer is kept, and does not count.",
    6: "The meeting has a new time since you opened this page, so your answer does not count. Answer for this time.",
    7: "A later answer of your unit already counts. This one is kept beside it.",
}


class Answered(msgspec.Struct):
    """The form: the answer, and the version of the invitation that the page showed."""

    answer: Annotated[str, forms.ask("Choose accept, tentative or decline")]
    shown: Annotated[int, forms.ask("Look at the meeting's time again, then answer")]


@get("/answer/{link:str}", include_in_schema=False)
async def answer_link_page(
    request: AnyRequest, link: FromPath[str], now: NamedDependency[datetime], letterhead: NamedDependency[Letterhead]
) -> Template:
    """Can your unit attend? Opening the page changes nothing."""
    try:
        return await _page(request, _invitation(link, letterhead), now)
    except LinkGone:
        return _gone(request)


@post("/answer/{link:str}", include_in_schema=False)
async def answer_link_step(
    request: AnyRequest, link: FromPath[str], now: NamedDependency[datetime], letterhead: NamedDependency[Letterhead]
) -> Template | Redirect:
    """The unit's answer is recorded."""
    form = await forms.read(request)
    try:
        invitation = _invitation(link, letterhead)
        problems = await _problems_with(invitation, form, now)
        if problems:
            return await _page(request, invitation, now, problems=problems, status=400)
    except LinkGone:
        return _gone(request)
    return Redirect(f"/answer/{link}?done=answered", status_code=303)


async def _problems_with(invitation: UUID, form: forms.Form, now: datetime) -> dict[str, str]:
    """Why the form's answer was not taken, or does not count; nothing once it stands."""
    try:
        filled = forms.fill(Answered, form)
        decision = await answer_link.answer(invitation, filled.answer, shown=filled.shown, now=now)
    except forms.Mistakes as mistakes:
        return {field if field == "answer" else "": what for field, what in mistakes.problems.items()}
    except UnknownAnswer as unknown:
        return {unknown.field: str(unknown)}
    return _why_not(decision)


def _why_not(decision: Decision) -> dict[str, str]:
    if decision.fate in (Fate.APPLIED, Fate.DUPLICATE):
        return {}
    return {"": NOT_COUNTED.get(decision.row, decision.flagged)}


def _invitation(link: str, letterhead: Letterhead) -> UUID:
    invitation = letterhead.invitation_of(link)
    if invitation is None:
        raise LinkGone
    return invitation


async def _page(request: AnyRequest, invitation: UUID, now: datetime, **shown: Any) -> Template:
    asked = await answer_link.asked(invitation, now=now)
    return page(
        "attendance/answer_link.html",
        request,
        done=DONE,
        asked=asked,
        meeting=asked.meeting,
        words=WORDS,
        choices=CHOICES,
        **shown,
    )


def _gone(request: AnyRequest) -> Template:
    """The same page whatever the reason, so that guessing links teaches nothing."""
    return page("attendance/link_gone.html", request, status=404)


router = Router(path="/", route_handlers=[answer_link_page, answer_link_step])
