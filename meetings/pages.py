"""The list of what waits; and every page of this room."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from directory.areas import place_names
from meetings import (
    about_pages,
    action_pages,
    area_pages,
    change_pages,
    checklist_pages,
    clock_pages,
    follow_up_pages,
    list_pages,
    plan_pages,
    review_pages,
    rule_change_pages,
    rules_pages,
    series_change_pages,
    series_pages,
    setting_up_pages,
)
from meetings.handovers import count_waiting
from meetings.subjects import EPISODE
from meetings.waiting import list_waiting, meetings_too_late, refusal_seen, refusals_unseen
from web.guards import CLOSED, Needs
from web.pages import page
from web.reading import View
from web.roles import Act
from web.viewer import Viewer

DONE = {
    "not-convened": "Recorded: no meeting is convened. The decision and its reason are in the reports.",
    "refusal-seen": "Marked as seen.",
}
AnyRequest = Request[Any, Any, Any]


@get("/", include_in_schema=False, needs=Needs(Act.SEE_PLACES), opens=View("the list of what waits"))
async def waiting_page(
    request: AnyRequest, now: NamedDependency[datetime], viewer: NamedDependency[Viewer]
) -> Template:
    """What waits, soonest deadline first; meetings that stand too late; reports the police did not take."""
    refusals = await refusals_unseen(viewer)
    return page(
        "meetings/waiting.html",
        request,
        done=DONE,
        waiting=await list_waiting(viewer),
        too_late=await meetings_too_late(now, viewer),
        refusals=refusals,
        places=await place_names() if refusals else {},
        handovers=await count_waiting(viewer),
    )


@post("/refusals/{episode:uuid}", include_in_schema=False, needs=Needs(Act.RUN, EPISODE))
async def refusal_step(request: AnyRequest, episode: FromPath[UUID], now: NamedDependency[datetime]) -> Redirect:
    """A person has seen that the police did not take this report."""
    await refusal_seen(episode, by=str(request.user.id), now=now)
    return Redirect("/?done=refusal-seen", status_code=303)


router = Router(
    path="/",
    guards=CLOSED,
    route_handlers=[
        waiting_page,
        refusal_step,
        *setting_up_pages.handlers,
        *change_pages.handlers,
        *action_pages.handlers,
        *checklist_pages.handlers,
        *review_pages.handlers,
        *follow_up_pages.handlers,
        *clock_pages.handlers,
        *plan_pages.handlers,
        *rules_pages.handlers,
        *rule_change_pages.handlers,
        *series_pages.handlers,
        *series_change_pages.handlers,
        *list_pages.handlers,
        *about_pages.handlers,
        *area_pages.handlers,
    ],
)
