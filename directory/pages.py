"""The directory's pages: who can be reached, who cannot, and which unit serves which place since when."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from directory import (
    areas,
    change_pages,
    changes_proposed,
    contacts,
    csv_pages,
    desk_pages,
    failing,
    front_pages,
    history_pages,
    ladder,
    ladder_pages,
    mail_domain_pages,
    truth,
    units,
    verification_pages,
)
from directory.addresses import BadAddress
from directory.desks import desk_of
from directory.duty_hours import next_on_duty
from directory.entries import ContactEnd, NewContact, NewUnit, problems_of
from directory.errors import DirectoryError, NoSuchContact, NoSuchPlace, NoSuchUnit
from directory.stretches import stretches
from directory.subjects import UNIT
from directory.tables import Contact, Place, Unit, UnitKind
from directory.unit_kinds import KINDS
from directory.unit_time import promise_in_words
from directory.wording import NotPlain
from web import forms
from web.forms import Mistakes, Problems
from web.guards import CLOSED, Needs
from web.moments import london_date
from web.pages import page
from web.roles import Act

AnyRequest = Request[Any, Any, Any]
Now = NamedDependency[datetime]

DONE = {
    "added": "The contact was added.",
    "ended": "The contact was ended. It stays in the unit's history.",
    "changed": "The contact was changed.",
    "desk": "The duty desk was noted.",
    "works": "The address counts as working again.",
    "unit": "The unit was added. It cannot be invited until it has a contact.",
    "areas": "The change was recorded. Days before it keep the unit they had.",
    **{f"ladder-{code}": sentence for code, sentence in ladder_pages.DONE.items()},
    **{f"change-{code}": sentence for code, sentence in change_pages.DONE.items()},
    **{f"truth-{code}": sentence for code, sentence in verification_pages.DONE.items()},
}


@get("/directory/{unit_code:str}", include_in_schema=False, needs=Needs(Act.READ_DIRECTORY, UNIT))
async def show_unit(request: AnyRequest, unit_code: FromPath[str], now: Now) -> Template:
    unit = await _unit(unit_code)
    today = london_date(now)
    return page(
        "directory/unit.html",
        request,
        done=DONE,
        unit=unit,
        kind=KINDS[UnitKind(unit.kind)],
        contacts=await contacts.contacts_of(unit.id),
        speaker=await contacts.speaks_for(unit.id, today),
        services=await areas.services_of(unit.id),
        ladder=await ladder.ladder_of(unit.id),
        today=today,
        next_duty=(await next_on_duty([unit.id], now))[unit.id],
        promise=await promise_in_words(unit.id),
        desk=await desk_of(unit.id),
        truth=await truth.truth_of(unit.id, now),
        proposals=await changes_proposed.open_of(unit.id),
    )


@get("/directory/{unit_code:str}/contacts/new", include_in_schema=False, needs=Needs(Act.CHANGE_DIRECTORY, UNIT))
async def new_contact(request: AnyRequest, unit_code: FromPath[str], now: Now) -> Template:
    values = forms.shown(NewContact(role="", email="", active_from=london_date(now)))
    return _contact_page(request, await _unit(unit_code), values)


@post("/directory/{unit_code:str}/contacts/new", include_in_schema=False, needs=Needs(Act.CHANGE_DIRECTORY, UNIT))
async def add_contact(request: AnyRequest, unit_code: FromPath[str], now: Now) -> Template | Redirect:
    unit, form = await _unit(unit_code), await forms.read(request)
    try:
        given = forms.fill(NewContact, form)
        await contacts.add(unit.id, **msgspec.structs.asdict(given), by=_actor(request), now=now)
    except (Mistakes, DirectoryError, BadAddress, NotPlain) as error:
        return _contact_page(request, unit, form, problems_of(error))
    return Redirect(f"/directory/{unit.code}?done=added", status_code=303)


@get(
    "/directory/{unit_code:str}/contacts/{contact_id:uuid}/end",
    include_in_schema=False,
    needs=Needs(Act.CHANGE_DIRECTORY, UNIT),
)
async def ask_end(request: AnyRequest, unit_code: FromPath[str], contact_id: FromPath[UUID], now: Now) -> Template:
    unit = await _unit(unit_code)
    values = forms.shown(ContactEnd(on=london_date(now)))
    return _end_page(request, unit, await _contact(unit, contact_id), values)


@post(
    "/directory/{unit_code:str}/contacts/{contact_id:uuid}/end",
    include_in_schema=False,
    needs=Needs(Act.CHANGE_DIRECTORY, UNIT),
)
async def end_contact(
    request: AnyRequest, unit_code: FromPath[str], contact_id: FromPath[UUID], now: Now
) -> Template | Redirect:
    unit, form = await _unit(unit_code), await forms.read(request)
    contact = await _contact(unit, contact_id)
    try:
        given = forms.fill(ContactEnd, form)
        await contacts.end(contact.id, on=given.on, by=_actor(request), now=now)
    except (Mistakes, DirectoryError) as error:
        return _end_page(request, unit, contact, form, problems_of(error))
    return Redirect(f"/directory/{unit.code}?done=ended", status_code=303)


@post(
    "/directory/{unit_code:str}/contacts/{contact_id:uuid}/works-again",
    include_in_schema=False,
    needs=Needs(Act.CHANGE_DIRECTORY, UNIT),
)
async def clear_contact(
    request: AnyRequest, unit_code: FromPath[str], contact_id: FromPath[UUID], now: Now
) -> Redirect:
    """Letters to the contact are known to arrive again."""
    unit = await _unit(unit_code)
    contact = await _contact(unit, contact_id)
    await failing.clear(contact.id, by=_actor(request), now=now)
    return Redirect(f"/directory/{unit.code}?done=works", status_code=303)


@get("/directory/units/new", include_in_schema=False, needs=Needs(Act.CHANGE_DIRECTORY, everywhere=True))
async def new_unit(request: AnyRequest) -> Template:
    return await _unit_page(request, {})


@post("/directory/units/new", include_in_schema=False, needs=Needs(Act.CHANGE_DIRECTORY, everywhere=True))
async def add_unit(request: AnyRequest, now: Now) -> Template | Redirect:
    form = await forms.read(request)
    try:
        given = forms.fill(NewUnit, form)
        code = await units.add_unit(
            given.name,
            kind=given.kind,
            agency=given.agency,
            places=[given.place] if given.place else [],
            since=given.since,
            by=_actor(request),
            now=now,
        )
    except (Mistakes, DirectoryError, NotPlain) as error:
        return await _unit_page(request, form, problems_of(error))
    return Redirect(f"/directory/{code}?done=unit", status_code=303)


@get("/directory/places", include_in_schema=False, needs=Needs(Act.READ_DIRECTORY))
async def list_places(request: AnyRequest, now: Now) -> Template:
    today = london_date(now)
    police, listed = await areas.police_of_places(today), await areas.places()
    parts = [
        (title, stretches([(place.name, place) for place in listed if place.in_london == in_london]))
        for title, in_london in (("London", True), ("Outside London", False))
    ]
    return page("directory/places.html", request, done=DONE, parts=parts, police=police, today=today)


@get("/directory/places/{place_code:str}", include_in_schema=False, needs=Needs(Act.READ_DIRECTORY))
async def show_place(request: AnyRequest, place_code: FromPath[str], now: Now) -> Template:
    place = await _place(place_code)
    services = await areas.services_in(place.code)
    return page("directory/place.html", request, place=place, services=services, kinds=KINDS, today=london_date(now))


def _contact_page(
    request: AnyRequest, unit: Unit, values: dict[str, str], problems: Problems | None = None
) -> Template:
    return _form_page("directory/new_contact.html", request, values, problems, unit=unit)


def _end_page(
    request: AnyRequest,
    unit: Unit,
    contact: Contact,
    values: dict[str, str],
    problems: Problems | None = None,
) -> Template:
    return _form_page("directory/end_contact.html", request, values, problems, unit=unit, contact=contact)


async def _unit_page(request: AnyRequest, values: dict[str, str], problems: Problems | None = None) -> Template:
    places = [("", "No place yet"), *(await areas.place_names()).items()]
    kinds = [(kind.value, title) for kind, title in KINDS.items()]
    return _form_page("directory/new_unit.html", request, values, problems, places=places, kinds=kinds)


def _form_page(
    template: str, request: AnyRequest, values: dict[str, str], problems: Problems | None, **context: Any
) -> Template:
    """The form as it was filled in; 400 where it has problems."""
    status = 400 if problems else 200
    return page(template, request, status=status, done=DONE, values=values, problems=problems or {}, **context)


async def _unit(code: str) -> Unit:
    try:
        return await units.unit_of_code(code)
    except NoSuchUnit as missing:
        raise NotFoundException from missing


async def _place(code: str) -> Place:
    try:
        return await units.place_of_code(code)
    except NoSuchPlace as missing:
        raise NotFoundException from missing


async def _contact(unit: Unit, contact: UUID) -> Contact:
    try:
        return await contacts.contact_of(unit.id, contact)
    except NoSuchContact as missing:
        raise NotFoundException from missing


def _actor(request: AnyRequest) -> str:
    return str(request.user.id)


router = Router(
    "/",
    route_handlers=[
        *front_pages.handlers,
        *csv_pages.handlers,
        new_unit,
        add_unit,
        list_places,
        show_place,
        show_unit,
        new_contact,
        add_contact,
        ask_end,
        end_contact,
        clear_contact,
        *desk_pages.handlers,
        *ladder_pages.handlers,
        *verification_pages.handlers,
        *mail_domain_pages.handlers,
        *change_pages.handlers,
        *history_pages.handlers,
    ],
    guards=CLOSED,
)
