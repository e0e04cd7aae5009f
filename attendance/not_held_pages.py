"""A meeting whose time has come and that did not take place: by whose wish and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from attendance.errors import AttendanceError
from attendance.register import not_held
from attendance.register_pages import refused
from meetings.errors import MeetingError
from meetings.letters import Letterhead
from meetings.meeting_pages import meeting_of
from meetings.reasons import CALLED_OFF_BY, CALLED_OFF_REASONS
from meetings.subjects import MEETING
from meetings.tables import Meeting
from web import forms
from web.guards import Needs
from web.pages import page
from web.reading import View
from web.roles import Act

AnyRequest = Request[Any, Any, Any]


@get(
    "/meetings/{reference:str}/register/not-held",
    include_in_schema=False,
    needs=Needs(Act.RUN, MEETING),
    opens=View("the form that it was not held"),
)
async def not_held_page(request: AnyRequest, reference: FromPath[str], now: NamedDependency[datetime]) -> Template:
    """By whose wish and why a meeting whose time has come did not take place."""
    meeting = await meeting_of(reference)
    return _draw(request, meeting, now)


@post("/meetings/{reference:str}/register/not-held", include_in_schema=False, needs=Needs(Act.RUN, MEETING))
async def not_held_step(
    request: AnyRequest,
    reference: FromPath[str],
    now: NamedDependency[datetime],
    letterhead: NamedDependency[Letterhead],
) -> Template | Redirect:
    """It is on record that the meeting did not take place."""
    meeting = await meeting_of(reference)
    form = await forms.read(request)
    try:
        await not_held(
            meeting.id,
            asked_by=form.get("asked_by", ""),
            reason=form.get("reason", ""),
            by=str(request.user.id),
            now=now,
            letterhead=letterhead,
        )
    except (AttendanceError, MeetingError) as error:
        return _draw(request, meeting, now, form=form, problems={error.field: str(error)})
    return Redirect(f"/meetings/{reference}?done=not-held", status_code=303)


def _draw(
    request: AnyRequest,
    meeting: Meeting,
    now: datetime,
    *,
    form: forms.Form | None = None,
    problems: dict[str, str] | None = None,
) -> Template:
    return page(
        "attendance/not_held.html",
        request,
        status=400 if problems else 200,
        meeting=meeting,
        refused=refused(meeting, now),
        asked_by=forms.options(CALLED_OFF_BY),
        reasons=forms.options(CALLED_OFF_REASONS),
        values=form or forms.Form(),
        problems=problems or {},
    )


handlers = [not_held_page, not_held_step]
