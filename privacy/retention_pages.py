"""How long each kind of data is kept and why, what goes within the week, and setting another period."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from privacy import letting_go, periods
from privacy.errors import Unsuitable
from privacy.kinds import CASES, ELSEWHERE, KINDS
from web import forms
from web.guards import Needs
from web.pages import page
from web.roles import Act
from web.signin import titles_of

AnyRequest = Request[Any, Any, Any]
FOR_ALL = Needs(Act.RETAIN, everywhere=True)  # a period holds for the data of every agency
DONE = {
    "set": "The period is set. It holds from a week from now; what it lets go is counted below after the next night."
}


class NewPeriod(msgspec.Struct):
    """The form: which kind, for how long, and why."""

    kind: Annotated[str, forms.ask("Choose which kind of data is meant")]
    days: Annotated[int, forms.ask("Enter the number of days")]
    why: Annotated[str, forms.ask("Say why", max_length=periods.LONGEST_WHY)]


@get("/retention", include_in_schema=False, needs=FOR_ALL)
async def retention_page(request: AnyRequest, now: NamedDependency[datetime]) -> Template:
    """Every kind with its period and its reason, and what will have gone within a week."""
    return await _draw(request, now)


@post("/retention", include_in_schema=False, needs=FOR_ALL)
async def retention_step(request: AnyRequest, now: NamedDependency[datetime]) -> Template | Redirect:
    """A kind has another period, from a week from now."""
    form = await forms.read(request)
    try:
        new = forms.fill(NewPeriod, form)
        await periods.set_period(new.kind, new.days, why=new.why, by=str(request.user.id), now=now)
    except forms.Mistakes as mistakes:
        return await _draw(request, now, form, mistakes.problems)
    except Unsuitable as refused:
        return await _draw(request, now, form, {refused.field: str(refused)})
    return Redirect("/retention?done=set", status_code=303)


async def _draw(
    request: AnyRequest, now: datetime, values: forms.Form | None = None, problems: dict[str, str] | None = None
) -> Template:
    histories = await periods.histories(now + periods.NOTICE)
    coming = await letting_go.coming()
    counted = next((rows[0].by_then for rows in coming.values() if rows), None)
    return page(
        "privacy/retention.html",
        request,
        status=400 if problems else 200,
        done=DONE,
        kinds=list(KINDS.values()),
        elsewhere=ELSEWHERE,
        histories=histories,
        titles=await titles_of({one.set_by for rows in histories.values() for one in rows}),
        coming=[(KINDS[kind], row) for kind, rows in coming.items() for row in rows if row.rows or row.held],
        cases=CASES,
        by_then=counted,
        next_due=letting_go.next_due(now),
        finished_at=await letting_go.finished_at(),
        choices=[("", "Choose"), *((kind.code, kind.title) for kind in KINDS.values())],
        values=values or forms.Form(),
        problems=problems or {},
    )


handlers = [retention_page, retention_step]
