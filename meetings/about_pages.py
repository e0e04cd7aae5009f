"""Setting up a meeting about a place or a group, without a child's record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from directory.areas import place_names
from directory.errors import NoUnit
from directory.truth import truths
from meetings.about import known_place, propose_about, set_up_about
from meetings.errors import MeetingError
from meetings.letters import Letterhead
from meetings.proposal import Proposal
from meetings.setting_up import chosen
from meetings.tables import About
from meetings.when import When
from web import forms
from web.guards import Needs
from web.moments import NotUnderstood, london_date
from web.pages import front_door, page
from web.reading import View
from web.roles import Act

AnyRequest = Request[Any, Any, Any]
ABOUT = [
    (About.PLACE.value, "A place", "Such as a station, a park or a shop where children come to harm"),
    (About.GROUP.value, "A group", "Young people who come to harm, or do harm, together"),
]
NO_UNIT = "The directory has no police unit for this area. Nothing was sent. Complete the directory first."


class NewAbout(msgspec.Struct):
    """The form that sets such a meeting up; `starts` is London's time, read into UTC."""

    about: Annotated[About, forms.ask("Choose what the meeting is about")]
    area: Annotated[str, forms.ask("Choose the borough or area")]
    starts: Annotated[datetime, forms.ask("Enter when the meeting starts")]
    minutes: Annotated[int, forms.ask("Choose how long the meeting lasts")]
    seats: Annotated[list[UUID], forms.ask("Choose at least one unit to invite")]
    place: str = ""
    link: str = ""
    fixed: bool = False

    def when(self) -> When:
        return When(self.starts, self.minutes, self.place, self.link, self.fixed)


@get(
    "/meetings/about",
    include_in_schema=False,
    needs=Needs(Act.RUN),
    opens=View("the form for a meeting about a place or group"),
)
async def about_page(request: AnyRequest, now: NamedDependency[datetime]) -> Template:
    """In which borough or area; then who is asked, when and where."""
    area = request.query_params.get("area", "")
    if not area:
        return await _ask_area(request)
    try:
        await known_place(area)
        proposal = await propose_about(area, london_date(now), now)
    except (MeetingError, NoUnit) as refused:
        return await _ask_area(request, NO_UNIT if isinstance(refused, NoUnit) else str(refused))
    seats = [("seats", str(seat.unit)) for seat in proposal.seats]
    return await _draw(request, area, proposal, values=forms.Form([("minutes", "60"), *seats]))


@post("/meetings/about", include_in_schema=False, needs=Needs(Act.RUN))
async def about_step(
    request: AnyRequest, now: NamedDependency[datetime], letterhead: NamedDependency[Letterhead]
) -> Template | Redirect:
    """Check the answers; then, on Send, the meeting is set up and its invitations are on their way."""
    form = await forms.read(request)
    area, at = form.get("area", ""), _moment(form) or now
    try:
        await known_place(area)
        proposal = await propose_about(area, london_date(at), at)
    except (MeetingError, NoUnit) as refused:
        return await _ask_area(request, NO_UNIT if isinstance(refused, NoUnit) else str(refused))
    if form.get("step") == "change":
        return await _draw(request, area, proposal, values=form)
    try:
        new = forms.fill(NewAbout, form)
        new.when().check(now)
        kept = chosen(proposal, new.seats)
        if form.get("step") == "send":
            by = str(request.user.id)
            reference = await set_up_about(
                new.about, area, new.when(), new.seats, by=by, now=now, letterhead=letterhead
            )
            return Redirect(f"/meetings/{reference}?done=set-up", status_code=303)
    except forms.Mistakes as mistakes:
        return await _draw(request, area, proposal, values=form, problems=mistakes.problems)
    except MeetingError as refused:
        return await _draw(request, area, proposal, values=form, problems={refused.field: str(refused)})
    answers = [(name, value) for name in form if name != "step" for value in form.many(name)]
    return page(
        "meetings/check.html",
        request,
        action="/meetings/about",
        when=new.when(),
        kept=kept,
        proposal=proposal,
        answers=answers,
    )


def _moment(form: forms.Form) -> datetime | None:
    try:
        return forms.moment(form, "starts")
    except NotUnderstood:
        return None


async def _ask_area(request: AnyRequest, problem: str = "") -> Template:
    return page(
        "meetings/about_area.html",
        request,
        status=400 if problem else 200,
        areas=[("", "Choose a borough or area"), *(await place_names()).items()],
        problems={"area": problem} if problem else {},
    )


async def _draw(
    request: AnyRequest,
    area: str,
    proposal: Proposal,
    *,
    values: forms.Form,
    problems: Mapping[str, str] | None = None,
) -> Template:
    return page(
        "meetings/about.html",
        request,
        status=400 if problems else 200,
        area=area,
        area_name=await known_place(area),
        kinds=ABOUT,
        proposal=proposal,
        truths=await truths([seat.unit for seat in proposal.seats], front_door(request).clock()),
        values=values,
        problems=problems or {},
    )


handlers = [about_page, about_step]
