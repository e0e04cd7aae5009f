"""Emergency access: taking it, ending it, and its review by the agency whose case it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from audit import trail
from meetings import break_glass, break_glass_listing
from meetings.break_glass_rules import AT_MOST, HOURS, LONGEST, GlassError, NoSuchGlass, Review
from meetings.letterhead import Letterhead
from web import forms
from web.guards import CLOSED, Needs, viewer_of
from web.pages import page, utc_now
from web.reading import View
from web.roles import Act

AnyRequest = Request[Any, Any, Any]
HERE = "/break-glass"
DONE = {
    "ended": "The access is ended.",
    "reviewed": "The review is recorded.",
}


@get(HERE, include_in_schema=False, needs=Needs(Act.BREAK_GLASS))
async def ask_page(request: AnyRequest) -> Template:
    """The question for the case, the reason and the time; and what one has taken already."""
    asked = request.query_params.get("reference", "")[:80]
    return await _draw_form(request, values=forms.Form([("reference", asked), ("hours", str(HOURS[0]))]))


@post(HERE, include_in_schema=False, needs=Needs(Act.BREAK_GLASS))
async def ask_step(
    request: AnyRequest, now: NamedDependency[datetime], letterhead: NamedDependency[Letterhead]
) -> Template | Redirect:
    """The access holds, and whose case it is is being told; the answer is the same where there is no such case."""
    form = await forms.read(request)
    try:
        access = await break_glass.take(
            form, by=viewer_of(request), now=utc_now(), posted_at=now, letterhead=letterhead
        )
    except GlassError as refused:
        return await _draw_form(request, status=400, values=form, problems={refused.field: str(refused)})
    return Redirect(f"{HERE}/{access}", status_code=303)


@get(f"{HERE}/{{access:uuid}}", include_in_schema=False, needs=Needs(Act.BREAK_GLASS))
async def taken_page(request: AnyRequest, access: FromPath[UUID]) -> Template:
    """What was taken, until when, and where to go now."""
    one = await break_glass_listing.one_of(viewer_of(request), access, utc_now())
    if one is None:
        raise NotFoundException(str(NoSuchGlass()))
    return page("meetings/break_glass_taken.html", request, one=one, done=DONE)


@get(f"{HERE}/{{access:uuid}}/case", include_in_schema=False, needs=Needs(Act.BREAK_GLASS))
async def case_page(request: AnyRequest, access: FromPath[UUID], now: NamedDependency[datetime]) -> Redirect:
    """On to the case; nowhere where there is none, or the access does not hold any more, and that is in the log."""
    one = await break_glass_listing.one_of(viewer_of(request), access, utc_now())
    if one is None or not one.found or not one.lasts:
        await trail.record(str(request.user.id), "was refused a case", f"access:{access}", now=now)
        raise NotFoundException
    return Redirect(f"/meetings/{one.meeting}" if one.meeting else f"/waiting/{one.child}", status_code=303)


@post(f"{HERE}/{{access:uuid}}/ending", include_in_schema=False, needs=Needs(Act.BREAK_GLASS))
async def end_step(request: AnyRequest, access: FromPath[UUID], now: NamedDependency[datetime]) -> Redirect:
    """The access holds no more."""
    form = await forms.read(request)
    try:
        await break_glass.end(access, by=viewer_of(request), now=utc_now(), posted_at=now)
    except NoSuchGlass as unknown:
        raise NotFoundException(str(unknown)) from unknown
    back = f"{HERE}/review" if form.get("from") == "review" else HERE
    return Redirect(f"{back}?done=ended", status_code=303)


@get(
    f"{HERE}/review",
    include_in_schema=False,
    needs=Needs(Act.REVIEW_GLASS),
    opens=View("the list of emergency access"),
)
async def review_page(request: AnyRequest) -> Template:
    """Who took emergency access to this manager's cases, and why; what waits for a review stands first."""
    waiting, reviewed = await break_glass_listing.to_review(viewer_of(request), utc_now())
    return page("meetings/break_glass_review.html", request, waiting=waiting, reviewed=reviewed, done=DONE)


@get(
    f"{HERE}/{{access:uuid}}/review",
    include_in_schema=False,
    needs=Needs(Act.REVIEW_GLASS),
    opens=View("an emergency access", "access", "access"),
)
async def outcome_page(request: AnyRequest, access: FromPath[UUID]) -> Template:
    """One access, and what the review found."""
    return await _draw_review(request, access, forms.Form(), {})


@post(
    f"{HERE}/{{access:uuid}}/review",
    include_in_schema=False,
    needs=Needs(Act.REVIEW_GLASS),
)
async def outcome_step(
    request: AnyRequest, access: FromPath[UUID], now: NamedDependency[datetime]
) -> Template | Redirect:
    """The review is on record."""
    form, viewer = await forms.read(request), viewer_of(request)
    outcome, note = form.get("outcome", ""), form.get("note", "")
    try:
        await break_glass.review(access, outcome, note, by=viewer, now=utc_now(), posted_at=now)
    except NoSuchGlass as unknown:
        raise NotFoundException(str(unknown)) from unknown
    except GlassError as refused:
        return await _draw_review(request, access, form, {refused.field: str(refused)})
    return Redirect(f"{HERE}/review?done=reviewed", status_code=303)


async def _draw_form(request: AnyRequest, *, status: int = 200, **shown: Any) -> Template:
    return page(
        "meetings/break_glass.html",
        request,
        status=status,
        done=DONE,
        lasting=await break_glass_listing.own(viewer_of(request), utc_now()),
        hours=[(str(hours), "1 hour" if hours == 1 else f"{hours} hours") for hours in HOURS],
        longest=LONGEST,
        most=AT_MOST,
        **shown,
    )


async def _draw_review(request: AnyRequest, access: UUID, values: forms.Form, problems: dict[str, str]) -> Template:
    waiting, _ = await break_glass_listing.to_review(viewer_of(request), utc_now())
    one = next((one for one in waiting if one.id == access), None)
    if one is None:
        raise NotFoundException(str(NoSuchGlass()))
    return page(
        "meetings/break_glass_outcome.html",
        request,
        status=400 if problems else 200,
        one=one,
        outcomes=forms.options(Review),
        longest=LONGEST,
        values=values,
        problems=problems,
    )


router = Router(
    path="/",
    guards=CLOSED,
    route_handlers=[ask_page, ask_step, taken_page, case_page, end_step, review_page, outcome_page, outcome_step],
)
