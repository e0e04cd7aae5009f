"""The checklist of a meeting, what is recorded of it, and the interviews after a return."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from directory.areas import place_names
from directory.units import unit_names
from meetings import checklists, meeting_records
from meetings.checklist import ITEMS
from meetings.episode_tables import Episode
from meetings.errors import MeetingError
from meetings.interview_rules import MODES, NAMES, WITH_WHOM, InterviewKind
from meetings.interviews import NewInterview, interviews_after, interviews_of, record_interview
from meetings.meeting_pages import childs_meeting_of
from meetings.subjects import EPISODE, MEETING
from meetings.tables import Meeting, Seat
from web import forms
from web.guards import Needs
from web.moments import NotUnderstood
from web.pages import page
from web.reading import View
from web.roles import Act

AnyRequest = Request[Any, Any, Any]
DONE = {"answered": "The answers are saved.", "recorded": "Lead agency and minutes are recorded."}
SAID = {"recorded": "It is recorded."}
ANSWERS = [("yes", "Yes"), ("no", "No"), ("unknown", "Unknown")]


@get(
    "/meetings/{reference:str}/checklist",
    include_in_schema=False,
    needs=Needs(Act.SEE, MEETING),
    opens=View("the checklist"),
)
async def checklist_page(request: AnyRequest, reference: FromPath[str], now: NamedDependency[datetime]) -> Template:
    """The questions with their answers so far."""
    meeting = await childs_meeting_of(reference)
    return await _draw(request, meeting, now)


@post("/meetings/{reference:str}/checklist", include_in_schema=False, needs=Needs(Act.RUN, MEETING))
async def checklist_step(
    request: AnyRequest, reference: FromPath[str], now: NamedDependency[datetime]
) -> Template | Redirect:
    """The questions that were answered have their answers; the others stay as they were."""
    meeting, form = await childs_meeting_of(reference), await forms.read(request)
    answers = {item.code: form[item.code] for item in ITEMS if form.get(item.code)}
    try:
        await checklists.answer(meeting.id, answers, by=str(request.user.id), now=now)
    except MeetingError as refused:
        return await _draw(request, meeting, now, form, {refused.field: str(refused)})
    return Redirect(f"/meetings/{reference}/checklist?done=answered", status_code=303)


@post("/meetings/{reference:str}/record", include_in_schema=False, needs=Needs(Act.RUN, MEETING))
async def record_step(
    request: AnyRequest, reference: FromPath[str], now: NamedDependency[datetime]
) -> Template | Redirect:
    """Which agency leads and where the minutes are held is on record."""
    meeting, form = await childs_meeting_of(reference), await forms.read(request)
    lead, minutes = form.get("lead_agency", ""), form.get("minutes", "")
    try:
        await meeting_records.record(reference, lead_agency=lead, minutes=minutes, by=str(request.user.id), now=now)
    except MeetingError as refused:
        return await _draw(request, meeting, now, form, {refused.field: str(refused)})
    return Redirect(f"/meetings/{reference}/checklist?done=recorded", status_code=303)


@get(
    "/episodes/{episode:uuid}/interviews",
    include_in_schema=False,
    needs=Needs(Act.SEE_PLACES, EPISODE),
    opens=View("the interviews"),
)
async def interviews_page(request: AnyRequest, episode: FromPath[UUID], now: NamedDependency[datetime]) -> Template:
    """Both interviews after a return: due when, and what is known of each."""
    return await _draw_interviews(request, episode, now)


@post("/episodes/{episode:uuid}/interviews", include_in_schema=False, needs=Needs(Act.RUN, EPISODE))
async def interviews_step(
    request: AnyRequest, episode: FromPath[UUID], now: NamedDependency[datetime]
) -> Template | Redirect:
    """What is known of one of the interviews stands."""
    form = await forms.read(request)
    kind = form.get("kind", "")
    try:
        await record_interview(episode, _interview(form, kind), by=str(request.user.id), now=now)
    except NotUnderstood as problem:
        return await _draw_interviews(request, episode, now, form, {f"{kind}-done": str(problem)})
    except MeetingError as refused:
        return await _draw_interviews(request, episode, now, form, {refused.field: str(refused)})
    return Redirect(f"/episodes/{episode}/interviews?done=recorded", status_code=303)


def _interview(form: forms.Form, kind: str) -> NewInterview:
    """:raises NotUnderstood: for a time that is none."""
    return NewInterview(
        kind,
        form.get(f"{kind}-answer", ""),
        forms.moment(form, f"{kind}-done"),
        form.get(f"{kind}-by", ""),
        form.get(f"{kind}-mode", ""),
        form.get(f"{kind}-with", ""),
    )


async def _draw(
    request: AnyRequest,
    meeting: Meeting,
    now: datetime,
    values: forms.Form | None = None,
    problems: dict[str, str] | None = None,
) -> Template:
    record = await meeting_records.record_of(meeting.id)
    seats = await Seat.select(Seat.unit).where((Seat.meeting == meeting.id) & Seat.removed_at.is_null())
    names = sorted(set((await unit_names([row["unit"] for row in seats])).values()) | {record.lead_agency} - {""})
    answers = await checklists.answers_of(meeting.id)
    known = forms.Form([*answers.items(), ("lead_agency", record.lead_agency), ("minutes", record.minutes_reference)])
    return page(
        "meetings/checklist.html",
        request,
        status=400 if problems else 200,
        done=DONE,
        meeting=meeting,
        items=ITEMS,
        answers=ANSWERS,
        answered=len(answers),
        interviews=await interviews_of(meeting, now),
        agencies=[("", "Not named"), *((name, name) for name in names)],
        values=values or known,
        problems=problems or {},
    )


async def _draw_interviews(
    request: AnyRequest,
    episode_id: UUID,
    now: datetime,
    values: forms.Form | None = None,
    problems: dict[str, str] | None = None,
) -> Template:
    episode = await Episode.objects().where(Episode.id == episode_id).first()
    if episode is None:
        raise NotFoundException("There is no such episode.")
    return page(
        "meetings/interviews.html",
        request,
        status=400 if problems else 200,
        done=SAID,
        episode=episode,
        places=await place_names(),
        interviews=await interviews_after([episode_id], now),
        kinds=[(kind.value, NAMES[kind]) for kind in InterviewKind],
        answers=ANSWERS,
        modes=[("", "Not said"), *forms.options(MODES)],
        with_whom=[("", "Not said"), *forms.options(WITH_WHOM)],
        values=values or forms.Form(),
        problems=problems or {},
    )


handlers = [checklist_page, checklist_step, record_step, interviews_page, interviews_step]
