"""Who leads a meeting for the police: changed with a reason; disputed, decided for now, and settled by people."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from attendance import disputes
from meetings import leads
from meetings.errors import MeetingError
from meetings.lead_listing import lead_of, open_disputes
from meetings.meeting_pages import childs_meeting_of
from meetings.subjects import MEETING
from meetings.tables import Meeting, MeetingState
from web import forms
from web.guards import Needs
from web.pages import page
from web.reading import View
from web.roles import Act
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
DONE = {
    "refuse": "Recorded: the lead is disputed. Its clock runs, and nobody's lead has changed.",
    "change": "The lead is changed. The reason is on the meeting's timeline.",
    "interim": "The chair's decision is recorded. The dispute stays open until it is settled.",
    "settle": "The dispute is settled, and the lead is on record.",
}
Recorded = Callable[[str, UUID, forms.Form, str, datetime], Awaitable[None]]


@get("/disputes", include_in_schema=False, needs=Needs(Act.SEE), opens=View("the disputes about leads"))
async def disputes_page(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
    """Every meeting whose lead is disputed, the one to be settled soonest in front."""
    return page("attendance/disputes.html", request, disputes=await open_disputes(viewer))


@get("/meetings/{reference:str}/lead", include_in_schema=False, needs=Needs(Act.SEE, MEETING), opens=View("the lead"))
async def lead_page(request: AnyRequest, reference: FromPath[str]) -> Template:
    """Who leads, what is said against it, and the forms for what people decide."""
    meeting = await childs_meeting_of(reference)
    return await _draw(request, meeting)


@post("/meetings/{reference:str}/lead", include_in_schema=False, needs=Needs(Act.RUN, MEETING))
async def lead_step(
    request: AnyRequest, reference: FromPath[str], now: NamedDependency[datetime]
) -> Template | Redirect:
    """What a person says about the lead is on record."""
    meeting, form = await childs_meeting_of(reference), await forms.read(request)
    act = form.get("act", "")
    if act not in _ACTS:
        return await _draw(request, meeting, form, {"": "Choose what you want to record."})
    field, verb = _ACTS[act]
    unit = forms.chosen_id(form.get(field, ""))
    if unit is None:
        return await _draw(request, meeting, form, {field: "Choose a police unit"})
    try:
        await verb(reference, unit, form, str(request.user.id), now)
    except MeetingError as refused:
        name = field if refused.field == "lead" else refused.field
        return await _draw(request, meeting, form, {_OWN.get((act, name), name): str(refused)})
    return Redirect(f"/meetings/{reference}/lead?done={act}", status_code=303)


async def _refuse(reference: str, unit: UUID, form: forms.Form, by: str, now: datetime) -> None:
    await disputes.say_not_lead(reference, unit, via="telephone", by=by, now=now)


async def _change(reference: str, unit: UUID, form: forms.Form, by: str, now: datetime) -> None:
    await leads.change_lead(reference, unit, why=form.get("why", ""), by=by, now=now)


async def _interim(reference: str, unit: UUID, form: forms.Form, by: str, now: datetime) -> None:
    await leads.decide_interim(reference, unit, why=form.get("interim_why", ""), by=by, now=now)


async def _settle(reference: str, unit: UUID, form: forms.Form, by: str, now: datetime) -> None:
    await disputes.settle(reference, unit, agreed_by=form.get("agreed_by", ""), by=by, now=now)


# Each act with the field that names the unit.
_ACTS: dict[str, tuple[str, Recorded]] = {
    "refuse": ("refused_by", _refuse),
    "change": ("new_lead", _change),
    "interim": ("interim", _interim),
    "settle": ("settled", _settle),
}
_OWN = {("interim", "why"): "interim_why"}


async def _draw(
    request: AnyRequest, meeting: Meeting, values: forms.Form | None = None, problems: dict[str, str] | None = None
) -> Template:
    lead = await lead_of(meeting)
    police = await leads.police_of(meeting)
    said = {one.unit for one in lead.dispute.refused} if lead.dispute else set()
    return page(
        "attendance/lead.html",
        request,
        status=400 if problems else 200,
        done=DONE,
        meeting=meeting,
        lead=lead,
        units=[(str(unit), name) for unit, name in police.items()],
        silent=[(str(unit), name) for unit, name in police.items() if name not in said],
        others=[(str(unit), name) for unit, name in police.items() if unit != meeting.lead_unit],
        changeable=meeting.state == MeetingState.SCHEDULED,
        longest_why=leads.LONGEST_WHY,
        longest_reason=leads.LONGEST_REASON,
        values=values or forms.Form(),
        problems=problems or {},
    )


handlers = [disputes_page, lead_page, lead_step]
