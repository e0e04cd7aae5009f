"""Where people signed in propose changes of an entry, and those who keep the directory decide about them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from directory import change_post, changes_proposed, units
from directory.change_entries import REFUSED, NewProposal, Refusal, filled, problems_of
from directory.change_tables import ChangeProposal, What
from directory.change_wanted import Proposer
from directory.contacts import contact_of
from directory.errors import NoSuchContact, NoSuchUnit
from directory.subjects import UNIT
from directory.tables import Contact, Unit
from web import forms
from web.forms import Form, Problems, chosen_id
from web.guards import Needs
from web.pages import front_door, page
from web.roles import Act
from web.signin import titles_of

AnyRequest = Request[Any, Any, Any]
Now = NamedDependency[datetime]
DONE = {
    "proposed": "Your proposal is kept. Its owner is asked, and you get a letter when it is decided.",
    "accepted": "The change is made. Whoever proposed it gets a letter.",
    "refused": "Nothing was changed. Whoever proposed it gets a letter with your reason.",
}


@get("/directory/{unit_code:str}/proposals/new", include_in_schema=False, needs=Needs(Act.READ_DIRECTORY, UNIT))
async def new_proposal(request: AnyRequest, unit_code: FromPath[str]) -> Template:
    """`contact` in the address is the one that is wrong; `other` asks for words; else a contact is missing."""
    unit = await _unit(unit_code)
    contact = await _contact(unit, request.query_params.get("contact", ""))
    what = What.CHANGE if contact else What.OTHER if "other" in request.query_params else What.ADD
    return _form(request, unit, contact, filled(what, contact))


@post("/directory/{unit_code:str}/proposals/new", include_in_schema=False, needs=Needs(Act.READ_DIRECTORY, UNIT))
async def propose(request: AnyRequest, unit_code: FromPath[str], now: Now) -> Template | Redirect:
    """The proposal is kept, and the owner is asked by letter."""
    unit, form = await _unit(unit_code), await forms.read(request)
    contact = await _contact(unit, form.get("contact", ""))
    proposer = Proposer(str(request.user.id), request.user.email)
    try:
        wanted = forms.fill(NewProposal, form).wanted()
        await changes_proposed.propose(unit.id, wanted, proposer, sender=front_door(request).sender, now=now)
    except REFUSED as error:
        return _form(request, unit, contact, form, problems_of(error))
    return Redirect(f"/directory/{unit.code}?done=change-proposed", status_code=303)


@get(
    "/directory/{unit_code:str}/proposals/{proposal:uuid}",
    include_in_schema=False,
    needs=Needs(Act.READ_DIRECTORY, UNIT),
)
async def proposal_page(request: AnyRequest, unit_code: FromPath[str], proposal: FromPath[UUID]) -> Template:
    unit = await _unit(unit_code)
    return await _shown(request, unit, await _proposal(unit, proposal))


@post(
    "/directory/{unit_code:str}/proposals/{proposal:uuid}/acceptance",
    include_in_schema=False,
    needs=Needs(Act.CHANGE_DIRECTORY, UNIT),
)
async def accept(
    request: AnyRequest, unit_code: FromPath[str], proposal: FromPath[UUID], now: Now
) -> Template | Redirect:
    """The change is made."""
    unit = await _unit(unit_code)
    row, by = await _proposal(unit, proposal), str(request.user.id)
    try:
        await changes_proposed.accept(row.id, by=by, sender=front_door(request).sender, now=now)
    except REFUSED as error:
        return await _shown(request, unit, row, problems=problems_of(error))
    return Redirect(f"/directory/{unit.code}?done=change-accepted", status_code=303)


@post(
    "/directory/{unit_code:str}/proposals/{proposal:uuid}/refusal",
    include_in_schema=False,
    needs=Needs(Act.CHANGE_DIRECTORY, UNIT),
)
async def refuse(
    request: AnyRequest, unit_code: FromPath[str], proposal: FromPath[UUID], now: Now
) -> Template | Redirect:
    """Nothing is changed."""
    unit, form = await _unit(unit_code), await forms.read(request)
    row, by = await _proposal(unit, proposal), str(request.user.id)
    try:
        reason = forms.fill(Refusal, form).reason
        await changes_proposed.refuse(row.id, reason=reason, by=by, sender=front_door(request).sender, now=now)
    except REFUSED as error:
        return await _shown(request, unit, row, form, problems_of(error))
    return Redirect(f"/directory/{unit.code}?done=change-refused", status_code=303)


def _form(
    request: AnyRequest, unit: Unit, contact: Contact | None, values: Form, problems: Problems | None = None
) -> Template:
    return page(
        "directory/propose.html",
        request,
        status=400 if problems else 200,
        unit=unit,
        contact=contact,
        values=values,
        problems=problems or {},
        back=f"/directory/{unit.code}",
    )


async def _shown(
    request: AnyRequest,
    unit: Unit,
    row: ChangeProposal,
    values: Form | None = None,
    problems: Problems | None = None,
) -> Template:
    titles = await titles_of({row.proposed_by, row.decided_by})
    return page(
        "directory/proposal.html",
        request,
        status=400 if problems else 200,
        unit=unit,
        row=row,
        told=await change_post.told_of(row),
        proposed_by=titles.get(row.proposed_by, f"the unit itself, by the link sent to {row.proposed_from}"),
        decided_by=titles.get(row.decided_by, row.decided_by),
        values=values or {},
        problems=problems or {},
    )


async def _unit(code: str) -> Unit:
    try:
        return await units.unit_of_code(code)
    except NoSuchUnit as missing:
        raise NotFoundException from missing


async def _contact(unit: Unit, text: str) -> Contact | None:
    if not text:
        return None
    try:
        return await contact_of(unit.id, chosen_id(text) or UUID(int=0))
    except NoSuchContact as missing:
        raise NotFoundException from missing


async def _proposal(unit: Unit, proposal: UUID) -> ChangeProposal:
    row = await changes_proposed.proposal_of(unit, proposal)
    if row is None:
        raise NotFoundException
    return row


handlers = [new_proposal, propose, proposal_page, accept, refuse]
