"""The register of one meeting: one tap a seat on a telephone in the room, closed, and corrected with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from attendance import errors
from attendance.answers import standing
from attendance.challenge_listing import standing_of_seats
from attendance.marks import PRESENT, REPORTED, Expected, Mark, missing_for_quorum
from attendance.register import close, closing_of, correct, everyone_came, expected, note, tap
from attendance.state import given_to
from attendance.tables import Outcome
from attendance.teams_evidence import waits
from attendance.timeline import ANSWERS
from meetings.meeting_pages import meeting_of
from meetings.subjects import MEETING
from meetings.tables import Invitation, Meeting, MeetingState
from web import forms
from web.guards import Needs
from web.moments import NotUnderstood
from web.pages import page
from web.reading import View
from web.roles import Act

AnyRequest = Request[Any, Any, Any]
OUTCOMES = [
    (Outcome.ATTENDED.value, "Came", "The person who was invited came"),
    (Outcome.DEPUTY.value, "Deputy", "Somebody else of the unit, or somebody it named"),
    (Outcome.APOLOGIES.value, "Apologies", "They said before the start that nobody would come"),
    (Outcome.NO_SHOW.value, "No-show", "Nobody came and nobody told us"),
    (Outcome.REPORT_ONLY.value, "Report", "They sent written information and nobody came"),
    (Outcome.NOT_RECORDED.value, "Not known", "Nobody knows any more: it counts as not recorded"),
]
DONE = {
    "marked": "Everybody else is marked as having come. Change those who did not.",
    "teams": "The seats that you confirmed are marked. What is left is for you to mark.",
    "corrected": "The register is corrected.",
}


@get(
    "/meetings/{reference:str}/register",
    include_in_schema=False,
    needs=Needs(Act.RUN, MEETING),
    opens=View("the register"),
)
async def register_page(request: AnyRequest, reference: FromPath[str], now: NamedDependency[datetime]) -> Template:
    """Each seat with its mark, to be marked or corrected."""
    meeting = await meeting_of(reference)
    return await _draw(request, meeting, now)


@post("/meetings/{reference:str}/register", include_in_schema=False, needs=Needs(Act.RUN, MEETING))
async def register_step(
    request: AnyRequest, reference: FromPath[str], now: NamedDependency[datetime]
) -> Template | Redirect:
    """Everybody not yet marked came, or the register is closed: as the button that was pressed says."""
    meeting = await meeting_of(reference)
    form = await forms.read(request)
    by = str(request.user.id)
    try:
        if form.get("act") == "close":
            await close(meeting.id, inquorate_reason=form.get("inquorate_reason", ""), by=by, now=now)
            return Redirect(f"/meetings/{reference}?done=closed", status_code=303)
        if form.get("act") == "everyone":
            await everyone_came(meeting.id, by=by, now=now)
    except errors.SeatsUnmarked as unmarked:
        problems = {f"seat-{seat}": f"Mark {unit}, or “Not known”" for seat, unit in unmarked.seats.items()}
        return await _draw(request, meeting, now, form=form, problems=problems)
    except errors.AttendanceError as refused:
        return await _draw(request, meeting, now, form=form, problems={refused.field: str(refused)})
    return Redirect(f"/meetings/{reference}/register?done=marked", status_code=303)


@post("/meetings/{reference:str}/register/{seat:uuid}", include_in_schema=False, needs=Needs(Act.RUN, MEETING))
async def seat_step(
    request: AnyRequest, reference: FromPath[str], seat: FromPath[UUID], now: NamedDependency[datetime]
) -> Template | Redirect:
    """The seat is tapped, what is noted beside its mark is saved, or it is corrected; back to where it stands."""
    meeting = await meeting_of(reference)
    form = await forms.read(request)
    by = str(request.user.id)
    done = ""
    try:
        outcome = Outcome(form.get("outcome") or form.get(f"outcome-{seat}", ""))
        if form.get("act") == "note":
            await note(meeting.id, _noted(form, seat, outcome), by=by, now=now)
        elif form.get("act") == "correct":
            corrected = _noted(form, seat, outcome)
            await correct(meeting.id, [corrected], reason=form.get(f"reason-{seat}", ""), by=by, now=now)
            done = "?done=corrected"
        else:
            await tap(meeting.id, seat, outcome, by=by, now=now)
    except NotUnderstood as unclear:
        problems = {f"report-{seat}": str(unclear)}
    except errors.AttendanceError as refused:
        problems = {f"{refused.field}-{seat}" if refused.field else "": str(refused)}
    except ValueError:
        problems = {f"seat-{seat}": "Choose what became of this seat. Nothing was recorded."}
    else:
        return Redirect(f"/meetings/{reference}/register{done}#seat-{seat}", status_code=303)
    return await _draw(request, meeting, now, form=form, problems=problems)


def _noted(form: forms.Form, seat: UUID, outcome: Outcome) -> Mark:
    """The mark with what is noted beside it. What does not belong to the outcome is left out.

    :raises NotUnderstood: for a day that is none.
    """
    flags = form.many(f"flags-{seat}")
    came = outcome in PRESENT
    report_on: date | None = forms.day(form, f"report-{seat}") if outcome in REPORTED else None
    deputy = " ".join(form.get(f"deputy-{seat}", "").split()) if outcome == Outcome.DEPUTY else ""
    return Mark(seat, outcome, came and "late" in flags, came and "early" in flags, deputy, report_on)


async def _draw(
    request: AnyRequest,
    meeting: Meeting,
    now: datetime,
    *,
    form: forms.Form | None = None,
    problems: Mapping[str, str] | None = None,
) -> Template:
    seats = await expected(meeting)
    return page(
        "attendance/register.html",
        request,
        status=400 if problems else 200,
        done=DONE,
        meeting=meeting,
        seats=seats,
        unmarked=[seat.unit for seat in seats if seat.mark is None],
        missing=missing_for_quorum(meeting.quorum, seats),
        answers=await _answers(meeting),
        challenged=await standing_of_seats([seat.seat for seat in seats]),
        register=await closing_of(meeting.id),
        refused=refused(meeting, now),
        from_teams=await waits(meeting.id),
        outcomes=OUTCOMES,
        choices=[outcome[:2] for outcome in OUTCOMES],
        texts={value: text for value, text, _ in OUTCOMES},
        present=PRESENT,
        reported=REPORTED,
        values=forms.Form([*(form or forms.Form()).pairs(), *_filled(seats, form)]),
        problems=dict(problems or {}),
    )


def refused(meeting: Meeting, now: datetime) -> str:
    """Why the meeting has no register, or "" when it has one."""
    if meeting.state == MeetingState.CALLED_OFF:
        return str(errors.WasCalledOff(meeting.reference))
    return str(errors.NotYetStarted(meeting.reference)) if now < meeting.starts_at else ""


def _filled(seats: Sequence[Expected], form: forms.Form | None) -> list[tuple[str, str]]:
    """The standing marks as fields; of a seat that was just posted, what was typed stays."""
    pairs: list[tuple[str, str]] = []
    for seat in seats:
        one = seat.mark
        if one is None or (form and any(name.endswith(str(seat.seat)) for name in form)):
            continue
        pairs += [(f"outcome-{seat.seat}", one.outcome.value), (f"deputy-{seat.seat}", one.deputy_name)]
        flags = (("late", one.joined_late), ("early", one.left_early))
        pairs += [(f"flags-{seat.seat}", flag) for flag, is_so in flags if is_so]
        if one.report_on:
            day = (("day", one.report_on.day), ("month", one.report_on.month), ("year", one.report_on.year))
            pairs += [(f"report-{seat.seat}-{part}", str(number)) for part, number in day]
    return pairs


async def _answers(meeting: Meeting) -> dict[Any, str]:
    """What each seat last answered, in a word, to help whoever marks."""
    invitations = await Invitation.objects().where(Invitation.meeting == meeting.id).order_by(Invitation.invited_at)
    given = await given_to([invitation.id for invitation in invitations])
    found = {}
    for invitation in invitations:
        answer = standing(given[invitation.id], meeting.last_major_sequence)
        found[invitation.seat] = ANSWERS.get(answer.partstat, answer.partstat) if answer else "no answer"
    return found


handlers = [register_page, register_step, seat_step]
