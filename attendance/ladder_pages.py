"""The ladders that climb, and what a coordinator does about one: hold it until a time, or hurry it, with a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from attendance import escalations, ladder_view
from attendance.errors import AttendanceError
from attendance.escalations import LONGEST_REASON
from attendance.ladder_view import LadderView
from attendance.subjects import LADDER
from web import forms
from web.guards import Needs
from web.pages import page
from web.reading import View
from web.roles import Act
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
DONE = {
    "ladder-held": "The ladder is held. Nobody is told before then, unless you hurry it.",
    "ladder-hurried": "The ladder is hurried: its next step is being taken now.",
}
_WHY = f"Say why, in {LONGEST_REASON} characters or fewer, without a child's name or details"


class Hold(msgspec.Struct):
    until: Annotated[datetime, forms.ask("Enter the day and the time until which it is held")]
    reason: Annotated[str, forms.ask(_WHY, max_length=LONGEST_REASON)]


class Hurry(msgspec.Struct):
    reason: Annotated[str, forms.ask(_WHY, max_length=LONGEST_REASON)]


@get("/ladders", include_in_schema=False, needs=Needs(Act.SEE), opens=View("the ladders"))
async def ladders_page(
    request: AnyRequest, now: NamedDependency[datetime], viewer: NamedDependency[Viewer]
) -> Template:
    """Every ladder that climbs or waits to be acknowledged."""
    return page(
        "attendance/ladders.html", request, done=DONE, ladders=await ladder_view.open_ladders(now=now, viewer=viewer)
    )


@get("/ladders/{ladder:uuid}/hold", include_in_schema=False, needs=Needs(Act.RUN, LADDER), opens=View("a ladder"))
async def hold_page(request: AnyRequest, ladder: FromPath[UUID], now: NamedDependency[datetime]) -> Template:
    """Until when should nobody be told?"""
    return page("attendance/hold_ladder.html", request, ladder=await _found(ladder, now))


@post("/ladders/{ladder:uuid}/hold", include_in_schema=False, needs=Needs(Act.RUN, LADDER))
async def hold_step(
    request: AnyRequest, ladder: FromPath[UUID], now: NamedDependency[datetime]
) -> Template | Redirect:
    """The ladder is held, and the meeting's timeline says why."""
    view, form = await _found(ladder, now), await forms.read(request)
    try:
        given = forms.fill(Hold, form)
        await escalations.hold(ladder, until=given.until, reason=given.reason, by=str(request.user.id), now=now)
    except (forms.Mistakes, AttendanceError) as refused:
        return _again("attendance/hold_ladder.html", request, view, form, refused)
    return _back(view, "ladder-held")


@get("/ladders/{ladder:uuid}/hurry", include_in_schema=False, needs=Needs(Act.RUN, LADDER), opens=View("a ladder"))
async def hurry_page(request: AnyRequest, ladder: FromPath[UUID], now: NamedDependency[datetime]) -> Template:
    """Why should the next step be taken now?"""
    return page("attendance/hurry_ladder.html", request, ladder=await _found(ladder, now))


@post("/ladders/{ladder:uuid}/hurry", include_in_schema=False, needs=Needs(Act.RUN, LADDER))
async def hurry_step(
    request: AnyRequest, ladder: FromPath[UUID], now: NamedDependency[datetime]
) -> Template | Redirect:
    """The next step is due now, and the meeting's timeline says why."""
    view, form = await _found(ladder, now), await forms.read(request)
    try:
        reason = forms.fill(Hurry, form).reason
        await escalations.hurry(ladder, reason=reason, by=str(request.user.id), now=now)
    except (forms.Mistakes, AttendanceError) as refused:
        return _again("attendance/hurry_ladder.html", request, view, form, refused)
    return _back(view, "ladder-hurried")


def _again(
    template: str, request: AnyRequest, view: LadderView, form: forms.Form, refused: forms.Mistakes | AttendanceError
) -> Template:
    """The form as it was filled in, with why it was not taken."""
    problems = refused.problems if isinstance(refused, forms.Mistakes) else {refused.field: str(refused)}
    return page(template, request, status=400, ladder=view, values=form, problems=dict(problems))


def _back(view: LadderView, done: str) -> Redirect:
    where = f"/meetings/{view.reference}" if view.reference else "/ladders"
    return Redirect(f"{where}?done={done}", status_code=303)


async def _found(ladder: UUID, now: datetime) -> LadderView:
    view = await ladder_view.ladder_view(ladder, now=now)
    if view is None:
        raise NotFoundException
    return view


handlers = [ladders_page, hold_page, hold_step, hurry_page, hurry_step]
