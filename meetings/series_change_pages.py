"""Changing a series that stands: its days and time, its units, calling it off."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from meetings.errors import MeetingError
from meetings.letters import Letterhead
from meetings.occurrences import asked_units, dates_of, is_coming
from meetings.reasons import CALLED_OFF_BY, CALLED_OFF_REASONS
from meetings.seats import Capacity
from meetings.series import add_unit, call_off_series, remove_unit
from meetings.series_changes import change_series
from meetings.series_forms import Held, held_as_shown, weekday_choices
from meetings.series_listing import all_units, units_by_code
from meetings.subjects import SERIES
from meetings.tables import MeetingState, Series
from web import forms
from web.guards import Needs
from web.pages import page
from web.reading import View
from web.roles import Act

AnyRequest = Request[Any, Any, Any]
Problems = dict[str, str]


@get(
    "/series/{reference:str}/change",
    include_in_schema=False,
    needs=Needs(Act.RUN, SERIES),
    opens=View("the form to change the series"),
)
async def change_series_page(
    request: AnyRequest, reference: FromPath[str], now: NamedDependency[datetime]
) -> Template | Redirect:
    """The present days, time, last day and place, to be changed for all coming dates."""
    series = await _found(reference)
    if not await _can_change(series, now):
        return _too_late(reference)
    return _draw_change(request, series, held_as_shown(series), {})


@post("/series/{reference:str}/change", include_in_schema=False, needs=Needs(Act.RUN, SERIES))
async def change_series_step(
    request: AnyRequest,
    reference: FromPath[str],
    now: NamedDependency[datetime],
    letterhead: NamedDependency[Letterhead],
) -> Template | Redirect:
    """The coming dates follow, and every unit has an update on its way."""
    series, form = await _found(reference), await forms.read(request)
    try:
        held = forms.fill(Held, form)
        await change_series(
            reference,
            held.rule(series.first_on),
            place=held.place,
            link=held.link,
            by=str(request.user.id),
            now=now,
            letterhead=letterhead,
        )
    except forms.Mistakes as mistakes:
        return _draw_change(request, series, form, dict(mistakes.problems))
    except MeetingError as refused:
        return _draw_change(request, series, form, {refused.field: str(refused)})
    done = "changed" if (await _found(reference)).sequence > series.sequence else "unchanged"
    return Redirect(f"/series/{reference}?done={done}", status_code=303)


@get(
    "/series/{reference:str}/units",
    include_in_schema=False,
    needs=Needs(Act.RUN, SERIES),
    opens=View("the units of the series"),
)
async def series_units_page(
    request: AnyRequest, reference: FromPath[str], now: NamedDependency[datetime]
) -> Template | Redirect:
    """The units, each to be removed, and one to be added."""
    series = await _found(reference)
    if not await _can_change(series, now):
        return _too_late(reference)
    return await _draw_units(request, series, forms.Form(), {}, now)


@post("/series/{reference:str}/units", include_in_schema=False, needs=Needs(Act.RUN, SERIES))
async def series_units_step(
    request: AnyRequest,
    reference: FromPath[str],
    now: NamedDependency[datetime],
    letterhead: NamedDependency[Letterhead],
) -> Template | Redirect:
    """One unit is added or removed for every coming date, and is being told."""
    series, form = await _found(reference), await forms.read(request)
    removing = form.get("act") == "remove"
    field = "remove" if removing else "unit"
    unit = (await units_by_code([form.get(field, "")])).get(form.get(field, ""))
    if unit is None:
        asked = "Choose the unit that is removed" if removing else "Choose the unit to invite"
        return await _draw_units(request, series, form, {field: asked}, now)
    by = str(request.user.id)
    try:
        if removing:
            await remove_unit(reference, unit, by=by, now=now, letterhead=letterhead)
        else:
            capacities = [c for c in form.many("capacities") if c in set(Capacity)]
            await add_unit(reference, unit, capacities, by=by, now=now, letterhead=letterhead)
    except MeetingError as refused:
        return await _draw_units(request, series, form, {field: str(refused)}, now)
    return Redirect(f"/series/{reference}?done={'unit-removed' if removing else 'unit-added'}", status_code=303)


@get(
    "/series/{reference:str}/calling-off",
    include_in_schema=False,
    needs=Needs(Act.RUN, SERIES),
    opens=View("the form to call the series off"),
)
async def calling_off_series_page(
    request: AnyRequest, reference: FromPath[str], now: NamedDependency[datetime]
) -> Template | Redirect:
    """By whose wish and why the whole series is called off."""
    series = await _found(reference)
    if not await _can_change(series, now):
        return _too_late(reference)
    return _draw_calling_off(request, series, {})


@post("/series/{reference:str}/calling-off", include_in_schema=False, needs=Needs(Act.RUN, SERIES))
async def calling_off_series_step(
    request: AnyRequest,
    reference: FromPath[str],
    now: NamedDependency[datetime],
    letterhead: NamedDependency[Letterhead],
) -> Template | Redirect:
    """Every coming date is off, and every unit has one cancellation on its way."""
    series, form = await _found(reference), await forms.read(request)
    try:
        await call_off_series(
            reference,
            asked_by=form.get("asked_by", ""),
            reason=form.get("reason", ""),
            by=str(request.user.id),
            now=now,
            letterhead=letterhead,
        )
    except MeetingError as refused:
        return _draw_calling_off(request, series, {refused.field: str(refused)})
    return Redirect(f"/series/{reference}?done=called-off", status_code=303)


async def _found(reference: str) -> Series:
    series = await Series.objects().where(Series.reference == reference).first()
    if series is None:
        raise NotFoundException(f"There is no series {reference}.")
    return series


async def _can_change(series: Series, now: datetime) -> bool:
    if series.state == MeetingState.CALLED_OFF:
        return False
    return any(is_coming(one, now) for one in await dates_of(series.id))


def _too_late(reference: str) -> Redirect:
    return Redirect(f"/series/{reference}?done=too-late", status_code=303)


def _draw_change(request: AnyRequest, series: Series, values: forms.Form, problems: Problems) -> Template:
    return page(
        "meetings/series_change.html",
        request,
        status=400 if problems else 200,
        series=series,
        weekdays=weekday_choices(),
        values=values,
        problems=problems,
    )


async def _draw_units(
    request: AnyRequest, series: Series, values: forms.Form, problems: Problems, now: datetime
) -> Template:
    coming = [one for one in await dates_of(series.id) if is_coming(one, now)]
    asked = await asked_units(series.id, coming[-1].id) if coming else []
    seated: list[UUID] = [one.unit for one in asked]
    codes = {unit: code for code, unit in (await units_by_code([code for code, _ in await all_units()])).items()}
    return page(
        "meetings/series_units.html",
        request,
        status=400 if problems else 200,
        series=series,
        choices=[
            (codes[one.unit], one.name, f"As {' and '.join(one.capacities)}")
            for one in asked
            if one.unit != series.home_unit
        ],
        units=[("", "Choose a unit"), *await all_units(without=seated)],
        capacities=forms.options(Capacity),
        values=values,
        problems=problems,
    )


def _draw_calling_off(request: AnyRequest, series: Series, problems: Problems) -> Template:
    return page(
        "meetings/series_calling_off.html",
        request,
        status=400 if problems else 200,
        series=series,
        asked_by=forms.options(CALLED_OFF_BY),
        reasons=forms.options(reason for reason in CALLED_OFF_REASONS if reason != "did not take place"),
        problems=problems,
    )


handlers = [
    change_series_page,
    change_series_step,
    series_units_page,
    series_units_step,
    calling_off_series_page,
    calling_off_series_step,
]
