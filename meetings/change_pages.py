"""Changing a meeting that is set up: its time and place, its seats, calling it off."""

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

from directory.tables import Unit
from meetings.asked_alone import asked_alone
from meetings.calling_off import call_off
from meetings.errors import MeetingError
from meetings.letters import Letterhead
from meetings.meeting_pages import meeting_of
from meetings.occurrences import series_references
from meetings.reasons import CALLED_OFF_BY, CALLED_OFF_REASONS
from meetings.scheduling import add_seat, move, remove_seat
from meetings.seats import Capacity
from meetings.subjects import MEETING
from meetings.tables import Meeting, MeetingState, Seat
from meetings.taking_proposals import move_as_proposed
from meetings.times_shown import Times, other_times
from meetings.wanting import wanted_again
from meetings.when import When
from web import forms
from web.guards import Needs
from web.pages import page
from web.reading import View
from web.roles import Act

AnyRequest = Request[Any, Any, Any]


class NewTime(msgspec.Struct):
    """The form that moves a meeting; `starts` is London's time, read into UTC."""

    starts: Annotated[datetime, forms.ask("Enter when the meeting starts")]
    minutes: Annotated[int, forms.ask("Enter how many minutes the meeting lasts")]
    place: str = ""
    link: str = ""
    fixed: bool = False


@get(
    "/meetings/{reference:str}/time",
    include_in_schema=False,
    needs=Needs(Act.RUN, MEETING),
    opens=View("the form to move it"),
)
async def time_page(
    request: AnyRequest, reference: FromPath[str], now: NamedDependency[datetime]
) -> Template | Redirect:
    """The present time and place, to be changed."""
    meeting = await _changeable(reference, now)
    if meeting is None:
        return _back(reference)
    values = forms.shown(_present(meeting))
    return page("meetings/time.html", request, meeting=meeting, values=values, times=await _times(meeting, now))


@post("/meetings/{reference:str}/time", include_in_schema=False, needs=Needs(Act.RUN, MEETING))
async def time_step(
    request: AnyRequest,
    reference: FromPath[str],
    now: NamedDependency[datetime],
    letterhead: NamedDependency[Letterhead],
) -> Template | Redirect:
    """The meeting has its new time and place, and every invitee an update on its way."""
    form = await forms.read(request)
    before = await meeting_of(reference)
    try:
        if form.get("step") == "propose":
            asked, by = await wanted_again(before, now), str(request.user.id)
            await move_as_proposed(before, asked, form.get("slot", ""), by=by, now=now, letterhead=letterhead)
        else:
            new = forms.fill(NewTime, form)
            when = When(new.starts, new.minutes, new.place, new.link, new.fixed)
            await move(reference, when, by=str(request.user.id), now=now, letterhead=letterhead)
    except forms.Mistakes as mistakes:
        return await _time_again(request, before, form, mistakes.problems, now)
    except MeetingError as refused:
        field = "slot" if form.get("step") == "propose" else refused.field
        return await _time_again(request, before, form, {field: str(refused)}, now)
    done = "moved" if (await meeting_of(reference)).sequence > before.sequence else "unchanged"
    return Redirect(f"/meetings/{reference}?done={done}", status_code=303)


@get(
    "/meetings/{reference:str}/seats", include_in_schema=False, needs=Needs(Act.RUN, MEETING), opens=View("the seats")
)
async def seats_page(
    request: AnyRequest, reference: FromPath[str], now: NamedDependency[datetime]
) -> Template | Redirect:
    """The seats, each to be removed, and a unit to be added."""
    meeting = await _changeable(reference, now)
    if meeting is None:
        return _back(reference)
    return await _seats(request, reference, forms.Form(), {})


@post("/meetings/{reference:str}/seats", include_in_schema=False, needs=Needs(Act.RUN, MEETING))
async def seats_step(
    request: AnyRequest,
    reference: FromPath[str],
    now: NamedDependency[datetime],
    letterhead: NamedDependency[Letterhead],
) -> Template | Redirect:
    """One seat is added (a unit and its capacities) or removed, and the one concerned is told."""
    form = await forms.read(request)
    by = str(request.user.id)
    try:
        if form.get("act") == "remove":
            if "remove" not in form:
                return await _seats(request, reference, form, {"remove": "Choose the unit that is removed"})
            await remove_seat(reference, UUID(form["remove"]), by=by, now=now, letterhead=letterhead)
            return Redirect(f"/meetings/{reference}?done=seat-removed", status_code=303)
        unit = await Unit.objects().where(Unit.code == form.get("unit", "")).first()
        if unit is None:
            return await _seats(request, reference, form, {"unit": "Choose the unit to invite"})
        capacities = [c for c in form.many("capacities") if c in set(Capacity)]
        await add_seat(reference, unit.id, capacities, by=by, now=now, letterhead=letterhead)
    except MeetingError as refused:
        return await _seats(request, reference, form, {"unit": str(refused)})
    except ValueError:
        raise NotFoundException("There is no such seat at this meeting.") from None
    return Redirect(f"/meetings/{reference}?done=seat-added", status_code=303)


@get(
    "/meetings/{reference:str}/calling-off",
    include_in_schema=False,
    needs=Needs(Act.RUN, MEETING),
    opens=View("the form to call it off"),
)
async def calling_off_page(
    request: AnyRequest, reference: FromPath[str], now: NamedDependency[datetime]
) -> Template | Redirect:
    """By whose wish and why the meeting is called off."""
    meeting = await _changeable(reference, now)
    if meeting is None:
        return _back(reference)
    return page("meetings/calling_off.html", request, meeting=meeting, choices=_choices())


@post("/meetings/{reference:str}/calling-off", include_in_schema=False, needs=Needs(Act.RUN, MEETING))
async def calling_off_step(
    request: AnyRequest,
    reference: FromPath[str],
    now: NamedDependency[datetime],
    letterhead: NamedDependency[Letterhead],
) -> Template | Redirect:
    """The meeting is off, and every invitee a cancellation on its way. Once begun, its register is the place."""
    form = await forms.read(request)
    if await _changeable(reference, now) is None:
        return _back(reference)
    try:
        await call_off(
            reference,
            asked_by=form.get("asked_by", ""),
            reason=form.get("reason", ""),
            by=str(request.user.id),
            now=now,
            letterhead=letterhead,
        )
    except MeetingError as refused:
        problems = {refused.field: str(refused)}
        return await _again(request, "meetings/calling_off.html", reference, form, problems, choices=_choices())
    return Redirect(f"/meetings/{reference}?done=called-off", status_code=303)


def _present(meeting: Meeting) -> NewTime:
    """The form as the meeting stands."""
    minutes = int((meeting.ends_at - meeting.starts_at).total_seconds() // 60)
    return NewTime(meeting.starts_at, minutes, meeting.place, meeting.link, meeting.fixed)


async def _times(meeting: Meeting, now: datetime) -> Times | None:
    """The best other times; none for a date of a series, whose rule says when it is, nor once it has begun."""
    if meeting.series or meeting.starts_at <= now:
        return None
    return await other_times(meeting, now)


async def _time_again(
    request: AnyRequest, meeting: Meeting, form: forms.Form, problems: dict[str, str], now: datetime
) -> Template:
    values = forms.Form([*forms.shown(_present(meeting)).items(), *form.items()])
    return page(
        "meetings/time.html",
        request,
        status=400,
        meeting=meeting,
        values=form if "starts-day" in form else values,
        problems=problems,
        times=await _times(meeting, now),
    )


async def _changeable(reference: str, now: datetime) -> Meeting | None:
    """The meeting, while its time has not come and it is not called off; None after that."""
    meeting = await meeting_of(reference)
    return meeting if meeting.state == MeetingState.SCHEDULED and now < meeting.starts_at else None


def _choices() -> dict[str, list[tuple[str, str]]]:
    ahead = [reason for reason in CALLED_OFF_REASONS if reason != "did not take place"]
    return {"asked_by": forms.options(CALLED_OFF_BY), "reasons": forms.options(ahead)}


def _back(reference: str) -> Redirect:
    return Redirect(f"/meetings/{reference}?done=too-late", status_code=303)


async def _again(
    request: AnyRequest, template: str, reference: str, form: forms.Form, problems: dict[str, str], **more: Any
) -> Template:
    meeting = await meeting_of(reference)
    return page(template, request, status=400, meeting=meeting, values=form, problems=problems, **more)


async def _seats(request: AnyRequest, reference: str, form: forms.Form, problems: dict[str, str]) -> Template:
    meeting = await meeting_of(reference)
    seats = (
        await Seat.select(Seat.id, Seat.capacities, Seat.unit, Seat.unit.name.as_alias("name"))
        .where((Seat.meeting == meeting.id) & Seat.removed_at.is_null())
        .order_by(Seat.added_at)
    )
    seated = {s["unit"] for s in seats}
    alone = await asked_alone([meeting]) if meeting.series else seated
    units = await Unit.select(Unit.id, Unit.code, Unit.name, Unit.kind).order_by(Unit.kind).order_by(Unit.name)
    return page(
        "meetings/seats.html",
        request,
        status=400 if problems else 200,
        meeting=meeting,
        choices=[
            (str(s["id"]), s["name"], f"As {' and '.join(s['capacities'])}") for s in seats if s["unit"] in alone
        ],
        series=(await series_references([meeting.series])).get(meeting.series, ""),
        units=[
            ("", "Choose a unit"),
            *((u["code"], f"{u['name']} ({u['kind']})") for u in units if u["id"] not in seated),
        ],
        capacities=forms.options(Capacity),
        values=form,
        problems=problems,
    )


handlers = [time_page, time_step, seats_page, seats_step, calling_off_page, calling_off_step]
