"""The page behind the link in an invitation: answered without signing in, and without a calendar."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from attendance import (
    acknowledge_pages,
    answer_link,
    handover_link_pages,
    lead_link,
    lead_link_pages,
    series_link_pages,
)
from attendance.errors import LinkGone, UnknownAnswer, UnsuitableDeputy, UnsuitableProposal
from attendance.rules import LONGEST_COMMENT, Decision, Fate
from attendance.series_link_pages import invitation_of
from attendance.timeline import ANSWERS as WORDS
from meetings.letters import Letterhead
from web import forms
from web.pages import link_gone, page
from web.reading import View

AnyRequest = Request[Any, Any, Any]
DONE = {
    "answered": "Your answer is recorded.",
    "proposed": "Your proposal is recorded. A coordinator decides, and writes to everybody if the time changes.",
    **lead_link_pages.DONE,
    "named": "It is recorded who comes instead. A coordinator decides, and then invites them by mail.",
}
CHOICES = [
    ("ACCEPTED", "Accept", "Somebody from the unit attends."),
    ("TENTATIVE", "Tentative", "The unit does not know yet."),
    ("DECLINED", "Decline", "Nobody from the unit can attend."),
]
MEANWHILE = [
    ("TENTATIVE", "Perhaps", "The unit does not know yet."),
    ("ACCEPTED", "Yes", "Somebody attends if the time stays."),
    ("DECLINED", "No", "Nobody can attend unless the time changes."),
]
SO_FAR = WORDS | {"DELEGATED": "somebody else comes"}
_LATER = "The meeting has a new time since you opened this page, so your {} does not count. {}"
NOT_COUNTED = {
    5: "The meeting was over when you answered. Your answer is kept, and does not count.",
    6: _LATER.format("answer", "Answer for this time."),
    7: "A later answer of your unit already counts. This one is kept beside it.",
    14: _LATER.format("proposal", "Look at the new time, then propose again if it does not suit you."),
}


class Answered(msgspec.Struct):
    """The form: the answer, and the version of the invitation that the page showed."""

    answer: Annotated[str, forms.ask("Choose accept, tentative or decline")]
    shown: Annotated[int, forms.ask("Look at the meeting's time again, then answer")]
    note: Annotated[str, forms.ask("Write a shorter note", max_length=LONGEST_COMMENT)] = ""


class Proposed(msgspec.Struct):
    """The form: the time that would be better, and the answer until it is decided."""

    starts: Annotated[datetime, forms.ask("Enter the day and the time that you propose")]
    shown: Annotated[int, forms.ask("Look at the meeting's time again, then propose another")]
    meanwhile: str = "TENTATIVE"
    why: Annotated[str, forms.ask("Write a shorter note", max_length=LONGEST_COMMENT)] = ""


class Named(msgspec.Struct):
    """The form: who comes instead."""

    deputy: Annotated[str, forms.ask("Enter the mail address of who comes instead")]
    shown: Annotated[int, forms.ask("Look at the meeting's time again, then name who comes")]
    about: Annotated[str, forms.ask("Write a shorter note", max_length=LONGEST_COMMENT)] = ""


@get("/answer/{link:str}", include_in_schema=False, opens=View("an invitation by its link", "invitation", "link"))
async def answer_link_page(
    request: AnyRequest, link: FromPath[str], now: NamedDependency[datetime], letterhead: NamedDependency[Letterhead]
) -> Template:
    """Can your unit attend? Opening the page changes nothing."""
    try:
        return await _page(request, invitation_of(link, letterhead), now)
    except LinkGone:
        return link_gone(request)


@post("/answer/{link:str}", include_in_schema=False)
async def answer_link_step(
    request: AnyRequest, link: FromPath[str], now: NamedDependency[datetime], letterhead: NamedDependency[Letterhead]
) -> Template | Redirect:
    """The unit's answer is recorded, with another time or who comes instead where the form names it."""
    form = await forms.read(request)
    try:
        invitation = invitation_of(link, letterhead)
        problems = await _problems_with(invitation, form, now)
        if problems:
            return await _page(request, invitation, now, problems=problems, values=form, status=400)
    except LinkGone:
        return link_gone(request)
    done = _STEPS.get(form.get("step", ""), _STEPS["answer"]).done
    return Redirect(f"/answer/{link}?done={done}", status_code=303)


async def _answer(invitation: UUID, form: forms.Form, now: datetime) -> Decision:
    filled = forms.fill(Answered, form)
    return await answer_link.answer(invitation, filled.answer, shown=filled.shown, note=filled.note, now=now)


async def _propose(invitation: UUID, form: forms.Form, now: datetime) -> Decision:
    filled = forms.fill(Proposed, form)
    answer, note = filled.meanwhile, filled.why
    return await answer_link.propose(
        invitation, filled.starts, partstat=answer, shown=filled.shown, note=note, now=now
    )


async def _name(invitation: UUID, form: forms.Form, now: datetime) -> Decision:
    filled = forms.fill(Named, form)
    return await answer_link.name_deputy(invitation, filled.deputy, shown=filled.shown, note=filled.about, now=now)


@dataclass(frozen=True)
class Step:
    """One of the page's forms: what it does, its fields, and the sentence once it is done."""

    act: Callable[[UUID, forms.Form, datetime], Awaitable[Decision]]
    fields: tuple[str, ...]
    done: str


_STEPS = {
    "answer": Step(_answer, ("answer", "note"), "answered"),
    "propose": Step(_propose, ("starts", "meanwhile", "why"), "proposed"),
    "name": Step(_name, ("deputy", "about"), "named"),
}


async def _problems_with(invitation: UUID, form: forms.Form, now: datetime) -> dict[str, str]:
    """Why what the form says was not taken, or does not count; nothing once it stands."""
    step = _STEPS.get(form.get("step", ""), _STEPS["answer"])
    try:
        decision = await step.act(invitation, form, now)
    except forms.Mistakes as mistakes:
        return {field if field in step.fields else "": what for field, what in mistakes.problems.items()}
    except (UnknownAnswer, UnsuitableProposal, UnsuitableDeputy) as refused:
        return {refused.field if refused.field in step.fields else "": str(refused)}
    return why_not(decision)


def why_not(decision: Decision) -> dict[str, str]:
    """Why an answer that was kept does not count, beside no field; nothing where it counts."""
    if decision.fate in (Fate.APPLIED, Fate.DUPLICATE):
        return {}
    return {"": NOT_COUNTED.get(decision.row, decision.flagged)}


async def _page(request: AnyRequest, invitation: UUID, now: datetime, **shown: Any) -> Template:
    asked = await answer_link.asked(invitation, now=now)
    shown.setdefault("values", {"meanwhile": MEANWHILE[0][0]})
    return page(
        "attendance/answer_link.html",
        request,
        done=DONE,
        asked=asked,
        lead=await lead_link.asked(invitation),
        link=request.path_params["link"],
        meeting=asked.meeting,
        so_far=SO_FAR,
        choices=CHOICES,
        meanwhile=MEANWHILE,
        minutes=int((asked.meeting.ends_at - asked.meeting.starts_at) / timedelta(minutes=1)),
        **shown,
    )


router = Router(
    path="/",
    route_handlers=[
        answer_link_page,
        answer_link_step,
        *lead_link_pages.handlers,
        *handover_link_pages.handlers,
        *series_link_pages.handlers,
        *acknowledge_pages.handlers,
    ],
)
