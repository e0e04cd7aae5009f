"""Series: the list, and setting one up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from meetings.errors import MeetingError
from meetings.letters import Letterhead
from meetings.proposal import described
from meetings.recurrence import dates
from meetings.seats import Capacity
from meetings.series import TYPES, Plan, set_up_series
from meetings.series_forms import UNIT_ROWS, plan_of, weekday_choices
from meetings.series_letters import how_often
from meetings.series_listing import all_units, list_series, police_units
from web import forms
from web.guards import Needs
from web.moments import london_date
from web.pages import page
from web.reading import View
from web.roles import Act
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
Problems = dict[str, str]


@get("/series", include_in_schema=False, needs=Needs(Act.SEE), opens=View("the list of series"))
async def series_list_page(
    request: AnyRequest, now: NamedDependency[datetime], viewer: NamedDependency[Viewer]
) -> Template:
    """The briefings and panels that come round again."""
    return page("meetings/series_list.html", request, series=await list_series(now, viewer))


@get("/series/new", include_in_schema=False, needs=Needs(Act.RUN))
async def new_series_page(request: AnyRequest) -> Template:
    """When, where and with whom is it held?"""
    return await _draw_new(request, forms.Form([("minutes", "30"), ("every", "1")]), {})


@post("/series/new", include_in_schema=False, needs=Needs(Act.RUN))
async def new_series_step(
    request: AnyRequest, now: NamedDependency[datetime], letterhead: NamedDependency[Letterhead]
) -> Template | Redirect:
    """Check the answers; then, on Send, the series is set up and its invitations are on their way."""
    form = await forms.read(request)
    if form.get("step") == "change":
        return await _draw_new(request, form, {})
    try:
        plan = await plan_of(form)
        plan.check(now)
        if form.get("step") == "send":
            reference = await set_up_series(plan, by=str(request.user.id), now=now, letterhead=letterhead)
            return Redirect(f"/series/{reference}?done=set-up", status_code=303)
    except forms.Mistakes as mistakes:
        return await _draw_new(request, form, dict(mistakes.problems))
    except MeetingError as refused:
        return await _draw_new(request, form, {refused.field: str(refused)})
    return await _check(request, form, plan, now)


async def _draw_new(request: AnyRequest, values: forms.Form, problems: Problems) -> Template:
    return page(
        "meetings/series_new.html",
        request,
        status=400 if problems else 200,
        types=forms.options(TYPES),
        weekdays=weekday_choices(),
        police=[("", "Choose a unit"), *await police_units()],
        units=[("", "Choose a unit"), *await all_units()],
        capacities=[("", "Choose a capacity"), *forms.options(Capacity)],
        quorum=forms.options(Capacity),
        rows=UNIT_ROWS,
        values=values,
        problems=problems,
    )


async def _check(request: AnyRequest, form: forms.Form, plan: Plan, now: datetime) -> Template:
    answers = [(name, value) for name in form if name != "step" for value in form.many(name)]
    return page(
        "meetings/series_check.html",
        request,
        plan=plan,
        how_often=how_often(plan.rule),
        dates=dates(plan.rule),
        seats=await described(plan.units, plan.quorum, london_date(now)),
        answers=answers,
    )


handlers = [
    series_list_page,
    new_series_page,
    new_series_step,
]
