"""The rules in force, as everybody may read them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Template

from meetings.tables import Rule
from web.moments import london_date
from web.pages import page


@get("/rules", include_in_schema=False)
async def rules_page(request: Request[Any, Any, Any], now: NamedDependency[datetime]) -> Template:
    """Every rule in force today with its clock, its seats and its source, and that each authority must confirm it."""
    return page("meetings/rules.html", request, rules=await rules_in_force(london_date(now)))


async def rules_in_force(on: date) -> list[Rule]:
    """The version of each rule that holds on a London date, in the order of the suggested set."""
    return await (
        Rule.objects()
        .where(Rule.effective_from <= on)
        .where(Rule.effective_to.is_null() | (Rule.effective_to > on))
        .order_by(Rule.makes_meeting, ascending=False)
        .order_by(Rule.clock_unit)
        .order_by(Rule.clock_amount)
        .order_by(Rule.code)
    )


handlers = [rules_page]
