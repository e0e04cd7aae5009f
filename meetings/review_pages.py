"""When a meeting that was held is reviewed: the chair's day, or that there is none."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from meetings.errors import MeetingError
from meetings.meeting_pages import childs_meeting_of
from meetings.reviews import chair_says, reviewed
from meetings.subjects import MEETING
from web import forms
from web.guards import Needs
from web.pages import page
from web.reading import View
from web.roles import Act

AnyRequest = Request[Any, Any, Any]
CHOICES = [("on", "By a day"), ("none", "No review is needed")]


class ChairSays(msgspec.Struct):
    """The form: a day, or none."""

    review: Annotated[str, forms.ask("Choose whether there is a review")]
    due: datetime | None = None


@get(
    "/meetings/{reference:str}/review",
    include_in_schema=False,
    needs=Needs(Act.RUN, MEETING),
    opens=View("the review"),
)
async def review_page(request: AnyRequest, reference: FromPath[str]) -> Template:
    """What was settled about the review, and what the chair says."""
    return await _draw(request, reference, forms.Form([("review", "on")]), {})


@post("/meetings/{reference:str}/review", include_in_schema=False, needs=Needs(Act.RUN, MEETING))
async def review_step(
    request: AnyRequest, reference: FromPath[str], now: NamedDependency[datetime]
) -> Template | Redirect:
    """The review is due by the chair's day, or there is none."""
    form = await forms.read(request)
    try:
        said = forms.fill(ChairSays, form)
        if said.review == "on" and said.due is None:
            return await _draw(request, reference, form, {"due": "Enter the day and the time"})
        due = said.due if said.review == "on" else None
        await chair_says(reference, due, by=str(request.user.id), now=now)
    except forms.Mistakes as mistakes:
        return await _draw(request, reference, form, mistakes.problems)
    except MeetingError as refused:
        return await _draw(request, reference, form, {refused.field: str(refused)})
    return Redirect(f"/meetings/{reference}?done=review", status_code=303)


async def _draw(request: AnyRequest, reference: str, values: forms.Form, problems: dict[str, str]) -> Template:
    meeting = await childs_meeting_of(reference)
    return page(
        "meetings/review.html",
        request,
        status=400 if problems else 200,
        meeting=meeting,
        reviewed=await reviewed(meeting),
        choices=CHOICES,
        values=values,
        problems=problems,
    )


handlers = [review_page, review_step]
