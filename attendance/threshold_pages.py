"""From which attendance on a superintendent is told: the numbers as they stand, changed with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from attendance.errors import UnsuitableThreshold
from attendance.low_attendance import LONGEST_WHY, set_threshold, threshold
from web import forms
from web.guards import Needs, keeps_rules
from web.pages import page
from web.roles import Act

AnyRequest = Request[Any, Any, Any]
DONE = {"set": "The numbers are changed. They decide from the next look at attendance on."}


class NewThreshold(msgspec.Struct):
    percent: Annotated[int, forms.ask("Enter the percentage as a number")]
    minimum: Annotated[int, forms.ask("Enter the number of seats")]
    days: Annotated[int, forms.ask("Enter the number of days")]
    why: Annotated[str, forms.ask("Say why", max_length=LONGEST_WHY)]


@get("/rules/low-attendance", include_in_schema=False, needs=Needs(Act.READ_RULES))
async def threshold_page(request: AnyRequest) -> Template:
    """Below which rate, of how many seats, over how many days."""
    return await _draw(request)


@post("/rules/low-attendance", include_in_schema=False, guards=[keeps_rules], needs=Needs(Act.READ_RULES))
async def threshold_step(request: AnyRequest, now: NamedDependency[datetime]) -> Template | Redirect:
    """The numbers are changed."""
    form = await forms.read(request)
    try:
        new = forms.fill(NewThreshold, form)
        await set_threshold(
            percent=new.percent, minimum=new.minimum, days=new.days, why=new.why, by=str(request.user.id), now=now
        )
    except forms.Mistakes as mistakes:
        return await _draw(request, form, mistakes.problems)
    except UnsuitableThreshold as refused:
        return await _draw(request, form, {refused.field: str(refused)})
    return Redirect("/rules/low-attendance?done=set", status_code=303)


async def _draw(
    request: AnyRequest, values: forms.Form | None = None, problems: Mapping[str, str] | None = None
) -> Template:
    now_set = await threshold()
    shown = {
        "percent": str(now_set.low_rate_percent),
        "minimum": str(now_set.low_rate_minimum),
        "days": str(now_set.low_rate_days),
    }
    return page(
        "attendance/low_attendance.html",
        request,
        status=400 if problems else 200,
        done=DONE,
        setting=now_set,
        values=values or forms.Form(shown.items()),
        problems=problems or {},
    )


handlers = [threshold_page, threshold_step]
