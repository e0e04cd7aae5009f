"""What a police-unit lead does at a seat of the unit: name who comes instead, challenge the outcome.

They are the verbs behind the links in the unit's letters; in the trail stands the person.
"""

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

from attendance import answer_link, challenges
from attendance.challenge_errors import NotItsSeat
from attendance.challenge_listing import standing_of_seats
from attendance.challenges import LONGEST_NAME, Claim
from attendance.errors import AttendanceError, LinkGone, UnsuitableDeputy
from attendance.link_pages import why_not
from attendance.rules import LONGEST_COMMENT
from attendance.speaking import OwnSeat, recorded, seat_of, why_no_challenge, why_no_deputy
from attendance.subjects import SEAT
from web import forms
from web.guards import Needs
from web.pages import page
from web.reading import View
from web.roles import Act

AnyRequest = Request[Any, Any, Any]
SPEAK = Needs(Act.SPEAK, SEAT)
DONE = {
    "deputy-named": "It is recorded who comes instead. A coordinator decides, and then invites them by mail.",
    "challenged": "Your challenge is recorded. A coordinator answers it, and your unit is written the answer.",
    "withdrawn": "Your challenge is withdrawn. The outcome stays as it is recorded.",
}


class Named(msgspec.Struct):
    """The form: who comes instead, and the version of the invitation that the page showed."""

    deputy: Annotated[str, forms.ask("Enter the mail address of who comes instead")]
    shown: Annotated[int, forms.ask("Look at the meeting's time again, then name who comes")]
    about: Annotated[str, forms.ask("Write a shorter note", max_length=LONGEST_COMMENT)] = ""


@get("/seats/{seat:uuid}/deputy", include_in_schema=False, needs=SPEAK, opens=View("the form for a seat's deputy"))
async def deputy_page(request: AnyRequest, seat: FromPath[UUID], now: NamedDependency[datetime]) -> Template:
    """Who comes instead, for a seat of one's own unit?"""
    return await _draw_deputy(request, await _own(seat), now, forms.Form(), {})


@post("/seats/{seat:uuid}/deputy", include_in_schema=False, needs=SPEAK)
async def deputy_step(
    request: AnyRequest, seat: FromPath[UUID], now: NamedDependency[datetime]
) -> Template | Redirect:
    """Who comes instead waits for a coordinator."""
    own, form = await _own(seat), await forms.read(request)
    problems = await _name(own, form, by=str(request.user.id), now=now)
    if problems:
        return await _draw_deputy(request, own, now, form, problems)
    return Redirect(f"/meetings/{own.meeting.reference}?done=deputy-named", status_code=303)


@get("/seats/{seat:uuid}/challenge", include_in_schema=False, needs=SPEAK, opens=View("the outcome of a seat"))
async def seat_challenge_page(request: AnyRequest, seat: FromPath[UUID], now: NamedDependency[datetime]) -> Template:
    """The outcome of one's own unit, and the form that challenges it or takes the challenge back."""
    return await _draw_challenge(request, await _own(seat), now, forms.Form(), {})


@post("/seats/{seat:uuid}/challenge", include_in_schema=False, needs=SPEAK)
async def seat_challenge_step(
    request: AnyRequest, seat: FromPath[UUID], now: NamedDependency[datetime]
) -> Template | Redirect:
    """The unit's challenge is open, or withdrawn: as the button that was pressed says."""
    own, form = await _own(seat), await forms.read(request)
    why = await why_no_challenge(own, now)
    if why:
        return await _draw_challenge(request, own, now, form, {"": why})
    try:
        done = await _challenge(own, form, request.user, now)
    except NotItsSeat as none:
        raise NotFoundException(str(none)) from none
    except AttendanceError as refused:
        return await _draw_challenge(request, own, now, form, {refused.field: str(refused)})
    return Redirect(f"/meetings/{own.meeting.reference}?done={done}", status_code=303)


async def _own(seat: UUID) -> OwnSeat:
    try:
        return await seat_of(seat)
    except NotItsSeat as none:
        raise NotFoundException(str(none)) from none


async def _name(own: OwnSeat, form: forms.Form, *, by: str, now: datetime) -> dict[str, str]:
    """Why the deputy was not taken; nothing once they wait for a coordinator."""
    why = why_no_deputy(own, now)
    if why or own.invitation is None:
        return {"": why}
    try:
        filled = forms.fill(Named, form)
        decision = await answer_link.name_deputy(
            own.invitation, filled.deputy, shown=filled.shown, note=filled.about, by=by, now=now
        )
    except forms.Mistakes as mistakes:
        return {field if field in ("deputy", "about") else "": what for field, what in mistakes.problems.items()}
    except UnsuitableDeputy as refused:
        return {refused.field: str(refused)}
    except LinkGone:
        return {"": "The seat changed while you wrote. Nothing was recorded. Look at the meeting again."}
    return why_not(decision)


async def _challenge(own: OwnSeat, form: forms.Form, person: Any, now: datetime) -> str:
    """What was done, as the page names it.

    :raises AttendanceError: as the verbs of challenges.
    """
    by, who = str(person.id), person.title[:LONGEST_NAME]
    if form.get("act") == "withdraw":
        standing = (await standing_of_seats([own.seat])).get(own.seat)
        if standing is not None:
            await challenges.withdraw(standing.id, own.unit, who=who, by=by, now=now)
        return "withdrawn"
    claim = Claim(says=form.get("says", ""), reason=form.get("reason", ""), who=who)
    await challenges.raise_challenge(own.seat, own.unit, claim, by=by, now=now)
    return "challenged"


async def _draw_deputy(
    request: AnyRequest, own: OwnSeat, now: datetime, values: forms.Form, problems: dict[str, str]
) -> Template:
    why = why_no_deputy(own, now)
    return page(
        "attendance/seat_deputy.html",
        request,
        status=400 if problems else 200,
        own=own,
        asked=None if why or own.invitation is None else await answer_link.asked(own.invitation, now=now),
        why=why,
        values=values,
        problems=problems,
    )


async def _draw_challenge(
    request: AnyRequest, own: OwnSeat, now: datetime, values: forms.Form, problems: dict[str, str]
) -> Template:
    why = await why_no_challenge(own, now)
    try:
        outcome = "" if why else await recorded(own)
    except NotItsSeat as none:
        raise NotFoundException(str(none)) from none
    return page(
        "attendance/seat_challenge.html",
        request,
        status=400 if problems else 200,
        own=own,
        why=why,
        outcome=outcome,
        challenge=(await standing_of_seats([own.seat])).get(own.seat),
        choices=challenges.choices(outcome),
        longest=challenges.LONGEST_REASON,
        values=values,
        problems=problems,
    )


handlers = [deputy_page, deputy_step, seat_challenge_page, seat_challenge_step]
