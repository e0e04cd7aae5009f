"""Behind the links that owners are sent: accept or refuse a change, or say what is wrong. Without signing in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from directory import change_post, changes_proposed, owner_links, verification
from directory.change_entries import REFUSED, NewProposal, Refusal, filled, problems_of
from directory.change_tables import ChangeProposal, What
from directory.change_wanted import Proposer
from directory.contacts import contact_of
from directory.errors import LinkGone, NoSuchContact
from directory.owner_links import Purpose
from directory.tables import Contact
from web import forms
from web.forms import Form, Problems, chosen_id
from web.letters import Sender
from web.pages import front_door, link_gone, page

AnyRequest = Request[Any, Any, Any]
Now = NamedDependency[datetime]


@get("/proposed/{link:str}", include_in_schema=False)
async def proposed_page(request: AnyRequest, link: FromPath[str], now: Now) -> Template:
    """Opening the page changes nothing, and uses nothing up: mail scanners do it too."""
    try:
        return await _page(request, link, now)
    except LinkGone:
        return link_gone(request)


@post("/proposed/{link:str}", include_in_schema=False)
async def proposed_step(request: AnyRequest, link: FromPath[str], now: Now) -> Template | Redirect:
    """The owner accepts the change, or refuses it with a reason."""
    form = await forms.read(request)
    try:
        problems = await _decide(link, form, front_door(request).sender, now)
        if problems is not None:
            return await _page(request, link, now, form, problems)
    except LinkGone:
        return link_gone(request)
    return Redirect(f"/proposed/{link}", status_code=303)


@get("/verify/{link:str}/wrong", include_in_schema=False)
async def wrong_page(request: AnyRequest, link: FromPath[str], now: Now) -> Template:
    """What is wrong? `contact` in the address is the one that is; `other` asks for words; else one is missing."""
    try:
        contact = await _contact(link, request.query_params.get("contact", ""), now)
        what = What.CHANGE if contact else What.OTHER if "other" in request.query_params else What.ADD
        return await _wrong(request, link, now, contact, filled(what, contact))
    except LinkGone:
        return link_gone(request)


@post("/verify/{link:str}/wrong", include_in_schema=False)
async def wrong_step(request: AnyRequest, link: FromPath[str], now: Now) -> Template | Redirect:
    """What the owner says is kept; a telephone number or a role is changed at once. The link stays good."""
    form = await forms.read(request)
    try:
        contact = await _contact(link, form.get("contact", ""), now)
        problems = await _say(link, form, front_door(request).sender, now)
        if problems is not None:
            return await _wrong(request, link, now, contact, form, problems)
    except LinkGone:
        return link_gone(request)
    return Redirect(f"/verify/{link}?done=said", status_code=303)


async def _decide(link: str, form: Form, sender: Sender, now: datetime) -> Problems | None:
    """Why the change was neither accepted nor refused; None once it was.

    :raises LinkGone: when the link is over.
    """
    try:
        if form.get("act") == "accept":
            await changes_proposed.accept_by_link(link, sender=sender, now=now)
        else:
            reason = forms.fill(Refusal, form).reason
            await changes_proposed.refuse_by_link(link, reason=reason, sender=sender, now=now)
    except LinkGone:
        raise  # one of the errors of this room, but nothing that the form could put right
    except REFUSED as error:
        return problems_of(error)
    return None


async def _say(link: str, form: Form, sender: Sender, now: datetime) -> Problems | None:
    """Why what the owner says was not taken; None once it is kept.

    :raises LinkGone: when the link is over.
    """
    found = await owner_links.found(Purpose.VERIFY, link, now=now)
    proposer = Proposer(f"link:{found.id}", found.sent_to, owner=True)
    try:
        wanted = forms.fill(NewProposal, form).wanted()
        await changes_proposed.propose(found.unit, wanted, proposer, sender=sender, now=now)
    except REFUSED as error:
        return problems_of(error)
    return None


async def _page(
    request: AnyRequest, token: str, now: datetime, values: Form | None = None, problems: Problems | None = None
) -> Template:
    link = await owner_links.found(Purpose.DECIDE, token, now=now)
    row = await ChangeProposal.objects().where(ChangeProposal.id == link.about).first()
    if row is None:
        raise LinkGone
    return page(
        "directory/proposed.html",
        request,
        status=400 if problems else 200,
        told=await change_post.told_of(row),
        used=link.used,
        values=values or {},
        problems=problems or {},
    )


async def _wrong(
    request: AnyRequest,
    token: str,
    now: datetime,
    contact: Contact | None,
    values: Form,
    problems: Problems | None = None,
) -> Template:
    asked = await verification.question(token, now=now)
    if asked.used:
        raise LinkGone
    return page(
        "directory/propose.html",
        request,
        status=400 if problems else 200,
        unit=asked.unit,
        contact=contact,
        values=values,
        problems=problems or {},
        back=f"/verify/{token}",
        link=token,
    )


async def _contact(token: str, text: str, now: datetime) -> Contact | None:
    """The contact of the link's own unit.

    :raises LinkGone: when the link is over, or the contact is not the unit's.
    """
    link = await owner_links.found(Purpose.VERIFY, token, now=now)
    if link.used:
        raise LinkGone
    if not text:
        return None
    try:
        return await contact_of(link.unit, chosen_id(text) or UUID(int=0))
    except NoSuchContact:
        raise LinkGone from None


router = Router("/", route_handlers=[proposed_page, proposed_step, wrong_page, wrong_step])
