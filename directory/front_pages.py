"""The front page of the directory: where a unit is reached, in one step; and the lists of units by kind."""

from datetime import date, datetime
from typing import Any, Final

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Template

from directory import contacts, reaching, units
from directory.desks import Desk, desks
from directory.finding import LONGEST
from directory.stretches import stretches
from directory.tables import Unit
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
    today = london_date(now)
    kinds, without = await units.kinds(), await contacts.units_without_contact(today)
    shown = await _table(request.query_params.get("kind", ""), without, today)
    answers, more = await reaching.asked_for(asked, now=now) if asked else ([], 0)
    entries = [*(reach.unit.id for reach in answers), *(unit.id for part in shown["parts"] for unit, *_ in part.rows)]
    return page(
        "directory/list.html",
        request,
        values=Form([("q", asked)]),
        asked=asked,
        answers=answers,
        more=more,
        counts=[(kind, title, count) for kind, title in GROUPS.items() if (count := kinds[kind])],
        count=kinds.total(),
        without=len(without),
        truths=await truths(entries, now),
        **shown,
    )


async def _table(kind: str, without: list[Unit], today: date) -> dict[str, Any]:
    """The units of this kind, with whom to try first and the duty desk; no title where the kind is none."""
    title = "Units without a contact" if kind == WITHOUT else next((GROUPS[one] for one in GROUPS if one == kind), "")
    if not title:
        return {"title": "", "parts": []}
    chosen = without if kind == WITHOUT else await units.of_kind(kind)
    wanted = [unit.id for unit in chosen]
    phones, speakers = await desks(wanted), await contacts.speakers(today, wanted)
    rows = [(unit.name, (unit, speakers.get(unit.id), phones.get(unit.id, Desk()))) for unit in chosen]
    return {"title": title, "parts": stretches(rows)}


handlers = [front]
