"""What an invitee asked for, on its own page: another time to accept or decline, a deputy to approve or refuse."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from attendance import deputies, proposals
from attendance.errors import AttendanceError
from attendance.named_deputies import NamedDeputy, named_deputy
from attendance.subjects import DEPUTY, PROPOSAL
from attendance.timeline import ANSWERS as WORDS
from attendance.weighing import Weighed, weigh
from meetings.errors import MeetingError
from meetings.letters import Letterhead
from web import forms
from web.guards import Needs
from web.pages import page
from web.reading import View
from web.roles import Act

AnyRequest = Request[Any, Any, Any]
_NONE = ("", "No reason")


@get(
    "/proposals/{number:int}", include_in_schema=False, needs=Needs(Act.RUN, PROPOSAL), opens=View("a proposed time")
)
async def proposal_page(request: AnyRequest, number: FromPath[int], now: NamedDependency[datetime]) -> Template:
    """The present and the proposed time beside one another, and what is known of who could come."""
    weighed = await _weighed(number, now)
    return _proposal(request, weighed)


@post("/proposals/{number:int}", include_in_schema=False, needs=Needs(Act.RUN, PROPOSAL))
async def proposal_step(
    request: AnyRequest,
    number: FromPath[int],
    now: NamedDependency[datetime],
    letterhead: NamedDependency[Letterhead],
) -> Template | Redirect:
    """The meeting has the proposed time, or keeps its own and the proposer is told."""
    form = await forms.read(request)
    by = str(request.user.id)
    try:
        if form.get("decision") == "accept":
            reference = await proposals.accept(number, by=by, now=now, letterhead=letterhead)
            return Redirect(f"/meetings/{reference}?done=moved", status_code=303)
        if form.get("decision") == "decline":
            reason = form.get("reason", "")
            reference = await proposals.decline(number, reason=reason, by=by, now=now, letterhead=letterhead)
            return Redirect(f"/meetings/{reference}?done=time-stays", status_code=303)
        problems = {"decision": "Choose whether the meeting moves"}
    except (AttendanceError, MeetingError) as refused:
        problems = {_field(refused): str(refused)}
    return _proposal(request, await _weighed(number, now), form, problems)


@get("/deputies/{number:int}", include_in_schema=False, needs=Needs(Act.RUN, DEPUTY), opens=View("a named deputy"))
async def deputy_page(request: AnyRequest, number: FromPath[int], now: NamedDependency[datetime]) -> Template:
    """Who is to come instead of whom, and what is known of their address."""
    named = await _named(number, now)
    return _deputy(request, named)


@post("/deputies/{number:int}", include_in_schema=False, needs=Needs(Act.RUN, DEPUTY))
async def deputy_step(
    request: AnyRequest,
    number: FromPath[int],
    now: NamedDependency[datetime],
    letterhead: NamedDependency[Letterhead],
) -> Template | Redirect:
    """The deputy is invited, or the invitee is asked again."""
    form = await forms.read(request)
    by = str(request.user.id)
    try:
        if form.get("decision") == "approve":
            reference = await deputies.approve(number, by=by, now=now, letterhead=letterhead)
            return Redirect(f"/meetings/{reference}?done=deputy-invited", status_code=303)
        if form.get("decision") == "refuse":
            reason = form.get("reason", "")
            reference = await deputies.refuse(number, reason=reason, by=by, now=now, letterhead=letterhead)
            return Redirect(f"/meetings/{reference}?done=deputy-refused", status_code=303)
        problems = {"decision": "Choose whether they are invited"}
    except (AttendanceError, MeetingError) as refused:
        problems = {_field(refused): str(refused)}
    return _deputy(request, await _named(number, now), form, problems)


def _field(refused: AttendanceError | MeetingError) -> str:
    """The field of these pages that the refusal belongs to; those of other forms are not on them."""
    return "reason" if refused.field == "reason" else ""


async def _weighed(number: int, now: datetime) -> Weighed:
    weighed = await weigh(number, now=now) if _is_number(number) else None
    if weighed is None:
        raise NotFoundException("There is no such proposal.")
    return weighed


async def _named(number: int, now: datetime) -> NamedDeputy:
    named = await named_deputy(number, now=now) if _is_number(number) else None
    if named is None:
        raise NotFoundException("Nobody of that number was named.")
    return named


def _is_number(number: int) -> bool:
    """Whether a row can have it: what the address says may be larger than any."""
    return 0 < number < 2**63


def _proposal(
    request: AnyRequest, weighed: Weighed, values: Any = None, problems: dict[str, str] | None = None
) -> Template:
    return page(
        "attendance/proposal.html",
        request,
        status=400 if problems else 200,
        weighed=weighed,
        proposal=weighed.proposal,
        meeting=weighed.meeting,
        words=WORDS,
        reasons=[_NONE, *forms.options(proposals.REASONS)],
        values=values or {},
        problems=problems or {},
    )


def _deputy(
    request: AnyRequest, named: NamedDeputy, values: Any = None, problems: dict[str, str] | None = None
) -> Template:
    return page(
        "attendance/deputy.html",
        request,
        status=400 if problems else 200,
        named=named,
        deputy=named.deputy,
        meeting=named.meeting,
        reasons=[_NONE, *forms.options(deputies.REASONS)],
        values=values or {},
        problems=problems or {},
    )


handlers = [proposal_page, proposal_step, deputy_page, deputy_step]
