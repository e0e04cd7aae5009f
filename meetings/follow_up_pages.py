"""What is to be followed up: every list with its first rows, each list whole, decisions, and what meetings asked."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Template

from directory.tables import POLICE, Unit
from meetings import checklists
from meetings.follow_up import PAGE, every_list, not_convened_reasons, not_convened_register, rows_of
from meetings.follow_up_lists import BY_CODE
from meetings.tables import MeetingType
from web import forms
from web.guards import Needs
from web.moments import NotUnderstood, london_date, start_of
from web.pages import page, page_number
from web.reading import View
from web.roles import Act
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
COUNTED = timedelta(days=90)
AHEAD = timedelta(days=14)  # a decision is often made before its deadline


@get("/follow-up", include_in_schema=False, needs=Needs(Act.SEE_PLACES), opens=View("the list of what to follow up"))
async def follow_up_page(
    request: AnyRequest, now: NamedDependency[datetime], viewer: NamedDependency[Viewer]
) -> Template:
    """Every list with its first rows."""
    return page("meetings/follow_up.html", request, lists=await every_list(now, viewer))


@get(
    "/follow-up/{code:str}",
    include_in_schema=False,
    needs=Needs(Act.SEE_PLACES),
    opens=View("a list of what to follow up"),
)
async def follow_up_list_page(
    request: AnyRequest, code: FromPath[str], now: NamedDependency[datetime], viewer: NamedDependency[Viewer]
) -> Template:
    """One list, page by page."""
    if code not in BY_CODE:
        raise NotFoundException("There is no such list.")
    number = page_number(request)
    rows = await rows_of(BY_CODE[code], now, viewer, page=number)
    return page(
        "meetings/follow_up_list.html",
        request,
        listing=BY_CODE[code],
        rows=rows,
        number=number,
        more=bool(rows) and number * PAGE < rows[0].total,
    )


@get(
    "/follow-up/checklist",
    include_in_schema=False,
    needs=Needs(Act.SEE_PLACES),
    opens=View("what meetings asked about"),
)
async def asked_page(
    request: AnyRequest, now: NamedDependency[datetime], viewer: NamedDependency[Viewer]
) -> Template:
    """What meetings of the last 90 days answered to the checklist."""
    since = start_of(london_date(now) - COUNTED)
    tallies = await checklists.tally(MeetingType.MISSING.value, since, now, viewer)
    return page("meetings/checklist_tally.html", request, tallies=tallies, days=COUNTED.days)


@get(
    "/follow-up/not-convened",
    include_in_schema=False,
    needs=Needs(Act.SEE_PLACES),
    opens=View("the decisions not to meet"),
)
async def not_convened_page(
    request: AnyRequest, now: NamedDependency[datetime], viewer: NamedDependency[Viewer]
) -> Template:
    """The decisions to hold no meeting, of a period and a home unit, with how often each reason was given."""
    form = forms.Form((name, str(value)) for name, value in request.query_params.items())
    today = london_date(now)
    problems = forms.Problems()
    first = _day(form, "from", problems) or today - COUNTED
    last = _day(form, "to", problems) or today + AHEAD
    units = await Unit.objects().where(Unit.kind.is_in(list(POLICE))).order_by(Unit.kind, Unit.name)
    unit = next((u for u in units if u.code == form.get("unit")), None)
    number = page_number(request)
    shown: UUID | None = unit.id if unit else None
    decisions = await not_convened_register(first, last, shown, viewer, page=number)
    return page(
        "meetings/not_convened.html",
        request,
        decisions=decisions,
        reasons=await not_convened_reasons(first, last, shown, viewer),
        units=[("", "Every unit"), *((u.code, u.name) for u in units)],
        values=_filled(form, first, last),
        problems=problems,
        first=first,
        last=last,
        unit=unit,
        number=number,
        more=bool(decisions) and number * PAGE < decisions[0].total,
    )


def _day(form: forms.Form, name: str, problems: forms.Problems) -> date | None:
    try:
        return forms.day(form, name)
    except NotUnderstood as problem:
        problems.add(name, str(problem))
        return None


def _filled(form: forms.Form, first: date, last: date) -> forms.Form:
    """The form as it was sent, or as it would have been for the days that are shown."""
    if any(form.get(f"{name}-day") for name in ("from", "to")):
        return form
    pairs = [("unit", form.get("unit", ""))]
    for name, day in (("from", first), ("to", last)):
        pairs += [(f"{name}-day", str(day.day)), (f"{name}-month", str(day.month)), (f"{name}-year", str(day.year))]
    return forms.Form(pairs)


handlers = [follow_up_page, follow_up_list_page, asked_page, not_convened_page]
