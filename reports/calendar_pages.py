"""The calendar of reports: which recur and when, on which terms they are published, and to whom they are sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from meetings.tables import MeetingType
from notifications import troubles
from reports import calendar_errors as errors
from reports import report_calendars
from reports.announcing import who_publish
from reports.calendar_dates import coming
from reports.calendar_round import missed
from reports.calendar_tables import Every, ListedAddress, ReportCalendar
from reports.periods import Period
from reports.report_calendars import LIMITS, LONGEST_NAME, Terms
from web import forms
from web.guards import Needs
from web.moments import london_date
from web.pages import page
from web.roles import Act

AnyRequest = Request[Any, Any, Any]
HERE = "/reports/calendar"
DONE = {
    "added": "The report is in the calendar. Add to its list who is sent it.",
    "changed": "The terms are changed. They hold for the next draft.",
    "listed": "The address is on the list. It is sent every report that is released from now on.",
    "removed": "The address is off the list. It is sent nothing more.",
}


class Recurring(msgspec.Struct):
    """The terms on which a report recurs."""

    drawn_after: Annotated[int, forms.ask("Enter after how many working days the draft is drawn up")]
    challenge_days: Annotated[int, forms.ask("Enter for how many working days units may challenge")]
    threshold: Annotated[int, forms.ask("Enter the smallest count that is shown")]
    since: Annotated[date, forms.ask("Enter from which day on periods must end")]
    active: bool = False


class NewRecurring(Recurring):
    """A report that is new in the calendar."""

    every: str = ""
    type: str = ""


@dataclass(frozen=True)
class Shown:
    """One report of the calendar: what comes next, what is overdue, and its list."""

    row: ReportCalendar
    next_period: Period
    next_at: datetime
    overdue: list[Period]
    addresses: list[ListedAddress]


def may_change(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Only for people who publish reports or keep the rules; stands behind `signed_in`.

    :raises PermissionDeniedException: for anybody else, who may read the calendar all the same.
    """
    if not _may_change(connection.scope.get("user")):
        raise PermissionDeniedException("Everybody may read the calendar; only people who publish reports change it.")


@get(HERE, include_in_schema=False, needs=Needs(Act.KEEP_CALENDARS))
async def calendar_page(request: AnyRequest, now: NamedDependency[datetime]) -> Template:
    """Every report that recurs, when its next draft is drawn up, and to whom it is sent."""
    return page(
        "reports/calendar.html",
        request,
        done=DONE,
        shown=[await _shown(row, now) for row in await report_calendars.calendars()],
        troubles=await troubles.standing(),
        publishers=len(await who_publish(now)),
        may_change=_may_change(request.user),
    )


@get(f"{HERE}/new", include_in_schema=False, guards=[may_change], needs=Needs(Act.KEEP_CALENDARS))
async def new_page(request: AnyRequest, now: NamedDependency[datetime]) -> Template:
    """The form for a report that recurs, filled with what is usual."""
    usual = Recurring(**{name: getattr(Terms(), name) for name in LIMITS}, since=london_date(now), active=True)
    return _draw_form(request, None, forms.Form([("every", Every.QUARTER.value), *forms.shown(usual).pairs()]), {})


@post(f"{HERE}/new", include_in_schema=False, guards=[may_change], needs=Needs(Act.KEEP_CALENDARS))
async def new_step(request: AnyRequest, now: NamedDependency[datetime]) -> Template | Redirect:
    """The report is in the calendar."""
    form = await forms.read(request)
    try:
        new = forms.fill(NewRecurring, form)
        calendar = await report_calendars.add(new.every, new.type, _terms(new), by=str(request.user.id), now=now)
    except forms.Mistakes as mistakes:
        return _draw_form(request, None, form, mistakes.problems)
    except errors.CalendarError as refused:
        return _draw_form(request, None, form, {refused.field: str(refused)})
    return Redirect(f"{HERE}/{calendar}?done=added", status_code=303)


@get(f"{HERE}/{{calendar:uuid}}", include_in_schema=False, guards=[may_change], needs=Needs(Act.KEEP_CALENDARS))
async def change_page(request: AnyRequest, calendar: FromPath[UUID]) -> Template:
    """The terms of one report, and its list."""
    row = await _found(calendar)
    terms = Recurring(**{name: getattr(row, name) for name in Recurring.__struct_fields__})
    return _draw_form(request, row, forms.shown(terms), {}, await report_calendars.listed(calendar))


@post(f"{HERE}/{{calendar:uuid}}", include_in_schema=False, guards=[may_change], needs=Needs(Act.KEEP_CALENDARS))
async def change_step(
    request: AnyRequest, calendar: FromPath[UUID], now: NamedDependency[datetime]
) -> Template | Redirect:
    """The terms are changed, or an address put on the list or taken off: as the button that was pressed says."""
    row, form = await _found(calendar), await forms.read(request)
    try:
        done = await _act(calendar, form, str(request.user.id), now)
    except forms.Mistakes as mistakes:
        problems: dict[str, str] = mistakes.problems
    except errors.CalendarError as refused:
        problems = {refused.field: str(refused)}
    else:
        where = HERE if done == "changed" else f"{HERE}/{calendar}"
        return Redirect(f"{where}?done={done}", status_code=303)
    terms = Recurring(**{name: getattr(row, name) for name in Recurring.__struct_fields__})
    values = form if form.get("act") == "change" else forms.Form([*form.pairs(), *forms.shown(terms).pairs()])
    return _draw_form(request, row, values, problems, await report_calendars.listed(calendar))


async def _act(calendar: UUID, form: forms.Form, by: str, now: datetime) -> str:
    """What was done, as the page names it.

    :raises Mistakes: and CalendarError, as the verbs of the calendar.
    """
    if form.get("act") == "list":
        to, name = form.get("address", ""), form.get("name", "")
        await report_calendars.add_address(calendar, to, name, by=by, now=now)
        return "listed"
    if form.get("act") == "remove":
        chosen = forms.chosen_id(form.get("listed", ""))
        if chosen is not None:
            await report_calendars.remove_address(calendar, chosen, by=by, now=now)
        return "removed"
    await report_calendars.change(calendar, _terms(forms.fill(Recurring, form)), by=by, now=now)
    return "changed"


def _terms(filled: Recurring) -> Terms:
    return Terms(**{name: getattr(filled, name) for name in Recurring.__struct_fields__})


def _draw_form(
    request: AnyRequest,
    row: ReportCalendar | None,
    values: forms.Form,
    problems: dict[str, str],
    addresses: list[ListedAddress] | None = None,
) -> Template:
    return page(
        "reports/calendar_form.html",
        request,
        status=400 if problems else 200,
        done=DONE,
        row=row,
        addresses=addresses or [],
        lengths=forms.options(Every),
        types=[("", "Choose one"), *forms.options(MeetingType)],
        limits=LIMITS,
        longest=LONGEST_NAME,
        values=values,
        problems=problems,
    )


async def _shown(row: ReportCalendar, now: datetime) -> Shown:
    period, at = coming(row.every, row.since, row.drawn_after, now)
    overdue = [one for _, one, _ in await missed(row, now)] if row.active else []
    return Shown(row, period, at, overdue, await report_calendars.listed(row.id))


async def _found(calendar: UUID) -> ReportCalendar:
    try:
        return await report_calendars.found(calendar)
    except errors.NoSuchCalendar as unknown:
        raise NotFoundException(str(unknown)) from unknown


def _may_change(person: Any) -> bool:
    return person is not None and (person.publishes or person.keeps_rules)


handlers = [calendar_page, new_page, new_step, change_page, change_step]
