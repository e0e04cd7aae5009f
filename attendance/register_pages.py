"""The register of one meeting: marked on a telephone in the room, closed, and corrected with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from attendance.answers import standing
from attendance.errors import AttendanceError, NoSuchMeeting, NotYetStarted, SeatsUnmarked, WasCalledOff
from attendance.register import Expected, Mark, close, closing_of, correct, expected, mark, not_held
from attendance.state import given_to
from attendance.tables import Outcome
from attendance.timeline import ANSWERS
from audit import trail
from meetings.errors import MeetingError
from meetings.letters import Letterhead
from meetings.reasons import CALLED_OFF_BY, CALLED_OFF_REASONS
from meetings.tables import Invitation, Meeting, MeetingState
from web import forms
from web.pages import page

AnyRequest = Request[Any, Any, Any]
OUTCOMES = [
    (Outcome.ATTENDED.value, "Attended", "The person who was invited came"),
    (Outcome.DEPUTY.value, "A deputy attended", "Somebody else of the unit, or somebody it named"),
    (Outcome.APOLOGIES.value, "Apologies", "They said before the start that nobody would come"),
    (Outcome.REPORT_ONLY.value, "Report only", "They sent written information and nobody came"),
    (Outcome.NO_SHOW.value, "No-show", "Nobody came and nobody told us"),
    (Outcome.NOT_RECORDED.value, "Not recorded", "Nobody knows any more"),
]
FLAGS = [("late", "Joined late"), ("early", "Left early")]


@get("/meetings/{reference:str}/register", include_in_schema=False)
async def register_page(request: AnyRequest, reference: FromPath[str], now: NamedDependency[datetime]) -> Template:
    """Each seat with its mark, to be marked or corrected."""
    meeting = await _meeting(reference)
    await trail.record(str(request.user.id), "viewed the register", f"meeting:{reference}", now=now)
    return await _draw(request, meeting, now)


@post("/meetings/{reference:str}/register", include_in_schema=False)
async def register_step(
    request: AnyRequest, reference: FromPath[str], now: NamedDependency[datetime]
) -> Template | Redirect:
    """The marks are saved, the register is closed, or it is corrected: as the button that was pressed says."""
    meeting = await _meeting(reference)
    form = await forms.read(request)
    by = str(request.user.id)
    try:
        done = await _act(form, meeting, by, now)
    except SeatsUnmarked as unmarked:
        problems = {f"outcome-{seat}": f"Choose what became of {unit}" for seat, unit in unmarked.seats.items()}
        return await _draw(request, meeting, now, form=form, problems=problems)
    except AttendanceError as refused:
        return await _draw(request, meeting, now, form=form, problems={refused.field: str(refused)})
    where = f"/meetings/{reference}/register" if done == "marked" else f"/meetings/{reference}"
    return Redirect(f"{where}?done={done}", status_code=303)


@get("/meetings/{reference:str}/register/not-held", include_in_schema=False)
async def not_held_page(request: AnyRequest, reference: FromPath[str], now: NamedDependency[datetime]) -> Template:
    """By whose wish and why a meeting whose time has come did not take place."""
    meeting = await _meeting(reference)
    return _draw_not_held(request, meeting, now)


@post("/meetings/{reference:str}/register/not-held", include_in_schema=False)
async def not_held_step(
    request: AnyRequest,
    reference: FromPath[str],
    now: NamedDependency[datetime],
    letterhead: NamedDependency[Letterhead],
) -> Template | Redirect:
    """It is on record that the meeting did not take place."""
    meeting = await _meeting(reference)
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
    except (AttendanceError, MeetingError) as refused:
        return _draw_not_held(request, meeting, now, form=form, problems={refused.field: str(refused)})
    return Redirect(f"/meetings/{reference}?done=not-held", status_code=303)


async def _act(form: forms.Form, meeting: Meeting, by: str, now: datetime) -> str:
    """What the pressed button says is done; returns the code of what to tell."""
    act = form.get("act", "")
    seats = await expected(meeting)
    marks = _marks(form, seats)
    if act == "everyone":
        marks = [Mark(seat.seat, Outcome.ATTENDED) for seat in seats if seat.mark is None]
    if act == "correct":
        await correct(meeting.id, marks, reason=form.get("reason", ""), by=by, now=now)
        return "corrected"
    if act == "close":
        reason = form.get("inquorate_reason", "")
        await close(meeting.id, marks=marks, inquorate_reason=reason, by=by, now=now)
        return "closed"
    await mark(meeting.id, marks, by=by, now=now)
    return "marked"


def _marks(form: forms.Form, seats: Sequence[Expected]) -> list[Mark]:
    """The marks that were chosen; a seat left open gets none."""
    marks = []
    for seat in seats:
        chosen = form.get(f"outcome-{seat.seat}", "")
        if chosen in list(Outcome):
            flags = form.many(f"flags-{seat.seat}")
            marks.append(Mark(seat.seat, Outcome(chosen), "late" in flags, "early" in flags))
    return marks


async def _draw(
    request: AnyRequest,
    meeting: Meeting,
    now: datetime,
    *,
    form: forms.Form | None = None,
    problems: dict[str, str] | None = None,
) -> Template:
    seats = await expected(meeting)
    refused = _refused(meeting, now)
    return page(
        "attendance/register.html",
        request,
        status=400 if problems else 200,
        done={"marked": "The marks are saved. Close the register when all are marked."},
        meeting=meeting,
        seats=seats,
        unmarked=sum(seat.mark is None for seat in seats),
        answers=await _answers(meeting),
        register=await closing_of(meeting.id),
        refused=refused,
        outcomes=OUTCOMES,
        choices=[outcome[:2] for outcome in OUTCOMES],
        flags=FLAGS,
        values=form if form is not None else _filled(seats),
        problems=problems or {},
    )


def _draw_not_held(
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
        refused=_refused(meeting, now),
        asked_by=forms.options(CALLED_OFF_BY),
        reasons=forms.options(CALLED_OFF_REASONS),
        values=form or forms.Form(),
        problems=problems or {},
    )


def _refused(meeting: Meeting, now: datetime) -> str:
    """Why the meeting has no register, or "" when it has one."""
    if meeting.state == MeetingState.CALLED_OFF:
        return str(WasCalledOff(meeting.reference))
    return str(NotYetStarted(meeting.reference)) if now < meeting.starts_at else ""


def _filled(seats: Sequence[Expected]) -> forms.Form:
    """The standing marks as the fields of the form."""
    pairs = []
    for seat in seats:
        if seat.mark:
            pairs.append((f"outcome-{seat.seat}", seat.mark.outcome.value))
            flags = (("late", seat.mark.joined_late), ("early", seat.mark.left_early))
            pairs += [(f"flags-{seat.seat}", flag) for flag, is_so in flags if is_so]
    return forms.Form(pairs)


async def _answers(meeting: Meeting) -> dict[Any, str]:
    """What each seat last answered, in a word, to help whoever marks."""
    invitations = await Invitation.objects().where(Invitation.meeting == meeting.id).order_by(Invitation.invited_at)
    given = await given_to([invitation.id for invitation in invitations])
    found = {}
    for invitation in invitations:
        answer = standing(given[invitation.id], meeting.last_major_sequence)
        found[invitation.seat] = ANSWERS.get(answer.partstat, answer.partstat) if answer else "no answer"
    return found


async def _meeting(reference: str) -> Meeting:
    meeting = await Meeting.objects().where(Meeting.reference == reference).first()
    if meeting is None:
        raise NotFoundException(str(NoSuchMeeting()))
    return meeting


handlers = [register_page, register_step, not_held_page, not_held_step]
