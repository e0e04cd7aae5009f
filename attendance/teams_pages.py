"""A Teams attendance file at the register: read, looked at, and confirmed by a person before anything is marked."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from attendance import teams_evidence
from attendance.errors import AttendanceError, PeopleUndecided
from attendance.register import closing_of
from attendance.register_pages import OUTCOMES, refused
from attendance.teams_evidence import KEPT
from attendance.teams_proposal import Decided, Evidence
from attendance.teams_text import LARGEST, Unusable
from meetings.meeting_pages import meeting_of
from meetings.subjects import MEETING
from meetings.tables import Meeting
from web import forms
from web.guards import Needs
from web.pages import page
from web.reading import View
from web.roles import Act

AnyRequest = Request[Any, Any, Any]
NOBODYS = "none"
DONE = {
    "read": "The file is read. Nothing is marked yet: look at what it shows, and confirm.",
    "known": "Nothing was changed: this file was read before.",
    "discarded": "The file is put aside. Nothing was marked by it.",
}


@get(
    "/meetings/{reference:str}/register/teams",
    include_in_schema=False,
    needs=Needs(Act.RUN, MEETING),
    opens=View("a Teams file's people"),
)
async def teams_page(request: AnyRequest, reference: FromPath[str], now: NamedDependency[datetime]) -> Template:
    """What the files show that were read, to be confirmed; and where another is chosen."""
    meeting = await meeting_of(reference)
    return await _draw(request, meeting, now)


@post("/meetings/{reference:str}/register/teams", include_in_schema=False, needs=Needs(Act.RUN, MEETING))
async def teams_step(
    request: AnyRequest, reference: FromPath[str], now: NamedDependency[datetime]
) -> Template | Redirect:
    """A file is read, what it shows is confirmed, or it is put aside: as the button that was pressed says."""
    meeting = await meeting_of(reference)
    form = await forms.read(request)
    by = str(request.user.id)
    register = f"/meetings/{reference}/register"
    try:
        if form.get("act") == "confirm":
            await teams_evidence.confirm(meeting, _decided(form), by=by, now=now)
            return Redirect(f"{register}?done=teams", status_code=303)
        if form.get("act") == "discard":
            await teams_evidence.discard(meeting, by=by, now=now)
            return Redirect(f"{register}/teams?done=discarded", status_code=303)
        new = await teams_evidence.take_in(meeting, await _content(form), by=by, now=now)
    except PeopleUndecided as undecided:
        problems = {f"person-{number}": f"Decide for whom {who} came" for number, who in undecided.people.items()}
        return await _draw(request, meeting, now, form=form, problems=problems)
    except Unusable as unusable:
        return await _draw(request, meeting, now, problems={"file": str(unusable)})
    except AttendanceError as error:
        return await _draw(request, meeting, now, form=form, problems={error.field: str(error)})
    return Redirect(f"{register}/teams?done={'read' if new else 'known'}", status_code=303)


async def _content(form: forms.Form) -> bytes:
    """The bytes of the file.

    :raises Unusable: where none was chosen, or more than any report has.
    """
    upload = form.files.get("file")
    raw = await upload.read(LARGEST + 1) if upload is not None else b""
    if not raw and not (upload and upload.filename):
        raise Unusable("Choose the attendance report that you downloaded from Teams")
    return raw


def _decided(form: forms.Form) -> Decided:
    """What the form says about the people it showed; what makes no sense in it says nothing."""
    seats: dict[int, UUID | None] = {}
    for name, value in form.items():
        number = name.removeprefix("person-")
        if name.startswith("person-") and number.isascii() and number.isdigit() and value:
            seats[int(number)] = forms.chosen_id(value)
    return Decided(
        shown=frozenset(int(one) for one in form.many("shown") if one.isascii() and one.isdigit()),
        taken=frozenset(seat for one in form.many("taken") if (seat := forms.chosen_id(one))),
        seats=seats,
        late=[name.removeprefix("flags-") for name in form if "late" in form.many(name)],
        early=[name.removeprefix("flags-") for name in form if "early" in form.many(name)],
    )


async def _draw(
    request: AnyRequest,
    meeting: Meeting,
    now: datetime,
    *,
    form: forms.Form | None = None,
    problems: dict[str, str] | None = None,
) -> Template:
    found = await teams_evidence.evidence(meeting, now)
    return page(
        "attendance/teams.html",
        request,
        status=400 if problems else 200,
        done=DONE,
        meeting=meeting,
        refused=refused(meeting, now),
        closed=await closing_of(meeting.id) is not None,
        found=found,
        texts={value: text for value, text, _ in OUTCOMES},
        units={one.seat: one.unit for one in found.seats} if found else {},
        nobodys=NOBODYS,
        kept_days=KEPT.days,
        values=form if form is not None else _filled(found),
        problems=problems or {},
    )


def _filled(found: Evidence | None) -> forms.Form:
    """What is certain is taken, and the times propose who was late or left early."""
    pairs: list[tuple[str, str]] = []
    for one in found.present if found else ():
        pairs.append(("taken", str(one.seat.seat)))
        flags = (("late", one.mark.joined_late), ("early", one.mark.left_early))
        pairs += [(f"flags-{one.seat.seat}", flag) for flag, is_so in flags if is_so]
    for person in (*found.doubtful, *found.nobodys) if found else ():
        flags = (("late", person.late), ("early", person.early))
        pairs += [(f"flags-{person.id}", flag) for flag, is_so in flags if is_so]
    return forms.Form(pairs)


handlers = [teams_page, teams_step]
