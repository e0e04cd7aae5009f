"""The clocks that no rule has: how long each runs, since when and why; changed with a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from meetings import standing_clocks
from meetings.errors import MeetingError
from web import forms
from web.guards import Needs, keeps_rules
from web.pages import page
from web.roles import Act

AnyRequest = Request[Any, Any, Any]
DONE = {"set": "The clock is changed for all that begins from now on. What runs already keeps its time."}


class NewSetting(msgspec.Struct):
    """The form: which clock, how long it runs, and why."""

    clock: Annotated[str, forms.ask("Choose which clock is changed")]
    amount: Annotated[int, forms.ask("Enter how long it runs, as a number")]
    unit: Annotated[str, forms.ask("Choose hours, working hours or working days")]
    why: Annotated[str, forms.ask("Say why", max_length=standing_clocks.LONGEST_WHY)]


@get("/rules/clocks", include_in_schema=False, needs=Needs(Act.READ_RULES))
async def clocks_page(request: AnyRequest) -> Template:
    """Every clock as it stands, and what it was before."""
    return await _draw(request)


@post("/rules/clocks", include_in_schema=False, guards=[keeps_rules], needs=Needs(Act.READ_RULES))
async def clocks_step(request: AnyRequest, now: NamedDependency[datetime]) -> Template | Redirect:
    """One clock has a new setting."""
    form = await forms.read(request)
    try:
        new = forms.fill(NewSetting, form)
        await standing_clocks.set_clock(
            new.clock, amount=new.amount, unit=new.unit, why=new.why, by=str(request.user.id), now=now
        )
    except forms.Mistakes as mistakes:
        return await _draw(request, form, mistakes.problems)
    except MeetingError as refused:
        return await _draw(request, form, {refused.field: str(refused)})
    return Redirect("/rules/clocks?done=set", status_code=303)


async def _draw(
    request: AnyRequest, values: forms.Form | None = None, problems: dict[str, str] | None = None
) -> Template:
    histories = await standing_clocks.history_of_all()
    return page(
        "meetings/clocks.html",
        request,
        status=400 if problems else 200,
        done=DONE,
        histories=histories,
        titles=standing_clocks.TITLES,
        choices=list(standing_clocks.TITLES.items()),
        units=forms.options(standing_clocks.UNITS),
        values=values or forms.Form(),
        problems=problems or {},
    )


handlers = [clocks_page, clocks_step]
