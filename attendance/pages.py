"""All about one meeting, and answers given by telephone."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from attendance import (
    alias_pages,
    challenge_pages,
    handover_pages,
    ladder_pages,
    lead_pages,
    leaving_pages,
    listing_pages,
    not_held_pages,
    post_pages,
    register_pages,
    request_pages,
    returned_pages,
    seat_pages,
    series_pages,
    stranger_pages,
    teams_pages,
    threshold_pages,
)
from attendance.errors import AttendanceError
from attendance.ladder_view import ladders_of
from attendance.overview import Overview, SeatView, meeting_overview
from attendance.quorum import lacking
from attendance.responses import record_by_hand
from attendance.rules import ANSWERS
from attendance.speaking import own_seats
from attendance.timeline import ANSWERS as WORDS
from attendance.unanswered import unanswered
from meetings.about import subject_of
from meetings.after import after
from meetings.lead_listing import lead_of
from meetings.subjects import MEETING
from web import forms
from web.guards import CLOSED, Needs
from web.pages import page
from web.reading import View
from web.roles import Act
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
DONE = {
    "set-up": "The meeting is set up and its invitations are on their way.",
    "moved": "The change is made and everybody invited is being told.",
    "unchanged": "Nothing was changed: it is the time and place that the meeting had. Nobody was told anything.",
    "seat-added": "The seat is added and its unit is being invited.",
    "seat-removed": "The seat is removed and its unit is being told.",
    "called-off": "The meeting is called off and everybody invited is being told.",
    "too-late": "Nothing was changed: the meeting has started, or was called off. Its register is the place now.",
    "not-held": "Recorded: the meeting did not take place. Nobody counts as absent.",
    "answered": "The answer is recorded.",
    "time-stays": "The time stays, and the unit that proposed another is being told.",
    "deputy-invited": "The deputy is being invited, and the one who named them told.",
    "deputy-refused": "The seat stays with the invited address. It is being told, and reminded until it answers.",
    "next-invited": "The unit's other contact is being invited, and the first address gets a cancellation.",
    "marked": "The marks are saved. The register is still open.",
    "closed": "The register is closed.",
    "corrected": "The register is corrected.",
    "review": "It is recorded what the chair said about the next review.",
    **seat_pages.DONE,
    **ladder_pages.DONE,
}
CHOICES = [(answer.value, WORDS[answer.value].capitalize()) for answer in ANSWERS]


class Answered(msgspec.Struct):
    """The form for an answer given by telephone."""

    answer: Annotated[str, forms.ask("Choose what the unit answered")]


@get("/meetings/{reference:str}", include_in_schema=False, needs=Needs(Act.SEE, MEETING), opens=View("the meeting"))
async def meeting_page(
    request: AnyRequest, reference: FromPath[str], now: NamedDependency[datetime], viewer: NamedDependency[Viewer]
) -> Template:
    """All about one meeting."""
    overview = await _overview(reference, now, with_notes=Act.RUN in request.state.acts)
    begun = now >= overview.meeting.starts_at
    return page(
        "attendance/meeting.html",
        request,
        done=DONE,
        overview=overview,
        meeting=overview.meeting,
        lead=await lead_of(overview.meeting),
        lacking=await lacking(overview.meeting, overview.missing, now=now),
        begun=begun,
        over=now > overview.meeting.ends_at,
        words=WORDS,
        about=await subject_of(overview.meeting),
        after=await after(overview.meeting, now),
        silent=await unanswered(overview, now),
        ladders=await ladders_of(overview.meeting.id, now=now),
        own_seats=await own_seats(overview.meeting.id, viewer),
    )


@get(
    "/meetings/{reference:str}/answers/{invitation:uuid}",
    include_in_schema=False,
    needs=Needs(Act.RUN, MEETING),
    opens=View("the form for an answer"),
)
async def answer_page(
    request: AnyRequest, reference: FromPath[str], invitation: FromPath[UUID], now: NamedDependency[datetime]
) -> Template:
    """What did this unit answer by telephone?"""
    seat = _seat_of(await _overview(reference, now), invitation)
    return page("attendance/answer.html", request, reference=reference, seat=seat, choices=CHOICES)


@post("/meetings/{reference:str}/answers/{invitation:uuid}", include_in_schema=False, needs=Needs(Act.RUN, MEETING))
async def answer_step(
    request: AnyRequest, reference: FromPath[str], invitation: FromPath[UUID], now: NamedDependency[datetime]
) -> Template | Redirect:
    """The answer given by telephone stands."""
    seat = _seat_of(await _overview(reference, now), invitation)
    form = await forms.read(request)
    try:
        answer = forms.fill(Answered, form).answer
        await record_by_hand(invitation, answer, by=str(request.user.id), now=now)
    except forms.Mistakes as mistakes:
        problems = dict(mistakes.problems)
    except AttendanceError as refused:
        problems = {refused.field: str(refused)}
    else:
        return Redirect(f"/meetings/{reference}?done=answered", status_code=303)
    return page(
        "attendance/answer.html",
        request,
        status=400,
        reference=reference,
        seat=seat,
        choices=CHOICES,
        values=form,
        problems=problems,
    )


async def _overview(reference: str, now: datetime, *, with_notes: bool = True) -> Overview:
    overview = await meeting_overview(reference, now=now, with_notes=with_notes)
    if overview is None:
        raise NotFoundException(f"There is no meeting {reference}.")
    return overview


def _seat_of(overview: Overview, invitation: UUID) -> SeatView:
    for seat in overview.seats:
        if seat.invitation == invitation:
            return seat
    raise NotFoundException("This meeting has no such invitation.")


router = Router(
    path="/",
    guards=CLOSED,
    route_handlers=[
        *listing_pages.handlers,
        meeting_page,
        answer_page,
        answer_step,
        *register_pages.handlers,
        *not_held_pages.handlers,
        *teams_pages.handlers,
        *post_pages.handlers,
        *series_pages.handlers,
        *request_pages.handlers,
        *stranger_pages.handlers,
        *returned_pages.handlers,
        *alias_pages.handlers,
        *ladder_pages.handlers,
        *threshold_pages.handlers,
        *handover_pages.handlers,
        *lead_pages.handlers,
        *challenge_pages.handlers,
        *seat_pages.handlers,
        *leaving_pages.handlers,
    ],
)
