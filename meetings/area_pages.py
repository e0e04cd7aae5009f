"""From a day on some places are served by another unit: who changes, which meetings it finds, and then the change."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from directory import areas, units
from directory.area_changes import serve_from, turns
from directory.entries import problems_of
from directory.errors import DirectoryError, NotACorrection
from directory.tables import UnitKind
from directory.unit_kinds import KINDS
from directory.wording import NotPlain
from meetings.area_effects import effects
from web import forms
from web.forms import Mistakes, Problems, ask
from web.guards import Needs
from web.moments import london_date
from web.pages import page
from web.roles import Act
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
Now = NamedDependency[datetime]


class Change(msgspec.Struct):
    """Which unit serves which places from when."""

    unit: Annotated[str, ask("Choose the unit", max_length=units.CODE_LENGTH)]
    places: Annotated[list[str], ask("Choose the places")]
    on: Annotated[date, ask("Enter the first day")]
    source: Annotated[str, ask("Enter how it is known", max_length=200)]
    correction: bool = False


@get("/directory/areas/change", include_in_schema=False, needs=Needs(Act.CHANGE_DIRECTORY, everywhere=True))
async def ask_change(request: AnyRequest) -> Template:
    """Which unit, which places, from when; `place` is chosen already."""
    return await _form(request, forms.Form([("places", request.query_params.get("place", ""))]))


@post("/directory/areas/change", include_in_schema=False, needs=Needs(Act.CHANGE_DIRECTORY, everywhere=True))
async def change(request: AnyRequest, now: Now, viewer: NamedDependency[Viewer]) -> Template | Redirect:
    """First what it would do; then, once that was seen, the change itself."""
    form = await forms.read(request)
    try:
        given = forms.fill(Change, form)
        unit = await units.unit_of_code(given.unit)
        names = await areas.place_names()
        places = [(code, names[code]) for code in given.places if code in names]
        if not places:
            raise Mistakes(Problems({"places": "Choose the places"}))
        if form.get("step") != "do":
            return await _check(request, form, given, places, viewer, now)
        by = str(request.user.id)
        await serve_from(unit.id, places, given.on, correction=given.correction, source=given.source, by=by, now=now)
    except NotACorrection as refused:
        return await _check(request, form, given, places, viewer, now, str(refused))
    except (Mistakes, DirectoryError, NotPlain) as error:
        return await _form(request, form, problems_of(error))
    return Redirect("/directory/places?done=areas", status_code=303)


async def _form(request: AnyRequest, values: forms.Form, problems: Problems | None = None) -> Template:
    listed = await units.all_units()
    places = await areas.places()
    return page(
        "meetings/area_change.html",
        request,
        status=400 if problems else 200,
        values=values,
        problems=problems or {},
        units=[("", "Choose a unit"), *((u.code, f"{u.name} ({KINDS[UnitKind(u.kind)]})") for u in listed)],
        london=[(place.code, place.name) for place in places if place.in_london],
        elsewhere=[(place.code, place.name) for place in places if not place.in_london],
        chosen=values.many("places"),
    )


async def _check(
    request: AnyRequest,
    form: forms.Form,
    given: Change,
    places: list[tuple[str, str]],
    viewer: Viewer,
    now: datetime,
    refused: str = "",
) -> Template:
    unit = await units.unit_of_code(given.unit)
    found = await turns(unit.id, places, given.on)
    today = london_date(now)
    return page(
        "meetings/area_check.html",
        request,
        status=400 if refused else 200,
        values=form,
        problems={"correction": refused} if refused else {},
        unit=unit,
        given=given,
        turns=found,
        changing=[turn for turn in found if not turn.same],
        past_days=max(0, (today - given.on).days),
        replaces=any(turn.replaces for turn in found),
        effects=await effects(found, given.on, viewer, now=now),
    )


handlers = [ask_change, change]
