"""The front page of the directory: where a unit is reached, in one step; and the lists of units by kind."""

from datetime import datetime
from typing import Any, Final

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Template

from directory import contacts, reaching, units
from directory.desks import Desk, desks
from directory.finding import LONGEST
from directory.tables import Contact, Unit
from directory.truth import truths
from directory.unit_kinds import GROUPS
from web.forms import Form
from web.guards import Needs
from web.moments import london_date
from web.pages import page
from web.reading import View
from web.roles import Act

AnyRequest = Request[Any, Any, Any]
Now = NamedDependency[datetime]
WITHOUT: Final = "without"  # in addresses, the list of units that nobody speaks for


@get("/directory", include_in_schema=False, needs=Needs(Act.READ_DIRECTORY), opens=View("the directory"))
async def front(request: AnyRequest, now: Now) -> Template:
    """An answer to `q`, or the list of one `kind`, or where to begin."""
    asked = request.query_params.get("q", "").strip()[:LONGEST]
    listed, speakers = await units.all_units(), await contacts.speakers(london_date(now))
    without = [unit for unit in listed if unit.id not in speakers]
    shown = await _table(request.query_params.get("kind", ""), listed, without, speakers)
    answers, more = await reaching.asked_for(asked, now=now) if asked else ([], 0)
    entries = [*(reach.unit.id for reach in answers), *(unit.id for unit, *_ in shown["rows"])]
    return page(
        "directory/list.html",
        request,
        values=Form([("q", asked)]),
        asked=asked,
        answers=answers,
        more=more,
        counts=[(kind, title, count) for kind, title in GROUPS.items() if (count := _count(listed, kind))],
        count=len(listed),
        without=len(without),
        truths=await truths(entries, now),
        **shown,
    )


async def _table(kind: str, listed: list[Unit], without: list[Unit], speakers: dict[Any, Contact]) -> dict[str, Any]:
    """The units of this kind, with whom to try first and the duty desk; no title where the kind is none."""
    if kind == WITHOUT:
        title, chosen = "Units without a contact", without
    else:
        title = next((title for one, title in GROUPS.items() if one == kind), "")
        chosen = [unit for unit in listed if unit.kind == kind]
    phones = await desks([unit.id for unit in chosen]) if title else {}
    rows = [(unit, speakers.get(unit.id), phones.get(unit.id, Desk())) for unit in chosen]
    return {"title": title, "rows": rows if title else []}


def _count(listed: list[Unit], kind: str) -> int:
    return sum(unit.kind == kind for unit in listed)


handlers = [front]
