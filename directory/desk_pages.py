"""Changing what is told of a unit: its duty desk, and one of its contacts."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from directory import contacts, desks, units
from directory.entries import ContactChange, DeskNote, problems_of
from directory.errors import DirectoryError, NoSuchContact, NoSuchUnit
from directory.subjects import UNIT
from directory.tables import Contact, Unit
from directory.wording import NotPlain
from web import forms
from web.forms import Mistakes, Problems
from web.guards import Needs
from web.pages import page
from web.roles import Act

AnyRequest = Request[Any, Any, Any]
Now = NamedDependency[datetime]


@get("/directory/{unit_code:str}/desk", include_in_schema=False, needs=Needs(Act.CHANGE_DIRECTORY, UNIT))
async def ask_desk(request: AnyRequest, unit_code: FromPath[str]) -> Template:
    unit = await _unit(unit_code)
    desk = await desks.desk_of(unit.id)
    return _desk_page(request, unit, forms.shown(DeskNote(desk.phone, desk.hours)))


@post("/directory/{unit_code:str}/desk", include_in_schema=False, needs=Needs(Act.CHANGE_DIRECTORY, UNIT))
async def note_desk(request: AnyRequest, unit_code: FromPath[str], now: Now) -> Template | Redirect:
    unit, form = await _unit(unit_code), await forms.read(request)
    try:
        given = forms.fill(DeskNote, form)
        await desks.note_desk(unit.id, phone=given.phone, hours=given.hours, by=str(request.user.id), now=now)
    except (Mistakes, DirectoryError, NotPlain) as error:
        return _desk_page(request, unit, form, problems_of(error))
    return Redirect(f"/directory/{unit.code}?done=desk", status_code=303)


@get(
    "/directory/{unit_code:str}/contacts/{contact_id:uuid}/change",
    include_in_schema=False,
    needs=Needs(Act.CHANGE_DIRECTORY, UNIT),
)
async def ask_change(request: AnyRequest, unit_code: FromPath[str], contact_id: FromPath[UUID]) -> Template:
    unit, contact = await _contact(unit_code, contact_id)
    told = ContactChange(contact.role, contact.name, contact.phone, contact.rank, contact.group)
    return _change_page(request, unit, contact, forms.shown(told))


@post(
    "/directory/{unit_code:str}/contacts/{contact_id:uuid}/change",
    include_in_schema=False,
    needs=Needs(Act.CHANGE_DIRECTORY, UNIT),
)
async def change_contact(
    request: AnyRequest, unit_code: FromPath[str], contact_id: FromPath[UUID], now: Now
) -> Template | Redirect:
    unit, contact = await _contact(unit_code, contact_id)
    form = await forms.read(request)
    try:
        told = msgspec.structs.asdict(forms.fill(ContactChange, form))
        await contacts.change(contact.id, **told, by=str(request.user.id), now=now)
    except (Mistakes, DirectoryError, NotPlain) as error:
        return _change_page(request, unit, contact, form, problems_of(error))
    return Redirect(f"/directory/{unit.code}?done=changed", status_code=303)


def _desk_page(request: AnyRequest, unit: Unit, values: dict[str, str], problems: Problems | None = None) -> Template:
    status = 400 if problems else 200
    return page("directory/desk.html", request, status=status, values=values, problems=problems or {}, unit=unit)


def _change_page(
    request: AnyRequest, unit: Unit, contact: Contact, values: dict[str, str], problems: Problems | None = None
) -> Template:
    status = 400 if problems else 200
    shown: dict[str, Any] = {"values": values, "problems": problems or {}, "unit": unit, "contact": contact}
    return page("directory/change_contact.html", request, status=status, **shown)


async def _unit(code: str) -> Unit:
    try:
        return await units.unit_of_code(code)
    except NoSuchUnit as missing:
        raise NotFoundException from missing


async def _contact(unit_code: str, contact: UUID) -> tuple[Unit, Contact]:
    unit = await _unit(unit_code)
    try:
        return unit, await contacts.contact_of(unit.id, contact)
    except NoSuchContact as missing:
        raise NotFoundException from missing


handlers = [ask_desk, note_desk, ask_change, change_contact]
