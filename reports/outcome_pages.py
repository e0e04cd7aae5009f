"""The pages behind the link of a unit: its own outcomes before publication, each of which it may challenge."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from attendance import challenges
from attendance.challenge_errors import NotItsSeat
from attendance.challenge_listing import standing_of_seats
from attendance.challenges import Claim
from attendance.errors import AttendanceError, LinkGone
from attendance.timeline import ANSWERS
from meetings.letterhead import Letterhead
from reports.figures import Asked
from reports.outcome_letters import counted
from reports.outcomes import OwnOutcome, outcomes_of
from reports.telling_units import Told, behind
from web import forms
from web.pages import link_gone, page, page_number
from web.reading import View

AnyRequest = Request[Any, Any, Any]
PAGE = 50
DONE = {
    "challenged": "Your challenge is recorded. A coordinator answers it, and your unit is written the answer.",
    "withdrawn": "Your challenge is withdrawn. The outcome stays as it is recorded.",
}


@get(
    "/outcomes/{link:str}", include_in_schema=False, opens=View("a unit's outcomes by their link", "outcomes", "link")
)
async def outcomes_page(
    request: AnyRequest, link: FromPath[str], now: NamedDependency[datetime], letterhead: NamedDependency[Letterhead]
) -> Template:
    """The unit's own outcomes, and nobody else's. Opening the page changes nothing."""
    try:
        told = await _told(link, letterhead, now)
    except LinkGone:
        return link_gone(request)
    own = await _own(told, now)
    number = page_number(request)
    if number > max(1, -(-len(own) // PAGE)):
        number = 1  # there is no such page
    shown = own[(number - 1) * PAGE : number * PAGE]
    return page(
        "reports/outcomes.html",
        request,
        done=DONE,
        told=told,
        link=link,
        own=shown,
        counts=counted(Counter(one.outcome for one in own)) if own else "",
        challenged=await standing_of_seats([one.seat for one in shown]),
        answers=ANSWERS,
        number=number,
        more=number * PAGE < len(own),
    )


@get(
    "/outcomes/{link:str}/{seat:uuid}", include_in_schema=False, opens=View("an outcome by its link", "seat", "seat")
)
async def outcome_page(
    request: AnyRequest,
    link: FromPath[str],
    seat: FromPath[UUID],
    now: NamedDependency[datetime],
    letterhead: NamedDependency[Letterhead],
) -> Template:
    """One outcome, and the form that challenges it or takes the challenge back."""
    try:
        return await _draw(request, await _told(link, letterhead, now), link, seat, now, forms.Form(), {})
    except (LinkGone, NotItsSeat):
        return link_gone(request)


@post("/outcomes/{link:str}/{seat:uuid}", include_in_schema=False)
async def outcome_step(
    request: AnyRequest,
    link: FromPath[str],
    seat: FromPath[UUID],
    now: NamedDependency[datetime],
    letterhead: NamedDependency[Letterhead],
) -> Template | Redirect:
    """The unit's challenge is open, or withdrawn: as the button that was pressed says."""
    form = await forms.read(request)
    try:
        told = await _told(link, letterhead, now)
        done, problems = await _tried(told, seat, form, now)
        if not done:
            return await _draw(request, told, link, seat, now, form, problems)
    except (LinkGone, NotItsSeat):
        return link_gone(request)
    return Redirect(f"/outcomes/{link}?done={done}#seat-{seat}", status_code=303)


async def _tried(told: Told, seat: UUID, form: forms.Form, now: datetime) -> tuple[str, dict[str, str]]:
    """What was done, as the page names it; or "" and why it was refused.

    :raises LinkGone, NotItsSeat: when there is nothing behind the link that could be put right.
    """
    try:
        return await _act(told, seat, form, now), {}
    except (LinkGone, NotItsSeat):
        raise
    except AttendanceError as refused:
        return "", {refused.field: str(refused)}


async def _act(told: Told, seat: UUID, form: forms.Form, now: datetime) -> str:
    """What was done, as the page names it.

    :raises AttendanceError: as the verbs of challenges.
    """
    await _seat_of(told, seat, now)
    if form.get("act") == "withdraw":
        standing = (await standing_of_seats([seat])).get(seat)
        if standing is not None:
            await challenges.withdraw(standing.id, told.unit, who=form.get("who", ""), now=now)
        return "withdrawn"
    claim = Claim(
        says=form.get("says", ""),
        reason=form.get("reason", ""),
        who=form.get("who", ""),
        publication=told.publication,
        period=told.period.code,
    )
    await challenges.raise_challenge(seat, told.unit, claim, now=now)
    return "challenged"


async def _draw(
    request: AnyRequest,
    told: Told,
    link: str,
    seat: UUID,
    now: datetime,
    values: forms.Form,
    problems: dict[str, str],
) -> Template:
    one = await _seat_of(told, seat, now)
    return page(
        "reports/outcome.html",
        request,
        status=400 if problems else 200,
        told=told,
        link=link,
        one=one,
        challenge=(await standing_of_seats([seat])).get(seat),
        answers=ANSWERS,
        choices=challenges.choices(one.outcome),
        longest=challenges.LONGEST_REASON,
        values=values,
        problems=problems,
    )


async def _told(link: str, letterhead: Letterhead, now: datetime) -> Told:
    """:raises LinkGone: when Convene never made this link, or it works no more."""
    told = letterhead.told_of(link)
    if told is None:
        raise LinkGone
    return await behind(told, now=now)


async def _own(told: Told, now: datetime) -> list[OwnOutcome]:
    return await outcomes_of(told.unit, Asked(told.period.since, told.period.until, told.type, now))


async def _seat_of(told: Told, seat: UUID, now: datetime) -> OwnOutcome:
    """:raises NotItsSeat: when the seat is not one that the unit was told of."""
    for one in await _own(told, now):
        if one.seat == seat:
            return one
    raise NotItsSeat


router = Router(path="/", route_handlers=[outcomes_page, outcome_page, outcome_step])
