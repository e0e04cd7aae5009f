"""All that waits is planned at once: one press proposes times, the week is changed, and another press sends it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from meetings.errors import MeetingError, NoSuchPlan, NothingWaiting, UnsuitableTime
from meetings.kept_plans import LENGTHS, MOST, propose_all
from meetings.letters import Letterhead
from meetings.plan_listing import WeekPlan, clashes, plan_to_finish, week_plan
from meetings.sending_plans import choose, send
from meetings.subjects import PLAN
from meetings.times_shown import usual_joining
from meetings.waiting import list_waiting
from web import forms
from web.guards import Needs
from web.pages import front_door, page
from web.reading import View
from web.roles import Act
from web.viewer import Viewer

DONE = {
    "nothing": "Nothing was changed: nothing waits any more.",
    "kept": "Your choices are kept. Nothing was sent yet.",
    "sent": "What could be sent is sent. Each meeting has its invitations on their way.",
}
LEFT_OUT = "out"  # what a form sends for a meeting that is not to be sent
AnyRequest = Request[Any, Any, Any]


@get("/plan", include_in_schema=False, needs=Needs(Act.RUN), opens=View("the plan of all that waits"))
async def plan_page(request: AnyRequest, now: NamedDependency[datetime], viewer: NamedDependency[Viewer]) -> Template:
    """How many wait, and one button that proposes times for them all; opening the page computes nothing."""
    return page(
        "meetings/plan.html",
        request,
        done=DONE,
        waiting=await list_waiting(viewer),
        unfinished=await plan_to_finish(now, viewer),
        most=MOST,
        values={"minutes": "60"},
    )


@post("/plan", include_in_schema=False, needs=Needs(Act.RUN))
async def propose_step(
    request: AnyRequest, now: NamedDependency[datetime], viewer: NamedDependency[Viewer]
) -> Redirect:
    """Times are proposed for all that waits, and kept."""
    given = (await forms.read(request)).get("minutes", "")
    minutes = int(given) if given in map(str, LENGTHS) else 60
    try:
        plan = await propose_all(minutes=minutes, by=str(request.user.id), now=now, viewer=viewer)
    except NothingWaiting:
        return Redirect("/plan?done=nothing", status_code=303)
    return Redirect(f"/plan/{plan}", status_code=303)


@get("/plan/{plan:uuid}", include_in_schema=False, needs=Needs(Act.RUN, PLAN), opens=View("a plan"))
async def week_page(request: AnyRequest, plan: FromPath[UUID], viewer: NamedDependency[Viewer]) -> Template:
    """The planned week, as it stands: what is to be sent, what was, what could not be done and why."""
    week = await _week(plan, viewer)
    return await _draw(request, week)


@post("/plan/{plan:uuid}", include_in_schema=False, needs=Needs(Act.RUN, PLAN))
async def week_step(
    request: AnyRequest,
    plan: FromPath[UUID],
    now: NamedDependency[datetime],
    viewer: NamedDependency[Viewer],
    letterhead: NamedDependency[Letterhead],
) -> Template | Redirect:
    """The choices are kept, and on Send every chosen meeting is set up by itself."""
    form = await forms.read(request)
    week, by = await _week(plan, viewer), str(request.user.id)
    try:
        times = _times(week, form)
        problems = clashes(week.lines, times)
        if problems:
            return await _draw(request, week, values=form, problems=problems)
        await choose(plan, times, form.get("link", "")[:255], by=by, now=now)
        if form.get("step") != "send":
            return Redirect(f"/plan/{plan}?done=kept", status_code=303)
        await send(plan, by=by, now=now, letterhead=letterhead, viewer=viewer)
    except MeetingError as refused:
        field = {"place": "link"}.get(refused.field, refused.field)
        return await _draw(request, week, values=form, problems={field: str(refused)})
    return Redirect(f"/plan/{plan}?done=sent", status_code=303)


def _times(week: WeekPlan, form: forms.Form) -> dict[UUID, datetime | None]:
    """What the form chose for each meeting that is still to be sent and that it shows; None for one left out.

    :raises UnsuitableTime: for what no page of ours sends.
    """
    found: dict[UUID, datetime | None] = {}
    for line in week.lines:
        given = form.get(line.field)
        if not line.open or given is None:
            continue
        offered = {value: datetime.fromisoformat(value) for value, _ in line.choices}
        if given != LEFT_OUT and given not in offered:
            raise UnsuitableTime("Choose one of the times that the plan offers.")
        found[line.id] = offered.get(given)
    return found


async def _week(plan: UUID, viewer: Viewer) -> WeekPlan:
    try:
        return await week_plan(plan, viewer)
    except NoSuchPlan as none:
        raise NotFoundException(str(none)) from none


async def _draw(
    request: AnyRequest,
    week: WeekPlan,
    *,
    values: Mapping[str, str] | None = None,
    problems: dict[str, str] | None = None,
) -> Template:
    known = {line.field: line.chosen_at.isoformat() if line.chosen_at else LEFT_OUT for line in week.lines}
    joining = await usual_joining(str(request.user.id), front_door(request).join_link)
    return page(
        "meetings/planned_week.html",
        request,
        status=400 if problems else 200,
        done=DONE,
        week=week,
        values={**known, "link": week.link or joining.link, **(values or {})},
        problems=problems or {},
        wrong_times=sum(field != "link" for field in problems or {}),
    )


handlers = [plan_page, propose_step, week_page, week_step]
