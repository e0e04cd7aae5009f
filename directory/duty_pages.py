"""A unit's time: duty hours, days off, how soon it promised to answer, and the calendar that it publishes."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from directory import calendars, duty_changes, unit_time, units
from directory.calendar_address import BadCalendarAddress, masked
from directory.duty import Pattern
from directory.duty_entries import (
    RUNS,
    WEEK,
    HoursEnd,
    NewCalendar,
    NewDaysOff,
    NewPromise,
    Team,
    problems_of,
    rotating,
    weekly,
)
from directory.duty_tables import DutyKind
from directory.errors import DirectoryError, NoSuchHours, NoSuchUnit
from directory.subjects import UNIT
from directory.tables import Unit
from directory.wording import NotPlain
from web import forms
from web.forms import Mistakes, Problems
from web.guards import CLOSED, Needs
from web.moments import london_date
from web.pages import page
from web.roles import Act

AnyRequest = Request[Any, Any, Any]
Now = NamedDependency[datetime]
Networks = NamedDependency[Any]  # of Network: Litestar knows no such type
REFUSED = (Mistakes, DirectoryError, NotPlain, BadCalendarAddress)
READS: dict[DutyKind, Callable[[Mapping[str, str]], tuple[Team, Pattern]]] = {
    DutyKind.WEEKLY: weekly,
    DutyKind.ROTATING: rotating,
}
DONE = {
    "added": "The hours were added.",
    "ended": "The hours were ended. Those before that day stay as they were.",
    "off": "The days off were added.",
    "on": "The days off were removed.",
    "promise": "The time to answer was changed.",
    "calendar": "The calendar was added. It is read within a minute: load this page again to see how it went.",
    "try": "The calendar is read again within a minute: load this page again to see how it went.",
    "removed": "The calendar was removed, and nothing that was read of it counts.",
}


@get("/directory/{unit_code:str}/hours", include_in_schema=False, needs=Needs(Act.READ_DIRECTORY, UNIT))
async def show_hours(request: AnyRequest, unit_code: FromPath[str], now: Now) -> Template:
    unit = await _unit(unit_code)
    time = await unit_time.of_unit(unit.id, now)
    return page("directory/hours.html", request, done=DONE, unit=unit, time=time, today=london_date(now))


@get(
    "/directory/{unit_code:str}/hours/new/{kind:str}",
    include_in_schema=False,
    needs=Needs(Act.CHANGE_DIRECTORY, UNIT),
)
async def new_hours(request: AnyRequest, unit_code: FromPath[str], kind: FromPath[str], now: Now) -> Template:
    values = forms.shown(Team(name="", valid_from=london_date(now)))
    if _kind(kind) is DutyKind.WEEKLY:
        values |= {f"{day}-from": "9am" for day in WEEK[:5]} | {f"{day}-to": "5pm" for day in WEEK[:5]}
    return _hours_page(request, await _unit(unit_code), _kind(kind), values)


@post(
    "/directory/{unit_code:str}/hours/new/{kind:str}",
    include_in_schema=False,
    needs=Needs(Act.CHANGE_DIRECTORY, UNIT),
)
async def add_hours(
    request: AnyRequest, unit_code: FromPath[str], kind: FromPath[str], now: Now
) -> Template | Redirect:
    unit, form = await _unit(unit_code), await forms.read(request)
    try:
        team, pattern = READS[_kind(kind)](form)
        await duty_changes.add_pattern(unit.id, team.name, _kind(kind), pattern, by=_actor(request), now=now)
    except REFUSED as error:
        return _hours_page(request, unit, _kind(kind), form, problems_of(error))
    return _back(unit, "added")


@get(
    "/directory/{unit_code:str}/hours/{pattern:uuid}/end",
    include_in_schema=False,
    needs=Needs(Act.CHANGE_DIRECTORY, UNIT),
)
async def ask_end_hours(request: AnyRequest, unit_code: FromPath[str], pattern: FromPath[UUID], now: Now) -> Template:
    return await _end_page(request, unit_code, pattern, forms.shown(HoursEnd(last_on=london_date(now))))


@post(
    "/directory/{unit_code:str}/hours/{pattern:uuid}/end",
    include_in_schema=False,
    needs=Needs(Act.CHANGE_DIRECTORY, UNIT),
)
async def end_hours(
    request: AnyRequest, unit_code: FromPath[str], pattern: FromPath[UUID], now: Now
) -> Template | Redirect:
    unit, form = await _unit(unit_code), await forms.read(request)
    try:
        on = forms.fill(HoursEnd, form).last_on + timedelta(days=1)
        await duty_changes.end_pattern(unit.id, pattern, on=on, by=_actor(request), now=now)
    except NoSuchHours as missing:
        raise NotFoundException from missing
    except REFUSED as error:
        return await _end_page(request, unit_code, pattern, form, problems_of(error))
    return _back(unit, "ended")


@get("/directory/{unit_code:str}/days-off", include_in_schema=False, needs=Needs(Act.CHANGE_DIRECTORY, UNIT))
async def new_days_off(request: AnyRequest, unit_code: FromPath[str]) -> Template:
    return _form_page("directory/new_days_off.html", request, await _unit(unit_code), {})


@post("/directory/{unit_code:str}/days-off", include_in_schema=False, needs=Needs(Act.CHANGE_DIRECTORY, UNIT))
async def add_days_off(request: AnyRequest, unit_code: FromPath[str], now: Now) -> Template | Redirect:
    unit, form = await _unit(unit_code), await forms.read(request)
    try:
        given = forms.fill(NewDaysOff, form)
        first_on, last_on = given.first_on, given.last_on or given.first_on
        await duty_changes.add_days_off(unit.id, first_on, last_on, reason=given.reason, by=_actor(request), now=now)
    except REFUSED as error:
        return _form_page("directory/new_days_off.html", request, unit, form, problems_of(error))
    return _back(unit, "off")


@post(
    "/directory/{unit_code:str}/days-off/{days:uuid}/removal",
    include_in_schema=False,
    needs=Needs(Act.CHANGE_DIRECTORY, UNIT),
)
async def remove_days_off(request: AnyRequest, unit_code: FromPath[str], days: FromPath[UUID], now: Now) -> Redirect:
    unit = await _unit(unit_code)
    try:
        await duty_changes.remove_days_off(unit.id, days, by=_actor(request), now=now)
    except NoSuchHours as missing:
        raise NotFoundException from missing
    return _back(unit, "on")


@get("/directory/{unit_code:str}/promise", include_in_schema=False, needs=Needs(Act.CHANGE_DIRECTORY, UNIT))
async def ask_promise(request: AnyRequest, unit_code: FromPath[str]) -> Template:
    unit = await _unit(unit_code)
    given = await duty_changes.promise_of(unit.id)
    shown = NewPromise(given.amount, given.counted_in) if given else NewPromise(4, "working hours")
    return _form_page("directory/promise.html", request, unit, forms.shown(shown))


@post("/directory/{unit_code:str}/promise", include_in_schema=False, needs=Needs(Act.CHANGE_DIRECTORY, UNIT))
async def set_promise(request: AnyRequest, unit_code: FromPath[str], now: Now) -> Template | Redirect:
    unit, form = await _unit(unit_code), await forms.read(request)
    try:
        given = forms.fill(NewPromise, form)
        await duty_changes.promise(unit.id, given.amount, given.counted_in, by=_actor(request), now=now)
    except REFUSED as error:
        return _form_page("directory/promise.html", request, unit, form, problems_of(error))
    return _back(unit, "promise")


@get("/directory/{unit_code:str}/calendar", include_in_schema=False, needs=Needs(Act.CHANGE_DIRECTORY, UNIT))
async def ask_calendar(request: AnyRequest, unit_code: FromPath[str]) -> Template:
    return await _calendar_page(request, await _unit(unit_code))


@post("/directory/{unit_code:str}/calendar", include_in_schema=False, needs=Needs(Act.CHANGE_DIRECTORY, UNIT))
async def set_calendar(
    request: AnyRequest, unit_code: FromPath[str], now: Now, calendar_networks: Networks
) -> Template | Redirect:
    unit, form = await _unit(unit_code), await forms.read(request)
    try:
        address = forms.fill(NewCalendar, form).address
        await calendars.publish(unit.id, address, opened=calendar_networks, by=_actor(request), now=now)
    except REFUSED as error:
        return await _calendar_page(request, unit, problems_of(error))
    return _back(unit, "calendar")


@post("/directory/{unit_code:str}/calendar/reading", include_in_schema=False, needs=Needs(Act.CHANGE_DIRECTORY, UNIT))
async def read_calendar(request: AnyRequest, unit_code: FromPath[str], now: Now) -> Redirect:
    """The calendar is read again soon, to see whether it can be."""
    unit = await _unit(unit_code)
    await calendars.read_again(unit.id, by=_actor(request), now=now)
    return _back(unit, "try")


@post("/directory/{unit_code:str}/calendar/removal", include_in_schema=False, needs=Needs(Act.CHANGE_DIRECTORY, UNIT))
async def remove_calendar(request: AnyRequest, unit_code: FromPath[str], now: Now) -> Redirect:
    unit = await _unit(unit_code)
    await calendars.withdraw(unit.id, by=_actor(request), now=now)
    return _back(unit, "removed")


def _hours_page(
    request: AnyRequest, unit: Unit, kind: DutyKind, values: dict[str, str], problems: Problems | None = None
) -> Template:
    return _form_page(f"directory/{kind}_hours.html", request, unit, values, problems, week=WEEK, runs=RUNS)


async def _end_page(
    request: AnyRequest, unit_code: str, pattern: UUID, values: dict[str, str], problems: Problems | None = None
) -> Template:
    unit = await _unit(unit_code)
    try:
        row = await duty_changes.pattern_of_unit(unit.id, pattern)
    except NoSuchHours as missing:
        raise NotFoundException from missing
    return _form_page("directory/end_hours.html", request, unit, values, problems, told=unit_time.told_of(row))


async def _calendar_page(request: AnyRequest, unit: Unit, problems: Problems | None = None) -> Template:
    """An address that was given is never shown again, not even to be corrected: only its server."""
    known = await calendars.calendar_of(unit.id)
    shown = masked(known.address) if known else ""
    return _form_page("directory/calendar.html", request, unit, {}, problems, known=shown)


def _form_page(
    template: str,
    request: AnyRequest,
    unit: Unit,
    values: dict[str, str],
    problems: Problems | None = None,
    **context: Any,
) -> Template:
    """The form as it was filled in; 400 where it has problems."""
    status = 400 if problems else 200
    return page(template, request, status=status, values=values, problems=problems or {}, unit=unit, **context)


def _kind(text: str) -> DutyKind:
    try:
        return DutyKind(text)
    except ValueError as unknown:
        raise NotFoundException from unknown


async def _unit(code: str) -> Unit:
    try:
        return await units.unit_of_code(code)
    except NoSuchUnit as missing:
        raise NotFoundException from missing


def _back(unit: Unit, done: str) -> Redirect:
    return Redirect(f"/directory/{unit.code}/hours?done={done}", status_code=303)


def _actor(request: AnyRequest) -> str:
    return str(request.user.id)


router = Router(
    "/",
    route_handlers=[
        show_hours,
        new_hours,
        add_hours,
        ask_end_hours,
        end_hours,
        new_days_off,
        add_days_off,
        remove_days_off,
        ask_promise,
        set_promise,
        ask_calendar,
        set_calendar,
        read_calendar,
        remove_calendar,
    ],
    guards=CLOSED,
)
