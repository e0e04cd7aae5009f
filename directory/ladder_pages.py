"""The pages of who is on the ladder: of one unit, and for all of London."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from directory import ladder, units
from directory.addresses import BadAddress
from directory.entries import ContactEnd, problems_of
from directory.errors import DirectoryError, NoSuchContact, NoSuchUnit
from directory.ladder_tables import LadderContact
from directory.rungs import CHOSEN, RUNGS, Rung
from directory.subjects import LADDER_OF
from directory.tables import Unit
from directory.wording import NotPlain
from web import forms
from web.forms import Mistakes, Problems, ask
from web.guards import Needs
from web.moments import london_date
from web.pages import page
from web.roles import Act

AnyRequest = Request[Any, Any, Any]
Now = NamedDependency[datetime]
LONDON = "london"  # in addresses, the ladder of every unit
DONE = {
    "added": "They are on the ladder.",
    "ended": "They are no longer told. The entry stays on record.",
    "works": "The address counts as working again.",
    "fails": "It is marked: letters to it come back. It is told only where its rung has no other.",
}
CHOICES = [(rung.value, RUNGS[rung]) for rung in CHOSEN]


class NewOnLadder(msgspec.Struct):
    rung: Annotated[Rung, ask("Choose which step tells them")]
    role: Annotated[str, ask("Enter their role, such as detective sergeant", max_length=60)]
    email: Annotated[str, ask("Enter a mail address", max_length=254)]
    active_from: Annotated[date, ask("Enter the first day they are told")]
    phone: Annotated[str, ask("Enter a telephone number", max_length=40)] = ""


class _From(msgspec.Struct):
    """What the empty form shows."""

    active_from: date


@get("/directory/ladder", include_in_schema=False, needs=Needs(Act.READ_DIRECTORY))
async def london_ladder(request: AnyRequest, now: Now) -> Template:
    """Who is told beside each unit's own, and the quarterly note's readers."""
    listed = await ladder.ladder_of(None)
    return page("directory/london_ladder.html", request, done=DONE, listed=listed, today=london_date(now))


@get("/directory/ladder/{whose:str}/new", include_in_schema=False, needs=Needs(Act.CHANGE_DIRECTORY, LADDER_OF))
async def new_on_ladder(request: AnyRequest, whose: FromPath[str], now: Now) -> Template:
    values = forms.shown(_From(london_date(now)))
    return _new_page(request, await _unit(whose), values)


@post("/directory/ladder/{whose:str}/new", include_in_schema=False, needs=Needs(Act.CHANGE_DIRECTORY, LADDER_OF))
async def add_on_ladder(request: AnyRequest, whose: FromPath[str], now: Now) -> Template | Redirect:
    unit, form = await _unit(whose), await forms.read(request)
    try:
        given = forms.fill(NewOnLadder, form)
        if given.rung not in CHOSEN:
            raise Mistakes(Problems({"rung": "Choose which step tells them"}))
        told = msgspec.structs.asdict(given)
        await ladder.add(unit.id if unit else None, **told, by=str(request.user.id), now=now)
    except (Mistakes, DirectoryError, BadAddress, NotPlain) as error:
        return _new_page(request, unit, form, problems_of(error))
    return Redirect(_back(unit, "added"), status_code=303)


@get(
    "/directory/ladder/{whose:str}/{contact:uuid}/end",
    include_in_schema=False,
    needs=Needs(Act.CHANGE_DIRECTORY, LADDER_OF),
)
async def ask_end_on_ladder(request: AnyRequest, whose: FromPath[str], contact: FromPath[UUID], now: Now) -> Template:
    unit = await _unit(whose)
    values = forms.shown(ContactEnd(on=london_date(now)))
    return _end_page(request, unit, await _contact(unit, contact), values)


@post(
    "/directory/ladder/{whose:str}/{contact:uuid}/end",
    include_in_schema=False,
    needs=Needs(Act.CHANGE_DIRECTORY, LADDER_OF),
)
async def end_on_ladder(
    request: AnyRequest, whose: FromPath[str], contact: FromPath[UUID], now: Now
) -> Template | Redirect:
    unit, form = await _unit(whose), await forms.read(request)
    row = await _contact(unit, contact)
    try:
        given = forms.fill(ContactEnd, form)
        await ladder.end(row.id, on=given.on, by=str(request.user.id), now=now)
    except (Mistakes, DirectoryError) as error:
        return _end_page(request, unit, row, form, problems_of(error))
    return Redirect(_back(unit, "ended"), status_code=303)


@post(
    "/directory/ladder/{whose:str}/{contact:uuid}/{mark:str}",
    include_in_schema=False,
    needs=Needs(Act.CHANGE_DIRECTORY, LADDER_OF),
)
async def mark_on_ladder(
    request: AnyRequest, whose: FromPath[str], contact: FromPath[UUID], mark: FromPath[str], now: Now
) -> Redirect:
    """Letters to them are known to come back (`fails`), or to arrive again (`works`)."""
    unit = await _unit(whose)
    row = await _contact(unit, contact)
    by = str(request.user.id)
    if mark == "fails":
        await ladder.mark_failing(row.id, "Marked by a coordinator.", by=by, now=now)
    elif mark == "works":
        await ladder.clear(row.id, by=by, now=now)
    else:
        raise NotFoundException
    return Redirect(_back(unit, mark), status_code=303)


def _new_page(
    request: AnyRequest, unit: Unit | None, values: dict[str, str], problems: Problems | None = None
) -> Template:
    return _form_page("directory/new_on_ladder.html", request, unit, values, problems, choices=CHOICES)


def _end_page(
    request: AnyRequest,
    unit: Unit | None,
    contact: LadderContact,
    values: dict[str, str],
    problems: Problems | None = None,
) -> Template:
    return _form_page("directory/end_on_ladder.html", request, unit, values, problems, contact=contact)


def _form_page(
    template: str,
    request: AnyRequest,
    unit: Unit | None,
    values: dict[str, str],
    problems: Problems | None,
    **context: Any,
) -> Template:
    """The form as it was filled in; 400 where it has problems."""
    context |= {"whose": unit.name if unit else "every unit of London", "back": _back(unit)}
    status = 400 if problems else 200
    return page(template, request, status=status, values=values, problems=problems or {}, **context)


def _back(unit: Unit | None, done: str = "") -> str:
    where = f"/directory/{unit.code}" if unit else "/directory/ladder"
    return f"{where}?done=ladder-{done}" if done and unit else f"{where}?done={done}" if done else where


async def _unit(whose: str) -> Unit | None:
    """The unit of this code; None where the ladder of all London is meant."""
    if whose == LONDON:
        return None
    try:
        return await units.unit_of_code(whose)
    except NoSuchUnit as missing:
        raise NotFoundException from missing


async def _contact(unit: Unit | None, contact: UUID) -> LadderContact:
    try:
        row = await ladder.contact_on_ladder(contact)
    except NoSuchContact as missing:
        raise NotFoundException from missing
    if row.unit != (unit.id if unit else None):
        raise NotFoundException
    return row


handlers = [
    london_ladder,
    new_on_ladder,
    add_on_ladder,
    ask_end_on_ladder,
    end_on_ladder,
    mark_on_ladder,
]
