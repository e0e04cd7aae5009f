"""Challenges of outcomes for coordinators: those that wait for an answer, and the answer itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from attendance import challenges
from attendance.challenge_errors import NoSuchChallenge
from attendance.challenge_listing import answered_lately, challenge_of, open_challenges
from attendance.errors import AttendanceError
from attendance.register import standing_marks
from attendance.subjects import CHALLENGE
from meetings.letters import Letterhead
from web import forms
from web.guards import Needs
from web.pages import page
from web.reading import View
from web.roles import Act
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
UPHELD, KEPT = "upheld", "kept"
DONE = {
    UPHELD: "The challenge is upheld. The register is corrected, and the unit is being told.",
    KEPT: "The outcome stays. Your answer is recorded, and the unit is being told.",
}


@get("/challenges", include_in_schema=False, needs=Needs(Act.RUN), opens=View("the challenges"))
async def challenges_page(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
    """The outcomes that units challenge and nobody has answered, and the latest answers."""
    return page(
        "attendance/challenges.html",
        request,
        done=DONE,
        waiting=await open_challenges(viewer),
        ended=await answered_lately(viewer),
    )


@get(
    "/challenges/{challenge:uuid}",
    include_in_schema=False,
    needs=Needs(Act.RUN, CHALLENGE),
    opens=View("a challenge"),
)
async def challenge_page(request: AnyRequest, challenge: FromPath[UUID]) -> Template:
    """One challenge: what is recorded, what the unit says, and the form for the answer."""
    return await _draw(request, challenge, forms.Form(), {})


@post("/challenges/{challenge:uuid}", include_in_schema=False, needs=Needs(Act.RUN, CHALLENGE))
async def challenge_step(
    request: AnyRequest,
    challenge: FromPath[UUID],
    now: NamedDependency[datetime],
    letterhead: NamedDependency[Letterhead],
) -> Template | Redirect:
    """The challenge is answered, and its unit is being told."""
    form, by = await forms.read(request), str(request.user.id)
    decision = form.get("decision", "")
    if decision not in DONE:
        return await _draw(request, challenge, form, {"decision": "Choose whether the outcome is corrected"})
    try:
        await challenges.answer(
            challenge,
            upheld=decision == UPHELD,
            words=form.get("words", ""),
            by=by,
            now=now,
            letterhead=letterhead,
        )
    except NoSuchChallenge as unknown:
        raise NotFoundException(str(unknown)) from unknown
    except AttendanceError as refused:
        return await _draw(request, challenge, form, {refused.field: str(refused)})
    return Redirect(f"/challenges?done={decision}", status_code=303)


async def _draw(request: AnyRequest, challenge: UUID, values: forms.Form, problems: dict[str, str]) -> Template:
    try:
        one = await challenge_of(challenge)
    except NoSuchChallenge as unknown:
        raise NotFoundException(str(unknown)) from unknown
    standing = (await standing_marks(one.meeting)).get(one.seat)
    return page(
        "attendance/challenge.html",
        request,
        status=400 if problems else 200,
        one=one,
        recorded=standing.outcome.value if standing else "not recorded",
        choices=[
            (UPHELD, f"The unit is right: correct the register to “{one.says}”"),
            (KEPT, f"Keep the outcome “{one.challenged}”"),
        ],
        longest=challenges.LONGEST_ANSWER,
        values=values,
        problems=problems,
    )


handlers = [challenges_page, challenge_page, challenge_step]
