"""The rules as everybody may read them: all of them, and each with its versions and each authority's own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Template

from directory.areas import place_names
from meetings.rule_errors import NoSuchRule
from meetings.rule_listing import all_rules, changes_of, one_rule
from web.forms import Form
from web.guards import Needs
from web.pages import page
from web.roles import Act

AnyRequest = Request[Any, Any, Any]
DONE = {
    "changed": "The rule is changed. What it called for before stays as it was.",
    "ended": "The authority's own rule ends. What it called for before stays as it was.",
}


@get("/rules", include_in_schema=False, needs=Needs(Act.READ_RULES))
async def rules_page(request: AnyRequest, now: NamedDependency[datetime]) -> Template:
    """Every rule as it holds today, in words, and that each authority must confirm its own before going live."""
    return page("meetings/rules.html", request, done=DONE, rules=await all_rules(now))


@get("/rules/{code:str}", include_in_schema=False, needs=Needs(Act.READ_RULES))
async def rule_page(request: AnyRequest, code: FromPath[str], now: NamedDependency[datetime]) -> Template:
    """One rule with its versions, each authority's own beside it, and who changed it, when and why."""
    return await draw_rule(request, code, now)


async def draw_rule(
    request: AnyRequest,
    code: str,
    now: datetime,
    *,
    values: Form | None = None,
    problems: dict[str, str] | None = None,
) -> Template:
    """The rule's page, perhaps with what was wrong with the form upon it.

    :raises NotFoundException: when there is no such rule.
    """
    try:
        rule = await one_rule(code, now)
    except NoSuchRule as unknown:
        raise NotFoundException(str(unknown)) from unknown
    return page(
        "meetings/rule.html",
        request,
        status=400 if problems else 200,
        done=DONE,
        rule=rule,
        changes=await changes_of(code),
        places=await place_names(),
        values=values or Form(),
        problems=problems or {},
    )


handlers = [rules_page, rule_page]
